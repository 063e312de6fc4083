"""Plans applied, undone, and booked into at the same instant: one promise for each time, nobody lost."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Staff
from cnapp.domain.plans import Displacement, RecoveryPlan, Standing
from cnapp.services import absences, plan_applications, plan_undoings, plan_work
from cnapp.services.appointments import cancel
from cnapp.services.journal import By
from cnapp.services.plan_applications import Applied, SomeTaken
from cnapp.web.application import Application, settings
from tests.booking import aim, book
from tests.factories import metz
from tests.services.test_plan_work import DAY, Town, as_proposed, town
from tests.torture.crowd import crowd, sized

__all__ = ["town"]
pytestmark = pytest.mark.torture
HOURS = ("09:00", "10:00")


def prepared(town: Town) -> tuple[RecoveryPlan, dict[str, str]]:
    town.hugo()
    plan = town.fall_ill()
    return plan, as_proposed(town.open(plan))


def press(plan_id: int, choices: dict[str, str], by: By, now: datetime) -> Applied:
    plan = db.session.get_one(RecoveryPlan, plan_id)
    with transaction(*plan_work.people_of(plan, choices)):
        return plan_applications.apply(plan, choices, whole=False, by=by, settings=settings(), now=now)


def take_back(plan_id: int, by: By, now: datetime) -> int:
    plan = db.session.get_one(RecoveryPlan, plan_id)
    with transaction(*plan_undoings.people_applied(plan, now=now)):
        return len(plan_undoings.undo(plan, by=by, now=now).undone)


def standings() -> list[Standing]:
    db.session.rollback()
    return list(db.session.scalars(select(Displacement.standing).order_by(Displacement.starts_at)))


def replaced() -> int:
    return len(db.session.scalars(select(Due).where(Due.letter == Letter.REPLACED)).all())


@pytest.mark.parametrize("round_", range(sized(10)))
def test_two_coordinators_press_at_once_and_everybody_is_asked_once(app: Application, town: Town, round_: int) -> None:
    plan, choices = prepared(town)
    plan_id, by, now = plan.id, By.staff(town.anne), town.clock()
    answers = crowd(app, 4, lambda _: press(plan_id, choices, by, now))
    assert sum(len(each.done) for each in answers if isinstance(each, Applied)) == len(HOURS)
    assert standings() == [Standing.PROPOSED] * len(HOURS)
    assert replaced() == len(HOURS)


@pytest.mark.parametrize("round_", range(sized(10)))
def test_what_is_applied_is_never_booked_by_somebody_else(app: Application, town: Town, round_: int) -> None:
    """The holds have expired: citizens may take the times, or the plan; each time goes to one."""
    plan, choices = prepared(town)
    town.clock.advance(minutes=16)
    plan_id, by, now = plan.id, By.staff(town.anne), town.clock()
    motif = db.session.get_one(Appointment, town.appointments[0].id).motif
    aims = [aim(motif, town.borny, f"{DAY} {hour}") for hour in HOURS]

    def act(number: int) -> object:
        return press(plan_id, choices, by, now) if number == 0 else book(aims[number % len(aims)], now=now).id

    answers = crowd(app, 7, act)
    (applied,) = [each for each in answers if isinstance(each, Applied)]
    booked = {each for each in answers if isinstance(each, int)}
    assert len(applied.done) + len(booked) == len(HOURS)
    lost = standings().count(Standing.OPEN)
    assert lost == len(applied.returned) == len(booked)
    promised = select(Commitment).where(Commitment.kind == Kind.APPOINTMENT)
    assert sorted(each.starts_at for each in db.session.scalars(promised)) == [metz(f"{DAY} {hour}") for hour in HOURS]


@pytest.mark.parametrize("round_", range(sized(10)))
def test_undone_while_somebody_cancels(app: Application, town: Town, round_: int) -> None:
    plan, choices = prepared(town)
    plan_id, by, now = plan.id, By.staff(town.anne), town.clock()
    press(plan_id, choices, by, now)
    first = town.appointments[0]
    first_id, hugo_id = first.id, first.conseiller_id

    def act(number: int) -> int:
        if number == 0:
            return take_back(plan_id, by, now)
        appointment = db.session.get_one(Appointment, first_id)
        with transaction(appointment.conseiller_id, hugo_id):
            cancel(appointment, by=By.citizen(), now=now)
        return 0

    answers = crowd(app, 2, act)
    assert answers[0] in (1, 2)
    db.session.rollback()
    assert db.session.get_one(Appointment, first_id).status is Status.EXCUSED
    assert standings() == [Standing.ENDED, Standing.OPEN]


@pytest.mark.parametrize("round_", range(sized(10)))
def test_the_colleague_falls_ill_as_the_plan_is_applied(app: Application, town: Town, round_: int) -> None:
    """Either nobody is given to them, or whoever was is displaced again: everybody is in some plan."""
    plan, choices = prepared(town)
    plan_id, by, now = plan.id, By.staff(town.anne), town.clock()
    held = select(Commitment.conseiller_id).where(Commitment.kind == Kind.HOLD)
    hugo_id = db.session.scalars(held).first()

    def act(number: int) -> object:
        if number == 0:
            return press(plan_id, choices, by, now)
        hugo = db.session.get_one(Staff, hugo_id)
        with transaction(hugo.id):
            span = absences.Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 18:00"))
            return absences.enter(absences.Wanted([hugo], span, absences.Cause.ILLNESS), by=by, now=now)

    answers = crowd(app, 2, act)
    assert not any(isinstance(each, Refusal) and not isinstance(each, SomeTaken) for each in answers)
    db.session.rollback()
    stranded = db.session.scalars(select(Appointment).where(Appointment.status == Status.DISPLACED)).all()
    assert len(stranded) == len(HOURS)
    assert standings().count(Standing.OPEN) == len(HOURS)
