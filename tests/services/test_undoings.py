"""« Annuler la dernière modification »: whoever had lost their time by it has it again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Role
from cnapp.domain.planning import plan_of
from cnapp.domain.plans import Displacement, Standing
from cnapp.domain.presences import Presence
from cnapp.services import roster_plans, undoings
from cnapp.services.appointments import cancel
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_appointment, make_place, make_presence, make_staff, metz
from tests.support import FrozenClock

DAY = "2026-12-03"


@pytest.fixture
def anne(app: Application) -> By:
    return By.staff(make_staff("Anne", role=Role.COORDINATOR, receives=False))


@pytest.fixture
def presence(app: Application) -> Presence:
    return make_presence(f"{DAY} 09:00", "12:00", conseiller=make_staff("Nadia"), place=make_place("Borny"))


@pytest.fixture
def late(presence: Presence) -> Appointment:
    return make_appointment(presence, f"{DAY} 11:00")


def _undo(presence: Presence, by: By, clock: FrozenClock) -> list[Displacement]:
    with transaction(presence.conseiller_id):
        return undoings.undo(presence, by=by, now=clock())


def _shorten(presence: Presence, by: By, clock: FrozenClock) -> None:
    with transaction(presence.conseiller_id):
        shorter = Span(presence.starts_at, metz(f"{DAY} 10:30"))
        roster_plans.change(presence, replace(plan_of(presence), span=shorter), by=by, now=clock())


def test_a_presence_as_long_as_before_expects_whoever_fell_out(
    presence: Presence, late: Appointment, anne: By, clock: FrozenClock
) -> None:
    _shorten(presence, anne, clock)
    assert late.status is Status.DISPLACED
    again = _undo(presence, anne, clock)
    assert [each.standing for each in again] == [Standing.REINSTATED]
    assert (late.status, late.presence, late.starts_at) == (Status.BOOKED, presence, metz(f"{DAY} 11:00"))
    letters = db.session.scalars(select(Due.letter).order_by(Due.id)).all()
    assert letters[-1] is Letter.REINSTATED


def test_a_presence_that_stands_again_expects_everybody(
    presence: Presence, late: Appointment, anne: By, clock: FrozenClock
) -> None:
    with transaction(presence.conseiller_id):
        roster_plans.withdraw(presence, by=anne, now=clock())
    assert len(_undo(presence, anne, clock)) == 1
    assert late.status is Status.BOOKED


def test_whoever_decided_meanwhile_is_left_alone(
    presence: Presence, late: Appointment, anne: By, clock: FrozenClock
) -> None:
    _shorten(presence, anne, clock)
    with transaction(presence.conseiller_id):
        cancel(late, by=By.citizen(), now=clock())
    assert _undo(presence, anne, clock) == []
    assert late.status is Status.EXCUSED
