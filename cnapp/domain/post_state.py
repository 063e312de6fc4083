"""How the post goes, as the coordination sees it: what waits, what failed, and how letters ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from cnapp.domain.appointments import Appointment
from cnapp.domain.outbox import Channel, Due, Outcome
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import Registration

LOOKED_AT = timedelta(days=30)
FAILURES_SHOWN = 100


def waiting(now: datetime) -> Select[int, int, int]:
    """How many are due and ready, how many are put off after a fault, how many are of a later time."""
    is_put_off = and_(Due.put_off_until.is_not(None), Due.put_off_until > now)
    is_ahead = and_(Due.due_at > now, ~is_put_off)
    is_ready = and_(Due.due_at <= now, or_(Due.put_off_until.is_(None), Due.put_off_until <= now))
    return select(_how_many(is_ready), _how_many(is_put_off), _how_many(is_ahead)).where(Due.settled_at.is_(None))


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count(case((condition, 1)))


def failures(now: datetime) -> Select[Due, Appointment, Registration]:
    """Parked ones, and those of these days refused for good, newest first; each with its appointment or registration,
    if it has one."""
    whole = joinedload(Appointment.presence).joinedload(Presence.place)
    is_refused = and_(Due.outcome == Outcome.GIVEN_UP, Due.settled_at >= now - LOOKED_AT)
    found = select(Due, Appointment, Registration).outerjoin(Appointment, Appointment.id == Due.appointment_id)
    found = found.outerjoin(Registration, Registration.id == Due.registration_id)
    failed = found.options(whole, joinedload(Registration.workshop)).where(
        or_(Due.outcome == Outcome.PARKED, is_refused)
    )
    return failed.order_by(Due.settled_at.desc(), Due.id.desc()).limit(FAILURES_SHOWN)


def endings(now: datetime) -> Select[Channel | None, Outcome | None, int]:
    """For each channel and each outcome of these days: how many letters."""
    recent = Due.settled_at.is_not(None), Due.settled_at >= now - LOOKED_AT
    return select(Due.channel, Due.outcome, func.count()).where(*recent).group_by(Due.channel, Due.outcome)
