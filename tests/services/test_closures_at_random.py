"""Closures, reopenings and bookings in any order: nothing promised is lost, and nobody is expected at a closed door."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, time

from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.closed_time import is_shut
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closed, Closure, Place
from cnapp.domain.plans import Displacement, Standing
from cnapp.domain.presences import Presence
from cnapp.domain.workshops import Workshop
from cnapp.services import appointments, closures
from cnapp.services.closures import Terms
from cnapp.services.doctor import row_faults
from cnapp.services.journal import By
from cnapp.services.people import all_who_receive
from cnapp.web.application import Application
from tests import booking
from tests.factories import make_motif, make_place, make_presence, make_staff, make_travel, make_workshop
from tests.support import FrozenClock

DAYS = (date(2026, 12, 3), date(2026, 12, 4))
HOURS = (None, (time(8), time(10, 30)), (time(10), time(11)), (time(11, 15), time(13)), (time(10, 45), time(18)))
AT = ("09:00", "09:45", "10:30", "11:15", "12:00", "13:30", "14:15")

CLOSE = st.tuples(
    st.just("close"),
    st.sampled_from([None, 0, 1]),
    st.sampled_from([(0, 0), (1, 1), (0, 1)]),
    st.sampled_from(HOURS),
    st.sampled_from([*Closed, Closed.EVERYTHING]),
    st.booleans(),
)
MOVE = st.tuples(
    st.just("close"),
    st.sampled_from([0, 1]),
    st.sampled_from([(0, 0), (1, 1), (0, 1)]),
    st.none(),
    st.just(Closed.EVERYTHING),
    st.just(True),
)
SHUT = st.one_of(CLOSE, MOVE)
CHANGE = st.tuples(st.just("change"), st.integers(0, 5), SHUT)
STEPS = st.lists(
    st.one_of(
        SHUT,
        CHANGE,
        st.tuples(st.just("reopen"), st.integers(0, 5)),
        st.tuples(st.just("book"), st.integers(0, 1), st.integers(0, 1), st.sampled_from(AT)),
        st.tuples(st.just("cancel"), st.integers(0, 9)),
    ),
    min_size=4,
    max_size=14,
)


class Play:
    """Two places and a third that either may move to, two people, two days."""

    def __init__(self, app: Application) -> None:
        self.settings, self.now = app.settings, FrozenClock()()
        self.by = By.staff(make_staff("Anne", role=Role.COORDINATOR, receives=False))
        self.places = [make_place(), make_place()]
        self.school = make_place()
        for each in self.places:
            make_travel(each, self.school, 5)
        self.motif = make_motif()
        self.booked: list[int] = []
        for place, who in zip(self.places, (make_staff(), make_staff("Hugo")), strict=True):
            self._be_there(place, who)
        self.whole, self.led = standing(), led()

    def _be_there(self, place: Place, who: Staff) -> None:
        for day in DAYS:
            make_presence(f"{day} 09:00", "16:00", place=place, conseiller=who, pause="12:45-13:30")
            make_workshop(f"{day} 16:00", place=place, leader=who)

    def do(self, step: tuple[object, ...]) -> None:
        verb, *given_with = step
        with suppress(Refusal):
            getattr(self, str(verb))(*given_with)

    def terms(self, place: int | None, days: tuple[int, int], hours: object, closes: Closed, moves: bool) -> Terms:
        start, end = hours or (None, None)  # type: ignore[misc]
        is_move = moves and place is not None and hours is None and closes is Closed.EVERYTHING
        return Terms(
            None if place is None else self.places[place].id,
            DAYS[days[0]],
            DAYS[days[1]],
            from_time=start,
            until_time=end,
            closes=closes,
            provisional_place_id=self.school.id if is_move else None,
        )

    def close(self, *terms: object) -> None:
        wanted = self.terms(*terms)  # type: ignore[arg-type]
        with transaction(*all_who_receive()):
            closures.create(wanted, by=self.by, settings=self.settings, now=self.now)

    def change(self, which: int, close: tuple[object, ...]) -> None:
        wanted = self.terms(*close[1:])  # type: ignore[arg-type]
        with transaction(*all_who_receive()):
            known = db.session.scalars(select(Closure).order_by(Closure.id)).all()
            if known:
                chosen = known[which % len(known)]
                closures.change(chosen, wanted, by=self.by, settings=self.settings, now=self.now)

    def reopen(self, which: int) -> None:
        with transaction(*all_who_receive()):
            known = db.session.scalars(select(Closure).order_by(Closure.id)).all()
            if known:
                closures.remove(known[which % len(known)], by=self.by, settings=self.settings, now=self.now)

    def book(self, place: int, day: int, at: str) -> None:
        what = booking.aim(self.motif, self.places[place], f"{DAYS[day]} {at}")
        self.booked.append(booking.book(what, now=self.now).id)

    def cancel(self, which: int) -> None:
        if self.booked:
            chosen = self.booked[which % len(self.booked)]
            with transaction(*all_who_receive()):
                appointments.cancel(db.session.get_one(Appointment, chosen), by=By.citizen(), now=self.now)

    def check(self) -> None:
        db.session.expire_all()
        assert row_faults() == []
        known = db.session.scalars(select(Closure)).all()
        assert len(self.booked) == len(db.session.scalars(select(Appointment)).all())
        waiting = select(Displacement.appointment_id).where(Displacement.standing == Standing.OPEN)
        lines = set(db.session.scalars(waiting))
        for each in db.session.scalars(select(Appointment)):
            assert each.status is not Status.DISPLACED or each.id in lines
            if each.status is Status.BOOKED:
                assert not is_shut(each.presence.place_id, each.span, known, Closed.APPOINTMENTS)
        for presence in db.session.scalars(select(Presence).where(Presence.withdrawn_at.is_(None))):
            if presence.takes_appointments:
                assert not is_shut(presence.place_id, presence.span, known, Closed.APPOINTMENTS)


def standing() -> set[tuple[object, ...]]:
    rows = db.session.scalars(select(Presence).where(Presence.withdrawn_at.is_(None)))
    return {(r.conseiller_id, r.place_id, r.starts_at, r.ends_at, r.takes_appointments) for r in rows}


def led() -> set[tuple[object, ...]]:
    """Which workshop is held where, and who leads each session."""
    return {
        (each.id, each.place_id, session.starts_at, session.displaced_at, *(one.id for one in session.leaders))
        for each in db.session.scalars(select(Workshop))
        for session in each.sessions
    }


@effort(derandomize=True, max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_nothing_is_lost(app: Application, steps: list[tuple[object, ...]]) -> None:
    emptied()
    play = Play(app)
    for step in steps:
        play.do(step)
        play.check()


@effort(derandomize=True, max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(SHUT, CHANGE), max_size=5))
def test_once_all_is_taken_back_all_is_as_it_was(app: Application, steps: list[tuple[object, ...]]) -> None:
    """Where nothing was booked meanwhile: the same people at the same places and hours."""
    emptied()
    play = Play(app)
    for place, day, at in ((0, 0, "09:00"), (0, 0, "10:30"), (1, 1, "14:15")):
        play.book(place, day, at)
    for step in steps:
        play.do(step)
    while db.session.scalar(select(Closure.id).limit(1)):
        play.reopen(0)
        play.check()
    assert (standing(), led()) == (play.whole, play.led)
    assert {each.status for each in db.session.scalars(select(Appointment))} == {Status.BOOKED}


def emptied() -> None:
    """One example knows nothing of those before."""
    db.session.rollback()
    with transaction():
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(table.delete())
