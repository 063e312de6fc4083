"""An absence entered while others book, move, cancel, or enter the same one (RELIABILITY.md C12): never silent."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.absences import Absence, AbsentAlready, Cause
from cnapp.domain.appointments import Appointment, NotUpcoming, Status
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.people import Role, Staff
from cnapp.domain.plans import Displacement, Standing
from cnapp.services import absences, appointments
from cnapp.services.absences import Wanted
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.booking import Aim, aim, begin, book, confirm, hold, party
from tests.factories import make_appointment, make_motif, make_place, make_presence, make_staff, make_workshop, metz
from tests.support import FrozenClock
from tests.torture.crowd import crowd, sized

pytestmark = pytest.mark.torture
DAY = "2026-12-03"
AWAY = Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 18:00"))
HOURS = ("09:00", "09:45", "10:30", "11:15", "12:00", "12:45", "13:30", "14:15")
TAKEN = (SlotTaken, OutsidePresence)


def leave(staff_id: int, by: By, now: datetime) -> int:
    """The number of its plan."""
    with transaction(staff_id):
        staff = db.session.get_one(Staff, staff_id)
        return absences.enter(Wanted([staff], AWAY, Cause.ILLNESS), by=by, now=now).id


def by_anne() -> By:
    return By.staff(make_staff("Anne", role=Role.COORDINATOR, receives=False))


def displaced() -> dict[int, Standing]:
    """By appointment."""
    rows = db.session.scalars(select(Displacement)).all()
    return {each.appointment_id: each.standing for each in rows if each.appointment_id}


def judge(made: list[int]) -> None:
    """Whoever has a booking is either in the plan, or was never promised anything: nobody stands in the absence."""
    db.session.rollback()
    db.session.expire_all()
    found = {each: db.session.get_one(Appointment, each) for each in made}
    assert {each.status for each in found.values()} <= {Status.DISPLACED}
    assert {each: displaced()[each] for each in made} == dict.fromkeys(made, Standing.OPEN)


@pytest.mark.parametrize("is_held", [False, True], ids=["from the start", "from a hold"])
def test_eight_book_while_it_is_entered(app: Application, clock: FrozenClock, is_held: bool) -> None:
    """C12: each booking is refused, or is a line of the plan."""
    motif, by, refused = make_motif(), by_anne(), 0
    for _ in range(sized(100)):
        place = make_place()
        presence = make_presence(f"{DAY} 09:00", "17:00", place=place)
        aims = [aim(motif, place, f"{DAY} {hour}") for hour in HOURS]
        drafts = [begin(now=clock()) for _ in aims] if is_held else []
        for draft_id, what in zip(drafts, aims, strict=False):
            hold(draft_id, what, now=clock())

        def act(number: int, aims=aims, drafts=drafts, staff_id=presence.conseiller_id) -> int:  # type: ignore[no-untyped-def]
            if number == len(aims):
                return -leave(staff_id, by, clock())
            if drafts:
                return confirm(drafts[number], aims[number], party(), now=clock()).id
            return book(aims[number], now=clock()).id

        answers = crowd(app, len(aims) + 1, act)
        assert isinstance(answers[-1], int)
        judge([each for each in answers[:-1] if isinstance(each, int)])
        refusals = [each for each in answers[:-1] if not isinstance(each, int)]
        assert all(isinstance(each, TAKEN) for each in refusals)
        refused += len(refusals)
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == sized(100) * len(HOURS) - refused


def test_of_two_who_enter_the_same_one_enters_it(app: Application, clock: FrozenClock) -> None:
    by = by_anne()
    for round_ in range(1, sized(100) + 1):
        presence = make_presence(f"{DAY} 09:00", "17:00")
        booked = make_appointment(presence, f"{DAY} 09:00")
        answers = crowd(app, 2, lambda _, who=presence.conseiller_id: leave(who, by, clock()))  # type: ignore[misc]
        assert {type(each) for each in answers} == {int, AbsentAlready}
        judge([booked.id])
        assert db.session.scalar(select(func.count()).select_from(Absence)) == round_


def test_two_who_enter_a_meeting_of_crossing_people_never_wait_for_each_other(
    app: Application, clock: FrozenClock
) -> None:
    """Two coordinators, the same two people named in the other order."""
    by = by_anne()
    for _ in range(sized(100)):
        ids = [make_presence(f"{DAY} 09:00", "17:00").conseiller_id for _ in range(2)]

        def act(number: int, ids: list[int] = ids) -> int:
            mine = ids if number else ids[::-1]
            with transaction(*mine):
                people = [db.session.get_one(Staff, each) for each in mine]
                return absences.enter(Wanted(people, AWAY, Cause.MEETING), by=by, now=clock()).id

        assert {type(each) for each in crowd(app, 2, act)} == {int, AbsentAlready}


def test_whoever_moves_into_it_is_refused_or_in_the_plan(app: Application, clock: FrozenClock) -> None:
    """C17 beside C12: they keep the time that they had, or are displaced; never between the two."""
    motif, by = make_motif(), by_anne()
    for _ in range(sized(100)):
        place = make_place()
        appointment = make_appointment(make_presence("2026-12-04 09:00", place=place), "2026-12-04 09:00", motif=motif)
        theirs = make_presence(f"{DAY} 09:00", "17:00", place=place)
        what, draft_id = aim(motif, place, f"{DAY} 09:00"), begin(now=clock())
        hold(draft_id, what, now=clock())
        number, whose, who = appointment.id, appointment.conseiller_id, theirs.conseiller_id

        def act(turn: int, number: int = number, who: int = who, people=(whose, who), what=what, draft=draft_id) -> int:  # type: ignore[no-untyped-def]
            if turn:
                return leave(who, by, clock())
            return move(number, people, what, draft, clock())

        moved, left = crowd(app, 2, act)
        assert isinstance(left, int)
        db.session.rollback()
        db.session.refresh(appointment)
        if isinstance(moved, int):
            judge([number])
        else:
            assert (appointment.status, appointment.conseiller_id) == (Status.BOOKED, whose)


def move(number: int, people: tuple[int, ...], what: Aim, draft_id: str, now: datetime) -> int:
    with transaction(*people):
        appointment = db.session.get_one(Appointment, number)
        appointments.move(appointment, what.taking(draft_id), by=By.citizen(), now=now)
        return number


def test_whoever_cancels_meanwhile_has_cancelled(app: Application, clock: FrozenClock) -> None:
    by = by_anne()
    for _ in range(sized(100)):
        appointment = make_appointment(make_presence(f"{DAY} 09:00", "17:00"), f"{DAY} 09:00")
        number, who = appointment.id, appointment.conseiller_id

        def act(turn: int, number: int = number, who: int = who) -> int:
            return leave(who, by, clock()) if turn else cancel(number, who, clock())

        answers = crowd(app, 2, act)
        assert not any(isinstance(each, NotUpcoming) for each in answers)
        db.session.rollback()
        db.session.refresh(appointment)
        assert appointment.status is Status.EXCUSED
        assert displaced().get(number) in (None, Standing.ENDED)


def cancel(number: int, who: int, now: datetime) -> int:
    with transaction(who):
        appointments.cancel(db.session.get_one(Appointment, number), by=By.citizen(), now=now)
        return number


def test_an_absence_taken_back_while_others_book_gives_nobodys_time_twice(app: Application, clock: FrozenClock) -> None:
    """Whoever was displaced is expected again, or somebody else has the time: the database knows no third way."""
    motif, by = make_motif(), by_anne()
    for _ in range(sized(100)):
        place = make_place()
        presence = make_presence(f"{DAY} 09:00", "17:00", place=place)
        waits = make_appointment(presence, f"{DAY} 09:00", motif=motif)
        who, number = presence.conseiller_id, waits.id
        leave(who, by, clock())
        absence_id = db.session.scalars(select(Absence.id).where(Absence.conseiller_id == who)).one()
        what = aim(motif, place, f"{DAY} 09:00")

        def act(turn: int, who: int = who, absence_id: int = absence_id, what: Aim = what) -> int:
            if turn:
                return book(what, now=clock()).id
            with transaction(who):
                return len(absences.withdraw(db.session.get_one(Absence, absence_id), by=by, now=clock()))

        again, booked = crowd(app, 2, act)
        db.session.rollback()
        db.session.refresh(waits)
        assert isinstance(again, int)
        assert (waits.status is Status.BOOKED) == (again == 1)
        assert displaced()[number] is (Standing.REINSTATED if again else Standing.OPEN)
        assert isinstance(booked, int) != bool(again)


def test_a_workshop_loses_its_leader_once(app: Application, clock: FrozenClock) -> None:
    by = by_anne()
    for round_ in range(1, sized(50) + 1):
        leader = make_staff()
        make_workshop(f"{DAY} 14:00", leader=leader)
        crowd(app, 2, lambda _, who=leader.id: leave(who, by, clock()))  # type: ignore[misc]
        lines = select(func.count()).select_from(Displacement).where(Displacement.session_id.is_not(None))
        db.session.rollback()
        assert db.session.scalar(lines) == round_
