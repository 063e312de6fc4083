"""Workshops in a plan, decided while people register and book: each seat and each hour goes to one."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.appointments import Appointment
from cnapp.domain.plans import Displacement, RecoveryPlan, Standing
from cnapp.domain.proposals import CANCEL_VALUE
from cnapp.domain.registrations import Registration
from cnapp.domain.registrations import Standing as Registered
from cnapp.domain.seats import Seat
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Status, Workshop
from cnapp.services import plan_undoings
from cnapp.services.journal import By
from cnapp.services.plan_applications import Applied
from cnapp.web.application import Application
from tests.booking import aim, book
from tests.factories import make_motif
from tests.registering import applicant, register
from tests.services.test_session_plans import DAY, Town
from tests.support import FrozenClock
from tests.torture.crowd import crowd, sized
from tests.torture.test_plans import press

pytestmark = pytest.mark.torture


@pytest.fixture
def town(app: Application, clock: FrozenClock) -> Town:
    return Town(app, clock)


@pytest.mark.parametrize("round_", range(sized(10)))
def test_cancelled_and_undone_while_people_register(app: Application, town: Town, round_: int) -> None:
    """Whoever has a seat at the end had one before, or took one when there was one."""
    plan = town.fall_ill()
    line = town.row(plan).line
    plan_id, workshop_id, by, now = plan.id, town.workshop.id, By.staff(town.boss), town.clock()
    choices = {line.public_id: CANCEL_VALUE}
    for number in range(2):
        register(workshop_id, applicant(number), settings=app.settings, now=now)

    def act(number: int) -> object:
        if number:
            return register(workshop_id, applicant(number + 1), settings=app.settings, now=now)
        press(plan_id, choices, by, now)
        known = db.session.get_one(RecoveryPlan, plan_id)
        with transaction(*plan_undoings.people_applied(known, now=now)):
            return plan_undoings.undo(known, by=by, now=now)

    answers = crowd(app, 5, act)
    made = [each for each in answers if isinstance(each, str)]
    db.session.rollback()
    seated = select(Registration).where(Registration.status == Registered.REGISTERED)
    assert len(db.session.scalars(seated).all()) == len(db.session.scalars(select(Seat)).all()) == 2 + len(made)
    assert db.session.get_one(Workshop, workshop_id).status is Status.PUBLISHED
    assert db.session.scalars(select(Displacement)).one().standing is Standing.OPEN


@pytest.mark.parametrize("round_", range(sized(10)))
def test_the_leader_is_booked_as_the_plan_is_applied(app: Application, town: Town, round_: int) -> None:
    """The hold has expired: a citizen takes her hour, or the workshop does."""
    town.there()
    plan = town.fall_ill()
    row = town.row(plan)
    choices = {row.line.public_id: row.proposal.value if row.proposal else ""}
    town.clock.advance(minutes=16)
    plan_id, by, now = plan.id, By.staff(town.boss), town.clock()
    wanted = aim(make_motif(), town.borny, f"{DAY} 09:00")
    answers = crowd(app, 3, lambda number: book(wanted, now=now).id if number else press(plan_id, choices, by, now))
    (applied,) = [each for each in answers if isinstance(each, Applied)]
    db.session.rollback()
    booked, session = db.session.scalars(select(Appointment)).all(), db.session.scalars(select(WorkshopSession)).one()
    assert len(booked) + len(applied.done) == 1
    assert bool(session.displaced_at) == bool(booked) == (not session.leadings)
    assert all(isinstance(each, (Applied, int, Refusal)) for each in answers)
