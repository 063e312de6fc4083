"""Whatever happens to absences and bookings, in any order, nobody’s appointment is lost (C12).

Each stands at a time of somebody who is there, or is displaced with one open line of a plan, or was ended by a
person’s decision.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.absences import Absence, Cause
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import commitments_of
from cnapp.domain.displaced import is_under_way
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Role, Staff
from cnapp.domain.plans import Displacement, RecoveryPlan, Standing
from cnapp.domain.proposals import CANCEL_VALUE
from cnapp.domain.slots import Choice, Door, Wish
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services import absences, appointments, plan_applications, plan_undoings, plan_work, plans
from cnapp.services.absences import Wanted
from cnapp.services.doctor import row_faults
from cnapp.services.journal import By
from cnapp.services.plan_work import LEFT_OPEN, Look, Row
from cnapp.web.application import Application
from tests.booking import party
from tests.engines import empty
from tests.factories import LINK_KEY, make_motif, make_place, make_presence, make_staff, make_workshop, metz
from tests.support import MORNING

DAYS = ("2026-12-01", "2026-12-02")
HOURS = ("09:00", "09:45", "10:30", "13:30", "14:15")
SLOTS = [metz(f"{day} {hour}") for day in DAYS for hour in HOURS]
STRETCHES = [
    *(Span(metz(f"{day} 00:00"), metz(f"{day} 13:00")) for day in DAYS),
    *(Span(metz(f"{day} 10:00"), metz(f"{day} 10:40")) for day in DAYS),
    Span(metz("2026-12-01 13:00"), metz("2026-12-02 10:00")),
    Span(metz("2026-11-30 12:00"), metz("2026-12-04 00:00")),
]
RETURNS = [metz(f"{day} {hour}") for day in DAYS for hour in ("09:30", "12:00", "14:00")]

LEAVES = st.integers(0, 3 * len(STRETCHES) - 1)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("book"), st.integers(0, len(SLOTS) - 1)),
        st.tuples(st.sampled_from(["cancel", "move", "withdraw", "apply", "undo"]), st.integers(0, 59)),
        st.tuples(st.just("leave"), LEAVES),
        st.tuples(st.just("shorten"), st.integers(0, 5 * len(RETURNS) - 1)),
        st.tuples(st.just("minutes"), st.sampled_from([1, 6, 40, 300, 900])),
    ),
    min_size=6,
    max_size=16,
)
Where = tuple[Status, int, datetime]


class Play:
    """Each step through the services, beside the little that must be true of it."""

    def __init__(self, app: Application) -> None:
        self.now, self.ended, self.settings = metz(MORNING), set[int](), app.settings
        self.place_id, self.slug = _town()
        self.motif_id = make_motif().id
        self.people = list(db.session.scalars(select(Staff.id).where(Staff.receives).order_by(Staff.id).limit(2)))
        self.by = By.staff(make_staff("Anne", role=Role.COORDINATOR, receives=False))

    def book(self, which: int) -> None:
        def act() -> None:
            choice = Choice(self.slug, SLOTS[which])
            options: dict[str, Any] = {"party": party(), "by": self.by, "link_key": LINK_KEY, "now": self.now}
            appointments.book_directly(self._wish(), choice, **options)

        self._within(act)

    def cancel(self, which: int) -> None:
        chosen = self._one(self._living(), which)
        if chosen and self._within(lambda: appointments.cancel(_appointment(chosen), by=self.by, now=self.now)):
            self.ended.add(chosen)

    def move(self, which: int) -> None:
        chosen, choice = self._one(self._living(), which), Choice(self.slug, SLOTS[which % len(SLOTS)])

        def act() -> None:
            appointments.move_directly(_appointment(chosen or 0), self._wish(), choice, by=self.by, now=self.now)

        if chosen and self._within(act):
            assert self._where()[chosen][0] is Status.BOOKED

    def leave(self, which: int) -> None:
        """One of the two, or both: whoever they were to receive is displaced, and nobody else."""
        number, who = divmod(which, 3)
        ids, span, before = (self.people[:1], self.people[1:], self.people)[who], STRETCHES[number], self._where()

        def act() -> None:
            people = [db.session.get_one(Staff, each) for each in ids]
            absences.enter(Wanted(people, span, Cause.ILLNESS), by=self.by, now=self.now)

        if self._within(act):
            lost = {each for each, where in before.items() if self._is_touched(where, ids, span)}
            assert self._where() == {
                each: (Status.DISPLACED if each in lost else where[0], *where[1:]) for each, where in before.items()
            }

    def shorten(self, which: int) -> None:
        number, at = divmod(which, len(RETURNS))
        self._return(number, RETURNS[at])

    def withdraw(self, which: int) -> None:
        self._return(which, None)

    def apply(self, which: int) -> None:
        """All that is proposed; whoever is not in the plan stays where they are."""
        plan_id, before = self._one(list(db.session.scalars(select(RecoveryPlan.id))), which), self._where()
        if plan_id is None:
            return
        for look in plan_work.LOOKS:
            self._hold(plan_id, look(_plan(plan_id), now=self.now))
        rows = plan_work.rows_of(_plan(plan_id))
        choices = {row.line.public_id: _choice(row, which) for row in rows if row.proposal}
        mine = {row.line.appointment_id for row in rows}
        how: dict[str, Any] = {"whole": which % 2 == 0, "by": self.by, "settings": self.settings, "now": self.now}
        people = plan_work.people_of(_plan(plan_id), choices)
        self._within(lambda: plan_applications.apply(_plan(plan_id), choices, **how), *people)
        assert {k: v for k, v in self._where().items() if k not in mine} == {
            k: v for k, v in before.items() if k not in mine
        }

    def _hold(self, plan_id: int, found: Look) -> None:
        self._within(lambda: plan_work.hold(_plan(plan_id), found, now=self.now), *found.people)

    def undo(self, which: int) -> None:
        plan_id = self._one(list(db.session.scalars(select(RecoveryPlan.id))), which)
        if plan_id is not None:
            people = plan_undoings.people_applied(_plan(plan_id), now=self.now)
            self._within(lambda: plan_undoings.undo(_plan(plan_id), by=self.by, now=self.now), *people)

    def minutes(self, number: int) -> None:
        self.now += timedelta(minutes=number)

    def judge(self) -> None:
        """No appointment is lost, none is promised for when its conseiller is away."""
        found, open_lines = self._where(), self._open_lines()
        away = list(db.session.scalars(select(Absence).where(Absence.withdrawn_at.is_(None))))
        for number, (status, who, starts_at) in found.items():
            expected = {Status.EXCUSED} if number in self.ended else {Status.BOOKED, Status.DISPLACED}
            assert status in expected
            assert open_lines.count(number) == (status is Status.DISPLACED)
            if status is Status.BOOKED and starts_at >= self.now:
                assert not any(
                    each.conseiller_id == who and each.starts_at <= starts_at < each.ends_at for each in away
                )
        session = db.session.scalars(select(WorkshopSession)).one()
        is_led = any(each.commitment_id for each in session.leadings)
        waits = [line for line in self._lines() if line.session_id and line.is_open]
        stands = db.session.scalars(select(Workshop)).one().stands
        where = (is_led, bool(session.displaced_at), len(waits))
        assert where in ((True, False, 0), (False, True, 1)) if stands else where == (False, False, 0)

    def _return(self, number: int, at: datetime | None) -> None:
        """Whoever is expected again is so at their old time; nobody loses anything by it."""
        standing = select(Absence.id).where(Absence.withdrawn_at.is_(None)).order_by(Absence.id)
        chosen, before = self._one(list(db.session.scalars(standing)), number), self._where()
        again: list[int] = []

        def act() -> None:
            absence = db.session.get_one(Absence, chosen)
            since = max(self.now, absence.starts_at) if at is None else at
            waiting = absences.expected_again(absence, min(since, absence.ends_at), now=self.now)
            lines = absences.shorten(absence, since, by=self.by, now=self.now)
            again.extend(line.appointment_id for line in lines if line.appointment_id)
            assert all(_is_taken(line) for line in waiting if line not in lines)

        if chosen is not None and self._within(act):
            assert self._where() == {
                each: (Status.BOOKED if each in again else where[0], *where[1:]) for each, where in before.items()
            }

    def _within(self, act: Callable[[], object], *people: int) -> bool:
        """Whether it was done; whatever is refused changes nothing."""
        before = self._where()
        try:
            with transaction(*(people or self.people)):
                act()
        except Refusal:
            assert self._where() == before
            return False
        return True

    def _wish(self) -> Wish:
        motif = db.session.get_one(Motif, self.motif_id)
        return Wish(motif, (self.place_id,), (), Door.STAFF)

    def _living(self) -> list[int]:
        return [each for each in self._where() if each not in self.ended]

    def _where(self) -> dict[int, Where]:
        db.session.rollback()
        db.session.expire_all()
        rows = db.session.scalars(select(Appointment).order_by(Appointment.id))
        return {each.id: (each.status, each.conseiller_id, each.starts_at) for each in rows}

    def _is_touched(self, where: Where, ids: Sequence[int], span: Span) -> bool:
        status, who, starts_at = where
        there = starts_at < span.end and starts_at + timedelta(minutes=45) > span.start
        return status is Status.BOOKED and who in ids and there and not is_under_way(starts_at, span, self.now)

    def _lines(self) -> Sequence[Displacement]:
        return db.session.scalars(select(Displacement)).all()

    def _open_lines(self) -> list[int | None]:
        return [line.appointment_id for line in self._lines() if line.standing is Standing.OPEN]

    @staticmethod
    def _one(numbers: list[int], which: int) -> int | None:
        return numbers[which % len(numbers)] if numbers else None


def _choice(row: Row, which: int) -> str:
    """What is proposed; sometimes the workshop is cancelled."""
    if row.proposal is None:
        return LEFT_OPEN
    if row.line.session is None:
        return row.proposal.value
    return CANCEL_VALUE if which % 3 == 0 else row.proposal.value if row.option else LEFT_OPEN


def _town() -> tuple[int, str]:
    """Two conseillers at one place, both days, and a workshop that the first of them leads."""
    place = make_place()
    nadia, hugo = make_staff("Nadia"), make_staff("Hugo")
    for day in DAYS:
        for staff in (nadia, hugo):
            make_presence(f"{day} 09:00", "15:00", conseiller=staff, place=place)
    make_workshop("2026-12-02 15:30", leader=nadia)
    return place.id, place.slug


def _is_taken(line: Displacement) -> bool:
    """Whether its time is promised to somebody else."""
    return bool(db.session.scalars(commitments_of([line.conseiller_id], line.span)).all())


def _appointment(number: int) -> Appointment:
    return db.session.get_one(Appointment, number)


def _plan(number: int) -> RecoveryPlan:
    return plans.find(db.session.get_one(RecoveryPlan, number).public_id)


@effort(derandomize=True, max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(away=LEAVES, steps=STEPS)
def test_no_appointment_is_ever_lost(app: Application, away: int, steps: list[tuple[str, int]]) -> None:
    """From five bookings and one absence on."""
    empty(app)
    play = Play(app)
    begun = [*(("book", slot) for slot in (0, 1, 3, 5, 8)), ("leave", away)]
    for name, argument in [*begun, *steps]:
        getattr(play, name)(argument)
        play.judge()
    assert row_faults() == []
