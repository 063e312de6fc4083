"""Whatever the coordination copies, sends and takes back, in any order: the invariants hold, no appointment is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ColumnElement, func, select, true

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import local
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.board import Half
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.planning import plan_of
from cnapp.domain.presences import Presence
from cnapp.services import absences, planning, reinforcements, undoings, week_copies
from cnapp.services.absences import Wanted
from cnapp.services.doctor import row_faults
from cnapp.services.journal import By
from cnapp.services.reinforcements import REINFORCED, Asked
from cnapp.services.week_copies import COPIED, Agreed, Weeks
from cnapp.web.application import Application
from tests.engines import empty
from tests.factories import (
    make_appointment,
    make_motif,
    make_place,
    make_presence,
    make_rule,
    make_staff,
    make_travel,
    metz,
)
from tests.support import MORNING

NOW = metz(MORNING)
MONDAYS = [date(2026, 11, 30) + timedelta(weeks=number) for number in range(3)]
NUMBERS = st.integers(0, 30)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("copy"), st.sampled_from([(0, 1), (0, 2), (1, 2), (1, 0), (2, 0)]), st.booleans()),
        st.tuples(st.just("send"), st.tuples(NUMBERS, st.sampled_from(list(Half))), NUMBERS),
        st.tuples(st.sampled_from(["undo", "undo_press"]), st.integers(0, 5), st.just(None)),
        st.tuples(st.just("book"), st.integers(0, 5), st.integers(0, 3)),
        st.tuples(st.just("book"), NUMBERS, st.integers(0, 6)),
        st.tuples(st.just("withdraw"), NUMBERS, st.just(None)),
        st.tuples(st.just("shorten"), NUMBERS, st.integers(30, 120)),
        st.tuples(st.just("leave"), NUMBERS, NUMBERS),
    ),
    min_size=6,
    max_size=14,
)


class Town:
    """Three conseillers, three places, and what is pressed; a press that is refused changes nothing."""

    def __init__(self) -> None:
        self.by = By.staff(make_staff("Anne", role="coordinator", receives=False))
        self.people = [make_staff(name) for name in ("Nadia", "Hugo", "Elif")]
        self.places = [make_place(name) for name in ("Borny", "Sablon", "Magny")]
        self.motif = make_motif()
        make_travel(self.places[0], self.places[1], 25)
        make_rule(conseiller=self.people[2], place=self.places[2], weekday=2, from_on=MONDAYS[1])
        for number, (day, starts, ends) in enumerate(
            [(0, "09:00", "12:00"), (0, "14:00", "17:00"), (1, "09:00", "17:00"), (3, "08:00", "12:30")]
        ):
            on = MONDAYS[0] + timedelta(days=day + 1)
            people = {"conseiller": self.people[number % 3], "place": self.places[number % 2]}
            make_presence(f"{on} {starts}", ends, takes_walk_ins=number == 1, **people)
        self.booked: set[int] = set()

    def press(self, act: Callable[[], None], *people: int) -> None:
        before = self.state()
        try:
            with transaction(*people):
                act()
        except Refusal:
            db.session.rollback()
            db.session.expire_all()
            assert self.state() == before

    def state(self) -> list[Any]:
        """What a press may change."""
        rows = db.session.execute(select(Presence.id, Presence.version, Presence.withdrawn_at).order_by(Presence.id))
        lines = db.session.scalar(select(func.count()).select_from(Entry))
        return [*map(tuple, rows), lines]

    def copy(self, weeks: tuple[int, int], whole: bool) -> None:
        pair = Weeks(MONDAYS[weeks[0]], MONDAYS[weeks[1]])
        seen = week_copies.plan_for(pair, now=NOW)
        agreed = Agreed(seen.fingerprint, whole)
        self.press(lambda: self._copied(pair, agreed, len(seen.made)), *week_copies.people_concerned(pair))
        again = week_copies.plan_for(pair, now=NOW)
        if not (whole and seen.left):
            assert again.made == [], "a second press would make nothing"

    def _copied(self, pair: Weeks, agreed: Agreed, expected: int) -> None:
        assert len(week_copies.copy(pair, agreed, by=self.by, now=NOW).made) == expected

    def send(self, when: tuple[int, Half], which: int) -> None:
        day = MONDAYS[0] + timedelta(days=1 + when[0] % 18)
        asked = Asked(self.places[when[0] % 3], day, when[1])
        try:
            ways = reinforcements.look(asked, now=NOW).ways
        except Refusal:
            return
        if ways:
            way = ways[which % len(ways)]
            agreed, person = way.fingerprint, way.conseiller.id
            with transaction(person):
                reinforcements.send(asked, person, agreed, by=self.by, now=NOW)
            found = reinforcements.look(asked, now=NOW)
            assert person in {each.conseiller_id for each in found.here}, "what is offered is done"

    def undo(self, which: int, _: None) -> None:
        told = select(Entry.subject_id).where(Entry.subject == Subject.PRESENCE)
        presence = self._one_of(Presence.id.in_(told), which)
        if presence:
            self.press(lambda: self._undone(presence.id), presence.conseiller_id)

    def _undone(self, presence_id: int) -> None:
        undoings.undo(db.session.get_one(Presence, presence_id), by=self.by, now=NOW)

    def undo_press(self, which: int, _: None) -> None:
        pressed = select(Entry.number).where(Entry.what.in_((COPIED, REINFORCED))).order_by(Entry.number.desc())
        numbers = list(db.session.scalars(pressed))
        if numbers:
            number = numbers[which % 2 % len(numbers)]
            people = undoings.people_concerned(number)
            self.press(lambda: self._press_undone(number), *people)

    def _press_undone(self, number: int) -> None:
        undoings.undo_press(number, by=self.by, now=NOW)

    def book(self, which: int, quarter: int) -> None:
        presence = self._one_of(Presence.withdrawn_at.is_(None), which)
        if presence is None:
            return
        at = presence.starts_at + timedelta(minutes=45 * quarter)
        try:
            self.booked.add(make_appointment(presence, f"{local(at):%Y-%m-%d %H:%M}", motif=self.motif).id)
        except Refusal:
            db.session.rollback()

    def withdraw(self, which: int, _: None) -> None:
        presence = self._presence(which)
        self.press(lambda: planning.withdraw(self._again(presence), by=self.by, now=NOW), presence.conseiller_id)

    def shorten(self, which: int, minutes: int) -> None:
        presence = self._presence(which)
        self.press(lambda: self._shortened(presence, minutes), presence.conseiller_id)

    def _shortened(self, presence: Presence, minutes: int) -> None:
        plan = plan_of(self._again(presence))
        ends_at = max(plan.span.start + timedelta(minutes=15), plan.span.end - timedelta(minutes=minutes))
        span = Span(plan.span.start, ends_at)
        planning.change(presence, replace(plan, span=span), by=self.by, now=NOW)

    def leave(self, who: int, day: int) -> None:
        conseiller = self.people[who % 3]
        starts_at = metz(f"{MONDAYS[0] + timedelta(days=1 + day % 18)} 08:00")
        wanted = Wanted([conseiller], Span(starts_at, starts_at + timedelta(hours=5)), Cause.ILLNESS)
        self.press(lambda: self._left(wanted), conseiller.id)

    def _left(self, wanted: Wanted) -> None:
        absences.enter(wanted, by=self.by, now=NOW)

    def _presence(self, which: int) -> Presence:
        return self._one_of(true(), which) or next(iter(db.session.scalars(select(Presence))))

    def _one_of(self, among: ColumnElement[bool], which: int) -> Presence | None:
        """The newest have the lowest number."""
        found = list(db.session.scalars(select(Presence).where(among).order_by(Presence.id.desc())))
        return found[which % len(found)] if found else None

    def _again(self, presence: Presence) -> Presence:
        return db.session.get_one(Presence, presence.id)

    def judge(self) -> None:
        """Each has its time, or is in a plan; nobody ended any."""
        db.session.rollback()
        db.session.expire_all()
        kept = {each.id: each for each in db.session.scalars(select(Appointment))}
        assert set(kept) == self.booked
        for each in kept.values():
            assert each.status in (Status.BOOKED, Status.DISPLACED)
            assert (each.commitment_id is None) == (each.status is Status.DISPLACED)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_no_appointment_is_lost_whatever_is_pressed(app: Application, steps: list[tuple[str, Any, Any]]) -> None:
    db.session.remove()
    empty(app)
    town = Town()
    for name, first, second in steps:
        getattr(town, name)(first, second)
        town.judge()
    assert row_faults() == []
    numbers = select(func.count(), func.max(Entry.number)).where(Entry.subject == Subject.SERVICE)
    lines, last = db.session.execute(numbers).one()
    assert lines == (last or 0)
