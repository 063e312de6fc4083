"""Absences: whoever was expected is displaced in the same transaction, and nothing is cancelled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.absences import (
    Absence,
    AbsenceEndsFirst,
    AbsenceIsOver,
    AbsenceIsPast,
    AbsenceTooLong,
    AbsentAlready,
    Cause,
    NobodyAbsent,
)
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.plans import RecoveryPlan, Standing
from cnapp.domain.presences import Presence
from cnapp.services import absences, plans
from cnapp.services.journal import By, history
from cnapp.web.application import Application
from tests.factories import (
    make_absence,
    make_appointment,
    make_commitment,
    make_presence,
    make_staff,
    metz,
)
from tests.support import FrozenClock

TODAY = "2026-11-30"
DAY = "2026-12-03"


@pytest.fixture
def nadia(app: Application) -> Staff:
    return make_staff("Nadia")


def enter(*people: Staff, start: str, end: str, by: Staff | None = None, clock: FrozenClock) -> RecoveryPlan:
    wanted = absences.Wanted(people, Span(metz(start), metz(end)), Cause.ILLNESS)
    with transaction(*(each.id for each in people)):
        return absences.enter(wanted, by=By.staff(by or people[0]), now=clock())


def promised(staff: Staff, kind: Kind = Kind.ABSENCE) -> list[Span]:
    rows = select(Commitment).where(Commitment.conseiller_id == staff.id, Commitment.kind == kind)
    return [each.span for each in db.session.scalars(rows.order_by(Commitment.starts_at))]


def letters_about(appointment: Appointment) -> list[tuple[Letter, int]]:
    rows = select(Due).where(Due.appointment_id == appointment.id).order_by(Due.id)
    return [
        (each.letter, round((each.due_at - each.created_at).total_seconds() / 60)) for each in db.session.scalars(rows)
    ]


def test_who_was_expected_is_displaced_and_told_half_an_hour_later(nadia: Staff, clock: FrozenClock) -> None:
    presence = make_presence(f"{DAY} 09:00", "17:00", conseiller=nadia)
    first, last = make_appointment(presence, f"{DAY} 09:00"), make_appointment(presence, f"{DAY} 14:00")
    other = make_appointment(make_presence(f"{DAY} 09:00", "12:00"), f"{DAY} 09:00")

    plan = enter(nadia, start=f"{DAY} 08:00", end=f"{DAY} 13:00", clock=clock)

    assert [each.status for each in (first, last, other)] == [Status.DISPLACED, Status.BOOKED, Status.BOOKED]
    assert first.commitment_id is None
    assert promised(nadia) == [Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 13:00"))]
    (line,) = plans.lines_of(plan)
    assert (line.appointment, line.standing, line.span, line.place_id) == (
        first,
        Standing.OPEN,
        first.span,
        presence.place_id,
    )
    assert letters_about(first)[-1] == (Letter.DISPLACED, 30)
    assert first.version == 2
    assert letters_about(last)[-1][0] is Letter.CONFIRMED
    assert [each.what for each in history((Subject.APPOINTMENT, first.id))[0]] == ["displaced", "booked"]


def test_whoever_comes_within_two_hours_is_told_at_once(nadia: Staff, clock: FrozenClock) -> None:
    clock.set(f"{TODAY} 07:30")
    presence = make_presence(f"{TODAY} 09:00", "17:00", conseiller=nadia)
    soon, later = make_appointment(presence, f"{TODAY} 09:00"), make_appointment(presence, f"{TODAY} 10:00")
    enter(nadia, start=f"{TODAY} 07:30", end=f"{TODAY} 18:00", clock=clock)
    assert letters_about(soon)[-1] == (Letter.DISPLACED, 0)
    assert letters_about(later)[-1] == (Letter.DISPLACED, 30)


def test_an_absence_of_days_is_one_row_a_local_day(nadia: Staff, clock: FrozenClock) -> None:
    clock.set("2026-10-20 08:00")
    enter(nadia, start="2026-10-24 12:00", end="2026-10-27 09:00", clock=clock)
    assert [round(each.minutes / 60) for each in promised(nadia)] == [12, 25, 24, 9]


def test_whom_they_receive_as_it_begins_is_left_alone(nadia: Staff, clock: FrozenClock) -> None:
    clock.set(f"{TODAY} 09:20")
    presence = make_presence(f"{TODAY} 09:00", "12:00", conseiller=nadia)
    here = make_appointment(presence, f"{TODAY} 09:00", status=Status.ARRIVED, arrived_at=metz(f"{TODAY} 08:55"))
    next_one = make_appointment(presence, f"{TODAY} 10:00")
    enter(nadia, start=f"{TODAY} 09:30", end=f"{TODAY} 12:00", clock=clock)
    assert (here.status, next_one.status) == (Status.ARRIVED, Status.DISPLACED)
    assert promised(nadia) == [Span(metz(f"{TODAY} 09:45"), metz(f"{TODAY} 12:00"))]


def test_who_stands_before_the_door_already_is_in_the_list(nadia: Staff, clock: FrozenClock) -> None:
    clock.set(f"{TODAY} 09:05")
    presence = make_presence(f"{TODAY} 08:00", "12:00", conseiller=nadia)
    waits = make_appointment(presence, f"{TODAY} 08:15")
    enter(nadia, start=f"{TODAY} 08:00", end=f"{TODAY} 12:00", clock=clock)
    assert waits.status is Status.DISPLACED
    assert letters_about(waits)[-1] == (Letter.DISPLACED, 0)


def test_a_time_that_somebody_is_about_to_take_is_gone(nadia: Staff, clock: FrozenClock) -> None:
    presence = make_presence(f"{DAY} 09:00", "12:00", conseiller=nadia)
    make_commitment(presence, f"{DAY} 09:00", kind=Kind.HOLD, draft_id="d", expires_at=metz(f"{TODAY} 20:00"))
    enter(nadia, start=f"{DAY} 08:00", end=f"{DAY} 12:00", clock=clock)
    assert promised(nadia, Kind.HOLD) == []


def test_several_people_share_one_plan(nadia: Staff, clock: FrozenClock) -> None:
    hugo = make_staff("Hugo")
    touched = [
        make_appointment(make_presence(f"{DAY} 09:00", "12:00", conseiller=each), f"{DAY} 09:00")
        for each in (nadia, hugo)
    ]
    plan = enter(nadia, hugo, start=f"{DAY} 08:00", end=f"{DAY} 12:00", clock=clock)
    assert {each.appointment for each in plans.lines_of(plan)} == set(touched)
    assert {each.plan_id for each in db.session.scalars(select(Absence))} == {plan.id}


def test_the_coordination_is_told_at_once_but_for_whoever_did_it(nadia: Staff, clock: FrozenClock) -> None:
    anne, paul = (make_staff(name, role=Role.COORDINATOR) for name in ("Anne", "Paul"))
    plan = enter(nadia, start=f"{DAY} 08:00", end=f"{DAY} 12:00", by=anne, clock=clock)
    told = db.session.scalars(select(Due).where(Due.letter == Letter.ABSENT)).all()
    assert [(each.staff_id, each.plan_id, each.due_at) for each in told] == [(paul.id, plan.id, clock())]


@pytest.mark.parametrize(
    ("start", "end", "refusal"),
    [
        (f"{DAY} 12:00", f"{DAY} 12:00", AbsenceEndsFirst),
        ("2026-11-20 08:00", "2026-11-20 12:00", AbsenceIsPast),
        (f"{DAY} 08:00", "2036-12-03 08:00", AbsenceTooLong),
        ("2032-12-03 08:00", "2032-12-03 09:00", AbsenceTooLong),
        (f"{DAY} 11:00", f"{DAY} 14:00", AbsentAlready),
    ],
)
def test_what_cannot_be(nadia: Staff, clock: FrozenClock, start: str, end: str, refusal: type[Refusal]) -> None:
    make_absence(nadia, f"{DAY} 08:00", f"{DAY} 12:00")
    booked = make_appointment(make_presence(f"{DAY} 13:00", "17:00", conseiller=nadia), f"{DAY} 13:00")
    with pytest.raises(refusal):
        enter(nadia, start=start, end=end, clock=clock)
    db.session.refresh(booked)
    assert booked.status is Status.BOOKED
    assert db.session.scalar(select(func.count()).select_from(Absence)) == 1


def test_nobody_is_no_absence(app: Application, clock: FrozenClock) -> None:
    wanted = absences.Wanted([], Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 12:00")), Cause.MEETING)
    with pytest.raises(NobodyAbsent), transaction():
        absences.enter(wanted, by=By.staff(make_staff()), now=clock())


def test_back_sooner_those_of_later_are_expected_again(nadia: Staff, clock: FrozenClock) -> None:
    presence = make_presence(f"{DAY} 09:00", "17:00", conseiller=nadia)
    early, late = make_appointment(presence, f"{DAY} 09:00"), make_appointment(presence, f"{DAY} 14:00")
    enter(nadia, start=f"{DAY} 08:00", end=f"{DAY} 18:00", clock=clock)
    absence = db.session.scalars(select(Absence)).one()
    with transaction(nadia.id):
        again = absences.shorten(absence, metz(f"{DAY} 13:00"), by=By.staff(nadia), now=clock())
    assert [each.appointment for each in again] == [late]
    assert (early.status, late.status) == (Status.DISPLACED, Status.BOOKED)
    assert late.starts_at == metz(f"{DAY} 14:00")
    assert promised(nadia) == [Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 13:00"))]
    assert letters_about(late)[-1] == (Letter.REINSTATED, 1)


def test_taken_back_whole_and_once(nadia: Staff, clock: FrozenClock) -> None:
    presence = make_presence(f"{DAY} 09:00", "17:00", conseiller=nadia)
    booked = make_appointment(presence, f"{DAY} 09:00")
    plan = enter(nadia, start=f"{DAY} 08:00", end=f"{DAY} 18:00", clock=clock)
    absence = db.session.scalars(select(Absence)).one()
    with transaction(nadia.id):
        absences.withdraw(absence, by=By.staff(nadia), now=clock())
    assert promised(nadia) == []
    assert booked.status is Status.BOOKED
    assert [each.standing for each in plans.lines_of(plan)] == [Standing.REINSTATED]
    with pytest.raises(AbsenceIsOver), transaction(nadia.id):
        absences.withdraw(absence, by=By.staff(nadia), now=clock())


def test_whoever_has_another_time_meanwhile_keeps_it(nadia: Staff, clock: FrozenClock) -> None:
    presence = make_presence(f"{DAY} 09:00", "17:00", conseiller=nadia)
    booked = make_appointment(presence, f"{DAY} 09:00")
    enter(nadia, start=f"{DAY} 08:00", end=f"{DAY} 18:00", clock=clock)
    with transaction(nadia.id):
        db.session.get_one(Presence, presence.id).withdrawn_at = clock()
    absence = db.session.scalars(select(Absence)).one()
    with transaction(nadia.id):
        assert absences.withdraw(absence, by=By.staff(nadia), now=clock() + timedelta(minutes=1)) == []
    assert booked.status is Status.DISPLACED
