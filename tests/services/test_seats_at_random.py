"""Whatever happens to a workshop's seats, in any order, is what a model of a few lines says (C05, C07, C08)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.registrations import ACTIVE, SEATED, Registration, Standing
from cnapp.domain.seats import Seat
from cnapp.domain.workshops import Workshop
from cnapp.services import registrations, seats, waiting_list
from cnapp.services.doctor import row_faults
from cnapp.services.holds import HELD
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_workshop, metz
from tests.registering import applicant, hold, register, wait
from tests.support import MORNING

STARTS = metz("2026-12-02 20:00")
BEGINS = metz(MORNING)
TOO_NEAR = timedelta(hours=2)
NUMBERS = count(1)
"""Nobody is the same person in two examples."""

STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["register", "wait", "hold"]), st.just(0)),
        st.tuples(st.sampled_from(["confirm", "cancel", "accept", "decline", "again"]), st.integers(0, 9)),
        st.tuples(st.just("capacity"), st.integers(1, 5)),
        st.tuples(st.just("minutes"), st.sampled_from([5, 16, 90, 600, 1500])),
    ),
    min_size=8,
    max_size=22,
)


@dataclass
class Someone:
    """One person, as the model knows them."""

    standing: Standing
    turn: int = 0
    """Their place in the line."""
    until: datetime | None = None


@dataclass
class Model:
    """Seats, and who has them: plain arithmetic."""

    capacity: int
    now: datetime = BEGINS
    people: dict[str, Someone] = field(default_factory=dict)
    held: dict[str, datetime] = field(default_factory=dict)
    turns: int = 0

    @property
    def taken(self) -> int:
        return len(self.held) + sum(each.standing in SEATED for each in self.people.values())

    @property
    def waiting(self) -> list[Someone]:
        waits = (each for each in self.people.values() if each.standing is Standing.WAITING)
        return sorted(waits, key=lambda each: each.turn)

    @property
    def is_near(self) -> bool:
        return STARTS - self.now <= TOO_NEAR

    @property
    def is_full(self) -> bool:
        return self.taken >= self.capacity

    def line_up(self, person: Someone) -> None:
        self.turns += 1
        person.standing, person.turn, person.until = Standing.WAITING, self.turns, None

    def give(self) -> None:
        while not self.is_full and self.waiting and not self.is_near:
            self.waiting[0].standing = Standing.OFFERED

    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.held = {draft: until for draft, until in self.held.items() if until > self.now}
        for person in self.people.values():
            if person.standing is Standing.OFFERED and person.until and person.until <= self.now:
                person.standing = Standing.EXPIRED
        if self.now >= STARTS:
            for person in self.waiting:
                person.standing = Standing.LEFT
        self.give()


class Play:
    """Each step, to the product and to the model alike; whatever the product refuses must not be possible."""

    def __init__(self, app: Application, capacity: int) -> None:
        self.settings, self.model = app.settings, Model(capacity)
        self.workshop_id = make_workshop("2026-12-02 20:00", capacity=capacity).id
        self.numbers = NUMBERS

    @property
    def options(self) -> dict[str, Any]:
        return {"settings": self.settings, "now": self.model.now}

    def register(self, _: int) -> None:
        model = self.model
        possible = not model.is_full and (model.is_near or not model.waiting)
        made = self._try(lambda: register(self.workshop_id, applicant(next(self.numbers)), **self.options))
        assert (made is not None) == possible
        if made:
            model.people[made] = Someone(Standing.REGISTERED)

    def wait(self, _: int) -> None:
        person = Someone(Standing.WAITING)
        self.model.people[wait(self.workshop_id, applicant(next(self.numbers)), **self.options)] = person
        self.model.line_up(person)
        self.model.give()

    def hold(self, _: int) -> None:
        possible = not self.model.is_full and not self.model.waiting
        draft = self._try(lambda: hold(self.workshop_id, now=self.model.now))
        assert (draft is not None) == possible
        if draft:
            self.model.held[draft] = self.model.now + HELD

    def confirm(self, which: int) -> None:
        """A hold that has not ended is always confirmed."""
        draft = _pick(sorted(self.model.held), which)
        if draft:
            made = register(self.workshop_id, applicant(next(self.numbers), draft), **self.options)
            del self.model.held[draft]
            self.model.people[made] = Someone(Standing.REGISTERED)

    def cancel(self, which: int) -> None:
        person = self._one_of(which, *ACTIVE)
        if person:
            ended = Standing.EXCUSED if self.model.people[person].standing is Standing.REGISTERED else Standing.LEFT
            self._press(registrations.cancel, person)
            self.model.people[person].standing = ended
            self.model.give()

    def accept(self, which: int) -> None:
        person = self._one_of(which, Standing.OFFERED)
        if person:
            self._press(waiting_list.accept, person)
            self.model.people[person].standing = Standing.REGISTERED

    def decline(self, which: int) -> None:
        person = self._one_of(which, Standing.OFFERED)
        if person:
            self._press(waiting_list.decline, person)
            self.model.people[person].standing = Standing.DECLINED
            self.model.give()

    def again(self, which: int) -> None:
        person = self._one_of(which, Standing.DECLINED, Standing.EXPIRED)
        if person:
            self._press(waiting_list.wait_again, person)
            self.model.line_up(self.model.people[person])
            self.model.give()

    def capacity(self, seats_there: int) -> None:
        changed = self._try(lambda: self._change_capacity(seats_there))
        assert (changed is not None) == (seats_there >= self.model.taken)
        if changed:
            self.model.capacity = seats_there
            self.model.give()

    def minutes(self, number: int) -> None:
        """And the worker looks."""
        self.model.pass_time(number)
        with transaction():
            waiting_list.sweep(seats.hold_still(self.workshop_id), **self.options)

    def judge(self) -> None:
        """The same people stand where the model says, and seats are counted right."""
        db.session.rollback()
        rows = db.session.scalars(select(Registration).where(Registration.workshop_id == self.workshop_id)).all()
        expected = {name: person.standing for name, person in self.model.people.items()}
        assert {each.public_id: each.status for each in rows} == expected
        for each in rows:  # the model takes the time to answer from the product
            self.model.people[each.public_id].until = each.answer_by
        workshop = db.session.get_one(Workshop, self.workshop_id)
        rows_there = db.session.scalar(select(func.count()).where(Seat.workshop_id == self.workshop_id))
        assert workshop.taken == rows_there == self.model.taken <= workshop.capacity == self.model.capacity

    def _change_capacity(self, seats_there: int) -> bool:
        with transaction():
            workshop = seats.hold_still(self.workshop_id)
            workshop.capacity = seats_there
            db.session.flush()
            waiting_list.give_free_seats(workshop, **self.options)
        return True

    def _press(self, verb: Any, public_id: str) -> None:
        with transaction():
            mine = select(Registration).where(Registration.public_id == public_id)
            verb(db.session.scalars(mine).one(), by=By.citizen(), **self.options)

    def _one_of(self, which: int, *standings: Standing) -> str | None:
        return _pick([name for name, person in self.model.people.items() if person.standing in standings], which)

    @staticmethod
    def _try(act: Any) -> Any:
        try:
            return act()
        except Refusal:
            db.session.rollback()
            return None


def _pick(names: list[str], which: int) -> str | None:
    return names[which % len(names)] if names else None


@effort(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(capacity=st.integers(1, 3), steps=STEPS)
def test_seats_go_as_plain_arithmetic_says(app: Application, capacity: int, steps: list[tuple[str, int]]) -> None:
    play = Play(app, capacity)
    for name, argument in steps:
        getattr(play, name)(argument)
        play.judge()
        if play.model.now >= STARTS:
            break
    assert row_faults() == []
