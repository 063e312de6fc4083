"""What applying a plan does to one appointment, and undoing it, for tests that need no more of a plan."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db, transaction
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Kind
from cnapp.domain.outbox import Letter
from cnapp.domain.plan_queries import last_displacement
from cnapp.domain.plans import LETTERS_AFTER, Displacement, Standing
from cnapp.domain.presences import Presence
from cnapp.domain.proposal_answers import answer_until
from cnapp.services.appointment_letters import announce
from cnapp.services.appointments import free, give
from cnapp.services.displacements import displace, reinstate, told_at
from cnapp.services.journal import By
from tests.factories import make_commitment, make_plan


def lose(appointment: Appointment, *, now: datetime, **plan: object) -> Displacement:
    """As an absence does."""
    made = make_plan(**plan)
    with transaction(appointment.conseiller_id):
        return displace(db.session.get_one(Appointment, appointment.id), made, by=By.clock(), now=now)


def propose(line: Displacement, presence: Presence, at: str, *, now: datetime) -> Displacement:
    """As applying a plan does."""
    minutes = int((line.ends_at - line.starts_at).total_seconds()) // 60
    commitment = make_commitment(presence, at, minutes, kind=Kind.APPOINTMENT)
    with transaction(line.conseiller_id, presence.conseiller_id):
        line = db.session.get_one(Displacement, line.id)
        appointment = db.session.get_one(Appointment, line.appointment_id)
        give(appointment, db.session.get_one(type(commitment), commitment.id))
        db.session.flush()
        db.session.refresh(appointment, ["presence", "conseiller"])
        line.answer_until = answer_until(appointment.starts_at, now)
        line.settle(Standing.PROPOSED, now=now)
        is_today = day_of(now) in (day_of(line.starts_at), day_of(appointment.starts_at))
        due_at = now if is_today else now + LETTERS_AFTER
        announce(appointment, Letter.REPLACED, by=By.clock(), now=now, due_at=due_at)
        line.applied_version = appointment.version
    return line_of(line)


def withdraw(line: Displacement, *, now: datetime) -> Displacement:
    """As undoing a plan does."""
    appointment = line.appointment
    assert appointment
    with transaction(line.conseiller_id, appointment.conseiller_id):
        take_away(db.session.get_one(Displacement, line.id), now=now)
    return line_of(line)


def take_away(line: Displacement, *, now: datetime) -> None:
    """The same for whoever has locked everybody."""
    appointment = db.session.get_one(Appointment, line.appointment_id)
    free(appointment, Status.DISPLACED)
    appointment.presence_id, appointment.conseiller_id = line.presence_id, line.conseiller_id
    appointment.starts_at, appointment.ends_at = line.starts_at, line.ends_at
    db.session.flush()
    announce(appointment, Letter.DISPLACED, by=By.clock(), now=now, due_at=told_at(line.starts_at, now))
    line.standing, line.settled_at, line.answer_until, line.applied_version = Standing.OPEN, None, None, None
    db.session.flush()


def bring_back(line: Displacement, *, now: datetime) -> None:
    """As taking an absence back does."""
    with transaction(line.conseiller_id):
        reinstate(db.session.get_one(Displacement, line.id), by=By.clock(), now=now)


def line_of(line: Displacement) -> Displacement:
    """As it stands now."""
    db.session.rollback()
    found = last_displacement(line.appointment_id or 0).execution_options(populate_existing=True)
    return db.session.scalars(found).one()
