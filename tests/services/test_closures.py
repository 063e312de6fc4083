"""Closures take effect at once: whoever is expected is displaced, nobody is cancelled, nobody is there to be booked."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closed, Closure, Place
from cnapp.domain.plans import Displacement, RecoveryPlan, Standing, Trigger
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Way
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services import plans, replanning
from cnapp.services.journal import history
from cnapp.services.presences import make_presences
from cnapp.web.application import Application
from tests.closing import ON, Town
from tests.factories import (
    make_appointment,
    make_commitment,
    make_place,
    make_presence,
    make_registration,
    make_rule,
    make_staff,
    make_travel,
    make_workshop,
    metz,
)
from tests.support import FrozenClock

TODAY = "2026-11-30"
DAY = "2026-12-03"


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", slug="borny")


@pytest.fixture
def anne(app: Application) -> Staff:
    return make_staff("Anne", role=Role.COORDINATOR, receives=False)


@pytest.fixture
def town(app: Application, anne: Staff, clock: FrozenClock) -> Town:
    return Town(app, anne, clock)


def standing() -> list[tuple[str, str, bool]]:
    """(from, until, who is received) of the presences that stand, on a clock of Metz."""
    db.session.expire_all()
    rows = db.session.scalars(select(Presence).where(Presence.withdrawn_at.is_(None)).order_by(Presence.starts_at))
    hour = timedelta(hours=1)
    return [(f"{r.starts_at + hour:%H:%M}", f"{r.ends_at + hour:%H:%M}", r.takes_appointments) for r in rows]


def lines(plan: RecoveryPlan | None) -> list[Displacement]:
    assert plan
    return list(plans.lines_of(plan))


def test_everybody_of_a_closed_day_is_displaced_and_nobody_is_there(town: Town, borny: Place) -> None:
    there = make_presence(f"{DAY} 09:00", "12:00", place=borny)
    elsewhere = make_appointment(make_presence(f"{DAY} 09:00", "12:00"), f"{DAY} 09:00")
    booked, other_day = make_appointment(there, f"{DAY} 09:00"), make_presence("2026-12-04 09:00", place=borny)
    entered = town.close(borny)
    plan = entered.effect.plan
    assert plan and (plan.cause, plan.closure) == (Trigger.CLOSURE, entered.closure)
    assert [(each.appointment, each.standing, each.place_id) for each in lines(plan)] == [
        (booked, Standing.OPEN, borny.id)
    ]
    assert (booked.status, elsewhere.status) == (Status.DISPLACED, Status.BOOKED)
    assert there.withdrawn_at
    assert other_day.withdrawn_at is None
    told = select(Due.letter).where(Due.appointment_id == booked.id).order_by(Due.id.desc()).limit(1)
    assert db.session.scalar(told) is Letter.DISPLACED
    assert "withdrawn" in [each.what for each in history((Subject.PRESENCE, there.id))[0]]


def test_the_number_of_one_that_is_gone_is_nobody_elses(town: Town, borny: Place) -> None:
    """The journal tells by it what gave way to which."""
    closure = town.close(borny).closure
    number = closure.id
    town.reopen(closure)
    assert town.close(borny).closure.id > number


def test_where_nobody_is_expected_there_is_no_plan(town: Town, borny: Place) -> None:
    there = make_presence(f"{DAY} 09:00", "12:00", place=borny)
    assert town.close(borny).effect.plan is None
    assert there.withdrawn_at


def test_the_coordination_is_told_but_for_whoever_did_it(town: Town, borny: Place, anne: Staff) -> None:
    paul = make_staff("Paul", role=Role.COORDINATOR)
    make_appointment(make_presence(f"{DAY} 09:00", place=borny), f"{DAY} 09:00")
    town.close(borny)
    assert db.session.scalars(select(Due.staff_id).where(Due.letter == Letter.ABSENT)).all() == [paul.id]


def test_hours_in_the_middle_cut_a_presence_in_two(town: Town, borny: Place) -> None:
    there = make_presence(f"{DAY} 09:00", "17:00", place=borny, pause="12:30-13:30", walk_in_minutes=60)
    early, inside, late = (make_appointment(there, f"{DAY} {at}") for at in ("09:00", "11:15", "14:00"))
    plan = town.close(borny, from_time=time(11), until_time=time(13)).effect.plan
    assert standing() == [("09:00", "11:00", True), ("13:30", "17:00", True)]
    assert [each.appointment for each in lines(plan)] == [inside]
    assert [each.status for each in (early, inside, late)] == [Status.BOOKED, Status.DISPLACED, Status.BOOKED]
    assert early.presence_id == there.id != late.presence_id
    assert (late.presence.walk_in_minutes, late.presence.rule_id, late.version) == (60, None, 1)
    assert there.edited_at


def test_a_workshop_in_the_part_that_stays_keeps_its_leader(town: Town, borny: Place) -> None:
    nadia = make_staff()
    workshop = make_workshop(f"{DAY} 14:00", place=borny, leader=nadia)
    with transaction(nadia.id):
        presence = db.session.scalars(select(Presence)).one()
        presence.starts_at, presence.takes_appointments = metz(f"{DAY} 09:00"), True
    town.close(borny, from_time=time(10), until_time=time(12))
    assert standing() == [("09:00", "10:00", True), ("12:00", "15:30", True)]
    session = db.session.get_one(Workshop, workshop.id).sessions[0]
    assert session.displaced_at is None
    assert session.leadings[0].presence_id != presence.id


def test_what_is_under_way_goes_on_to_its_end(town: Town, borny: Place, clock: FrozenClock) -> None:
    clock.set(f"{TODAY} 10:10")
    there = make_presence(f"{TODAY} 09:00", "12:00", place=borny)
    here, waits = make_appointment(there, f"{TODAY} 09:45"), make_appointment(there, f"{TODAY} 10:30")
    day = date(2026, 11, 30)
    town.close(borny, starts_on=day, ends_on=day)
    assert standing() == [("09:00", "10:30", True)]
    assert (here.status, waits.status) == (Status.BOOKED, Status.DISPLACED)


def test_a_time_that_somebody_is_about_to_take_is_gone(town: Town, borny: Place) -> None:
    there = make_presence(f"{DAY} 09:00", "12:00", place=borny)
    make_commitment(there, f"{DAY} 09:00", kind=Kind.HOLD, draft_id="d", expires_at=metz(f"{TODAY} 20:00"))
    town.close(borny)
    assert db.session.scalars(select(Commitment)).all() == []
    assert there.withdrawn_at


def test_only_help_is_closed(town: Town, borny: Place) -> None:
    whole = make_presence(f"{DAY} 09:00", "12:00", place=borny)
    booked = make_appointment(whole, f"{DAY} 09:00")
    workshop = make_workshop(f"{DAY} 14:00", place=borny)
    town.close(borny, closes=Closed.APPOINTMENTS)
    assert standing() == [("09:00", "12:00", False), ("14:00", "15:30", False)]
    assert booked.status is Status.DISPLACED
    assert db.session.get_one(Workshop, workshop.id).sessions[0].displaced_at is None


def test_only_workshops_are_closed(town: Town, borny: Place) -> None:
    there = make_presence(f"{DAY} 09:00", "12:00", place=borny)
    booked = make_appointment(there, f"{DAY} 09:00")
    workshop = make_workshop(f"{DAY} 14:00", place=borny)
    plan = town.close(borny, closes=Closed.WORKSHOPS).effect.plan
    assert standing() == [("09:00", "12:00", True)]
    assert booked.status is Status.BOOKED
    session = db.session.scalars(select(WorkshopSession)).one()
    assert (session.workshop_id, session.displaced_at) == (workshop.id, town.clock())
    assert [each.session for each in lines(plan)] == [session]


def test_a_closure_of_every_place(town: Town, borny: Place) -> None:
    one, two = make_presence(f"{DAY} 09:00", place=borny), make_presence(f"{DAY} 09:00")
    for each in (one, two):
        make_appointment(each, f"{DAY} 09:00")
    assert len(lines(town.close(None).effect.plan)) == 2
    assert standing() == []


def test_taken_back_all_is_as_before(town: Town, borny: Place) -> None:
    there = make_presence(f"{DAY} 09:00", "17:00", place=borny, pause="12:30-13:30")
    booked = [make_appointment(there, f"{DAY} {at}") for at in ("09:00", "11:15", "14:00")]
    led = make_workshop(f"{DAY} 10:00", place=borny)
    before = standing()
    entered = town.close(borny, from_time=time(10), until_time=time(13))
    again = town.reopen(entered.closure).again
    assert standing() == before
    assert [each.status for each in booked] == [Status.BOOKED] * 3
    assert {each.presence_id for each in booked} == {there.id}
    assert len(again) == 2
    session = db.session.get_one(Workshop, led.id).sessions[0]
    assert (session.displaced_at, len(session.leadings)) == (None, 1)
    assert {each.standing for each in db.session.scalars(select(Displacement))} == {Standing.REINSTATED}
    plan = db.session.scalars(select(RecoveryPlan)).one()
    assert (plan.cause, plan.closure_id) == (Trigger.ROSTER, None)
    assert db.session.scalars(select(Closure)).all() == []


def test_who_has_gone_elsewhere_meanwhile_is_not_called_back(town: Town, borny: Place) -> None:
    nadia = make_staff()
    there = make_presence(f"{DAY} 09:00", "12:00", place=borny, conseiller=nadia)
    booked = make_appointment(there, f"{DAY} 09:00")
    entered = town.close(borny)
    make_presence(f"{DAY} 09:00", "12:00", conseiller=nadia)
    assert town.reopen(entered.closure).again == []
    assert booked.status is Status.DISPLACED
    assert lines(db.session.scalars(select(RecoveryPlan)).one())[0].is_open


def test_shortened_whoever_comes_after_it_is_expected_again(town: Town, borny: Place) -> None:
    days = [make_presence(f"2026-12-0{n} 09:00", place=borny) for n in (3, 4)]
    booked = [make_appointment(each, f"{each.starts_at:%Y-%m-%d} 09:00") for each in days]
    entered = town.close(borny, ends_on=date(2026, 12, 4))
    changed = town.change(entered.closure, ends_on=ON)
    assert [each.status for each in booked] == [Status.DISPLACED, Status.BOOKED]
    assert [each.appointment for each in changed.again] == [booked[1]]
    assert [each.withdrawn_at is None for each in days] == [False, True]


def test_lengthened_it_adds_to_the_same_plan(town: Town, borny: Place) -> None:
    days = [make_presence(f"2026-12-0{n} 09:00", place=borny) for n in (3, 4)]
    booked = [make_appointment(each, f"{each.starts_at:%Y-%m-%d} 09:00") for each in days]
    entered = town.close(borny)
    town.change(entered.closure, ends_on=date(2026, 12, 4))
    assert [each.appointment for each in lines(db.session.scalars(select(RecoveryPlan)).one())] == booked
    assert [each.what for each in history((Subject.PRESENCE, days[0].id))[0]] == ["withdrawn"]


def test_from_morning_to_all_day_and_back(town: Town, borny: Place) -> None:
    there = make_presence(f"{DAY} 09:00", "17:00", place=borny)
    booked = [make_appointment(there, f"{DAY} {at}") for at in ("09:00", "14:00")]
    entered = town.close(borny, from_time=time(8), until_time=time(12))
    assert standing() == [("12:00", "17:00", True)]
    town.change(entered.closure, from_time=None, until_time=None)
    assert standing() == []
    assert {each.status for each in booked} == {Status.DISPLACED}
    town.change(entered.closure, from_time=time(8), until_time=time(9))
    assert standing() == [("09:00", "17:00", True)]
    assert {each.status for each in booked} == {Status.BOOKED}


def test_what_another_closure_holds_stays_closed(town: Town, borny: Place) -> None:
    there = make_presence(f"{DAY} 09:00", "12:00", place=borny)
    booked = make_appointment(there, f"{DAY} 09:00")
    first = town.close(borny).closure
    second = town.close(None).closure
    assert town.reopen(first).again == []
    assert (standing(), booked.status) == ([], Status.DISPLACED)
    town.reopen(second)
    assert standing() == [("09:00", "12:00", True)]


def test_taken_back_in_another_order_than_they_came(town: Town, borny: Place) -> None:
    make_presence(f"{DAY} 09:00", "12:00", place=borny)
    first, second = town.close(borny, closes=Closed.APPOINTMENTS).closure, town.close(None).closure
    town.reopen(first)
    assert standing() == []
    town.reopen(second)
    assert standing() == [("09:00", "12:00", True)]


def test_one_that_has_begun_ends_instead_of_never_having_been(town: Town, borny: Place, clock: FrozenClock) -> None:
    first, second = (make_presence(f"2026-12-0{n} 09:00", "12:00", place=borny) for n in (3, 4))
    entered = town.close(borny, ends_on=date(2026, 12, 4))
    clock.set("2026-12-04 08:00")
    town.reopen(entered.closure)
    assert (first.withdrawn_at is None, second.withdrawn_at is None) == (False, True)
    assert db.session.scalars(select(Closure.ends_on)).all() == [ON]


class TestAPlaceThatMoves:
    @pytest.fixture
    def school(self, borny: Place) -> Place:
        school = make_place("École", slug="ecole")
        make_travel(borny, school, 10)
        return school

    def test_who_would_be_there_is_at_the_provisional_place(self, town: Town, borny: Place, school: Place) -> None:
        there = make_presence(f"{DAY} 09:00", "12:00", place=borny)
        booked = make_appointment(there, f"{DAY} 10:00")
        plan = town.close(borny, provisional_place_id=school.id).effect.plan
        assert plan and plan.cause is Trigger.MOVE
        moved = db.session.scalars(select(Presence).where(Presence.withdrawn_at.is_(None))).one()
        assert (moved.place_id, moved.span, moved.conseiller_id) == (school.id, there.span, there.conseiller_id)
        option = replanning.propose([db.session.get_one(Appointment, booked.id)], now=town.clock())[booked.id].option
        assert option
        assert (option.way, option.place_id, option.starts_at, option.conseiller_id) == (
            Way.NEARBY,
            school.id,
            booked.starts_at,
            there.conseiller_id,
        )

    def test_taken_back_they_are_where_they_were(self, town: Town, borny: Place, school: Place) -> None:
        there = make_presence(f"{DAY} 09:00", "12:00", place=borny)
        booked = make_appointment(there, f"{DAY} 10:00")
        town.reopen(town.close(borny, provisional_place_id=school.id).closure)
        assert (booked.status, booked.presence_id, there.withdrawn_at) == (Status.BOOKED, there.id, None)
        assert standing() == [("09:00", "12:00", True)]

    def test_somebody_booked_at_the_provisional_place_stays_there(
        self, town: Town, borny: Place, school: Place
    ) -> None:
        there = make_presence(f"{DAY} 09:00", "12:00", place=borny)
        booked = make_appointment(there, f"{DAY} 10:00")
        closure = town.close(borny, provisional_place_id=school.id).closure
        moved = db.session.scalars(select(Presence).where(Presence.place_id == school.id)).one()
        other = make_appointment(moved, f"{DAY} 09:00")
        assert town.reopen(closure).again == []
        assert (other.status, booked.status, there.withdrawn_at is None) == (Status.BOOKED, Status.DISPLACED, False)

    def test_where_the_provisional_place_is_not_open_nobody_is(self, town: Town, borny: Place) -> None:
        shut = make_place("Gymnase", open_all_day=False)
        make_presence(f"{DAY} 09:00", "12:00", place=borny)
        town.close(borny, provisional_place_id=shut.id)
        assert standing() == []

    def test_workshops_follow_and_those_registered_are_told(self, town: Town, borny: Place, school: Place) -> None:
        workshop = make_workshop(f"{DAY} 14:00", place=borny)
        registration = make_registration(workshop, email="lea@exemple.fr")
        plan = town.close(borny, provisional_place_id=school.id).effect.plan
        workshop = db.session.get_one(Workshop, workshop.id)
        assert (workshop.place_id, workshop.sessions[0].displaced_at) == (school.id, None)
        assert len(workshop.sessions[0].leadings) == 1
        assert [each.standing for each in lines(plan)] == [Standing.SETTLED]
        told = select(Due.letter).where(Due.registration_id == registration.id).order_by(Due.id.desc()).limit(1)
        assert db.session.scalar(told) is Letter.WORKSHOP_CHANGED

    def test_a_cycle_that_stays_for_a_part_is_for_somebody_to_decide(
        self, town: Town, borny: Place, school: Place
    ) -> None:
        workshop = make_workshop(f"{DAY} 14:00", "2026-12-10 14:00", place=borny)
        plan = town.close(borny, provisional_place_id=school.id).effect.plan
        assert [each.standing for each in lines(plan)] == [Standing.OPEN]
        assert db.session.get_one(Workshop, workshop.id).place_id == borny.id

    def test_the_roster_goes_there_too(self, town: Town, borny: Place, school: Place) -> None:
        make_rule(place=borny, weekday=3)
        town.close(borny, provisional_place_id=school.id)
        with transaction():
            make_presences(ON, date(2026, 12, 10), now=town.clock())
        made = db.session.scalars(select(Presence).order_by(Presence.starts_at)).all()
        assert [each.place_id for each in made] == [school.id, borny.id]


def test_the_roster_makes_what_a_closure_leaves(town: Town, borny: Place) -> None:
    make_rule(place=borny, weekday=3)
    town.close(borny, from_time=time(9), until_time=time(10))
    with transaction():
        make_presences(ON, ON, now=town.clock())
    assert standing() == [("10:00", "12:00", True)]
