"""A presence withdrawn or changed over bookings: whoever is expected is a line of a plan, and nobody is cancelled."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.planning import BookingsInside, Plan, plan_of
from cnapp.domain.plans import RecoveryPlan, Trigger
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Way
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.services import plans, replanning, roster_plans
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import (
    make_appointment,
    make_commitment,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    make_workshop,
    metz,
)
from tests.support import FrozenClock

TODAY, DAY = "2026-11-30", "2026-12-03"


@pytest.fixture
def nadia(app: Application) -> Staff:
    return make_staff("Nadia")


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny")


@pytest.fixture
def presence(nadia: Staff, borny: Place) -> Presence:
    return make_presence(f"{DAY} 09:00", "17:00", conseiller=nadia, place=borny)


def withdraw(presence: Presence, clock: FrozenClock) -> RecoveryPlan | None:
    with transaction(presence.conseiller_id):
        return roster_plans.withdraw(presence, by=By.staff(presence.conseiller), now=clock())


def change(presence: Presence, clock: FrozenClock, **wish: object) -> tuple[Presence, RecoveryPlan | None]:
    with transaction(presence.conseiller_id):
        wanted = Plan(**{**vars(plan_of(presence)), **wish})
        return roster_plans.change(presence, wanted, by=By.staff(presence.conseiller), now=clock())


def whole(plan: RecoveryPlan | None) -> list[Appointment | WorkshopSession | None]:
    assert plan and plan.cause is Trigger.ROSTER
    return [each.appointment or each.session for each in plans.lines_of(plan)]


def test_withdrawn_over_bookings_it_opens_a_plan(presence: Presence, clock: FrozenClock) -> None:
    booked = [make_appointment(presence, f"{DAY} {at}") for at in ("09:00", "14:00")]
    plan = withdraw(presence, clock)
    assert whole(plan) == booked
    assert {each.status for each in booked} == {Status.DISPLACED}
    assert presence.withdrawn_at


def test_withdrawn_over_a_workshop_too(nadia: Staff, borny: Place, clock: FrozenClock) -> None:
    workshop = make_workshop(f"{DAY} 14:00", place=borny, leader=nadia)
    presence = db.session.scalars(select(Presence)).one()
    plan = withdraw(presence, clock)
    session = db.session.scalars(select(WorkshopSession)).one()
    assert whole(plan) == [session]
    assert (session.workshop_id, session.displaced_at) == (workshop.id, clock())
    assert presence.withdrawn_at


def test_where_nobody_is_expected_there_is_no_plan(presence: Presence, clock: FrozenClock) -> None:
    make_commitment(presence, f"{DAY} 09:00", kind=Kind.HOLD, draft_id="d", expires_at=metz(f"{TODAY} 20:00"))
    assert withdraw(presence, clock) is None
    assert presence.withdrawn_at
    assert db.session.scalars(select(Commitment)).all() == []


def test_whoever_is_being_received_keeps_it(presence: Presence, clock: FrozenClock) -> None:
    here, later = make_appointment(presence, f"{DAY} 09:00"), make_appointment(presence, f"{DAY} 14:00")
    clock.set(f"{DAY} 09:20")
    assert not roster_plans.lost(presence, None, now=clock()).can_be_displaced
    with pytest.raises(BookingsInside):
        withdraw(presence, clock)
    db.session.expire_all()
    assert {here.status, later.status} == {Status.BOOKED}
    assert db.session.scalars(select(RecoveryPlan)).all() == []


def test_shortened_only_those_beyond_are_displaced(presence: Presence, clock: FrozenClock) -> None:
    inside, beyond = make_appointment(presence, f"{DAY} 09:00"), make_appointment(presence, f"{DAY} 14:00")
    same, plan = change(presence, clock, span=Span(metz(f"{DAY} 09:00"), metz(f"{DAY} 13:00")))
    assert same == presence
    assert presence.ends_at == metz(f"{DAY} 13:00")
    assert whole(plan) == [beyond]
    assert inside.status is Status.BOOKED


def test_at_another_place_it_is_another_presence_and_they_are_proposed_to_follow(
    presence: Presence, borny: Place, clock: FrozenClock
) -> None:
    near = make_place("Sablon")
    make_travel(borny, near, 10)
    booked = make_appointment(presence, f"{DAY} 10:30")
    made, plan = change(presence, clock, place=near, room=None)
    assert whole(plan) == [booked]
    assert (made.place_id, made.span, presence.withdrawn_at) == (near.id, presence.span, clock())
    proposal = replanning.propose([db.session.get_one(Appointment, booked.id)], now=clock())[booked.id]
    assert proposal.option
    assert (proposal.option.way, proposal.option.place_id, proposal.option.starts_at) == (
        Way.NEARBY,
        near.id,
        booked.starts_at,
    )


def test_changed_where_nobody_is_touched_it_is_as_before(presence: Presence, clock: FrozenClock) -> None:
    make_appointment(presence, f"{DAY} 09:00")
    same, plan = change(presence, clock, span=Span(metz(f"{DAY} 09:00"), metz(f"{DAY} 16:00")))
    assert (same, plan, same.ends_at) == (presence, None, metz(f"{DAY} 16:00"))
