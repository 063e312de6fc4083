"""Arrived, helped, not come: what can be noted when, and taken back until the day closes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, DayClosed, NothingToUndo, NotUpcoming, NotYet, Status, TimeGivenAway
from cnapp.domain.commitments import Commitment, Kind, OutsidePresence
from cnapp.domain.journal import Subject, entries_about
from cnapp.domain.presences import Presence
from cnapp.services import visits
from cnapp.services.journal import By
from cnapp.services.schedule import appointment_of
from cnapp.web.application import Application
from tests.factories import make_appointment, make_commitment, make_motif, make_presence, metz
from tests.support import FrozenClock

AT_NINE = "2026-12-03 09:00"


@pytest.fixture
def appointment(app: Application, clock: FrozenClock) -> Appointment:
    clock.set("2026-12-03 09:05")
    return make_appointment(at=AT_NINE)


def press(verb: object, appointment: Appointment, clock: FrozenClock, *noted: Status) -> Status:
    with transaction(appointment.conseiller_id):
        again = appointment_of(appointment.conseiller_id, appointment.public_id)
        verb(again, *noted, by=By.staff(again.conseiller), now=clock())  # type: ignore[operator, union-attr]
    db.session.refresh(appointment)
    return appointment.status


def promised() -> int:
    return db.session.scalar(select(func.count()).select_from(Commitment)) or 0


def noted(appointment: Appointment) -> list[str]:
    return [entry.what for entry in db.session.scalars(entries_about(Subject.APPOINTMENT, appointment.id))]


def test_someone_arrives_and_is_helped(appointment: Appointment, clock: FrozenClock) -> None:
    assert press(visits.arrive, appointment, clock) is Status.ARRIVED
    assert appointment.arrived_at == clock()
    assert press(visits.finish, appointment, clock) is Status.SEEN
    assert promised() == 1
    assert noted(appointment) == ["booked", "noted", "noted"]


def test_a_second_press_changes_nothing(appointment: Appointment, clock: FrozenClock) -> None:
    for verb in (visits.arrive, visits.arrive, visits.finish, visits.finish):
        press(verb, appointment, clock)
    assert noted(appointment) == ["booked", "noted", "noted"]


def test_who_does_not_come_gives_the_time_back(appointment: Appointment, clock: FrozenClock) -> None:
    assert press(visits.miss, appointment, clock) is Status.NOSHOW
    assert (promised(), appointment.commitment_id) == (0, None)
    assert press(visits.miss, appointment, clock) is Status.NOSHOW


def test_nobody_is_absent_before_the_hour(appointment: Appointment, clock: FrozenClock) -> None:
    clock.set("2026-12-03 08:59")
    with pytest.raises(NotYet):
        press(visits.miss, appointment, clock)


@pytest.mark.parametrize("verb", [visits.arrive, visits.finish, visits.miss])
@pytest.mark.parametrize("day", ["2026-12-02", "2026-12-04"])
def test_it_is_noted_on_the_day_only(appointment: Appointment, clock: FrozenClock, verb: object, day: str) -> None:
    clock.set(f"{day} 12:00")
    with pytest.raises(DayClosed):
        press(verb, appointment, clock)


@pytest.mark.parametrize("verb", [visits.arrive, visits.finish])
def test_who_was_noted_absent_must_first_be_taken_back(
    appointment: Appointment, clock: FrozenClock, verb: object
) -> None:
    press(visits.miss, appointment, clock)
    with pytest.raises(NotUpcoming):
        press(verb, appointment, clock)


def test_going_back_step_by_step(appointment: Appointment, clock: FrozenClock) -> None:
    press(visits.arrive, appointment, clock)
    press(visits.finish, appointment, clock)
    assert press(visits.undo, appointment, clock, Status.SEEN) is Status.ARRIVED
    assert press(visits.undo, appointment, clock, Status.SEEN) is Status.ARRIVED
    assert press(visits.undo, appointment, clock, Status.ARRIVED) is Status.BOOKED
    assert appointment.arrived_at is None


def test_who_was_helped_without_arriving_goes_back_to_coming(appointment: Appointment, clock: FrozenClock) -> None:
    press(visits.finish, appointment, clock)
    assert press(visits.undo, appointment, clock, Status.SEEN) is Status.BOOKED


def test_who_came_late_takes_their_time_again(appointment: Appointment, clock: FrozenClock) -> None:
    press(visits.miss, appointment, clock)
    assert press(visits.undo, appointment, clock, Status.NOSHOW) is Status.BOOKED
    assert promised() == 1


def test_a_time_given_to_somebody_else_stays_theirs(appointment: Appointment, clock: FrozenClock) -> None:
    press(visits.miss, appointment, clock)
    make_appointment(db.session.get(Presence, appointment.presence_id), "2026-12-03 09:15")
    with pytest.raises(TimeGivenAway):
        press(visits.undo, appointment, clock, Status.NOSHOW)
    assert appointment.status is Status.NOSHOW


def test_a_hold_that_nobody_renewed_is_no_promise(appointment: Appointment, clock: FrozenClock) -> None:
    press(visits.miss, appointment, clock)
    presence = db.session.get_one(Presence, appointment.presence_id)
    make_commitment(presence, "2026-12-03 09:15", kind=Kind.HOLD, draft_id="x", expires_at=metz("2026-12-03 09:05"))
    assert press(visits.undo, appointment, clock, Status.NOSHOW) is Status.BOOKED


def test_the_time_of_a_presence_that_was_withdrawn_is_gone(appointment: Appointment, clock: FrozenClock) -> None:
    press(visits.miss, appointment, clock)
    with transaction(appointment.conseiller_id):
        db.session.get_one(Presence, appointment.presence_id).withdrawn_at = clock()
    with pytest.raises(OutsidePresence):
        press(visits.undo, appointment, clock, Status.NOSHOW)


def test_the_next_day_nothing_is_taken_back(appointment: Appointment, clock: FrozenClock) -> None:
    press(visits.arrive, appointment, clock)
    clock.set("2026-12-04 08:00")
    with pytest.raises(DayClosed):
        press(visits.undo, appointment, clock, Status.ARRIVED)


def test_what_was_never_noted_cannot_be_taken_back(appointment: Appointment, clock: FrozenClock) -> None:
    with pytest.raises(NothingToUndo):
        press(visits.undo, appointment, clock, Status.BOOKED)


def test_the_rest_after_it_is_kept_when_the_time_is_taken_again(app: Application, clock: FrozenClock) -> None:
    clock.set("2026-12-03 09:05")
    presence = make_presence("2026-12-03 09:00", "12:00")
    appointment = make_appointment(presence, motif=make_motif(buffer_minutes=10))
    press(visits.miss, appointment, clock)
    press(visits.undo, appointment, clock, Status.NOSHOW)
    assert db.session.get_one(Commitment, appointment.commitment_id).buffer_minutes == 10
