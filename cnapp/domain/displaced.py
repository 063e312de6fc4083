"""What stands in a stretch of somebody's time that is no longer theirs to promise: queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, Select, delete

from cnapp.base.spans import Span
from cnapp.domain.appointments import Appointment, Status, appointments_whole
from cnapp.domain.commitments import LONGEST_HOURS, Commitment, Kind

EXPECTED = (Status.BOOKED, Status.ARRIVED)
"""People who come, or have come and wait."""


def appointments_touched(conseiller_ids: Collection[int], during: Span) -> Select[Appointment]:
    """Of people who are still expected, in order; as the database knows them now."""
    theirs = Appointment.conseiller_id.in_(conseiller_ids), Appointment.status.in_(EXPECTED)
    found = appointments_whole().where(*theirs, *_overlapping(during))
    return found.order_by(Appointment.starts_at, Appointment.id).execution_options(populate_existing=True)


def appointments_touched_in(presence_ids: Collection[int], during: Span) -> Select[Appointment]:
    """The same inside some presences."""
    there = Appointment.presence_id.in_(presence_ids), Appointment.status.in_(EXPECTED)
    found = appointments_whole().where(*there, *_overlapping(during))
    return found.order_by(Appointment.starts_at, Appointment.id).execution_options(populate_existing=True)


def _overlapping(during: Span) -> tuple[ColumnElement[bool], ...]:
    """The lower bound keeps the index range short."""
    longest = during.start - timedelta(hours=LONGEST_HOURS)
    return Appointment.starts_at < during.end, Appointment.starts_at > longest, Appointment.ends_at > during.start


def holds_within(conseiller_ids: Collection[int], during: Span) -> Delete:
    """Of bookings under way, of offers and of other plans: whoever confirms one finds the time gone."""
    return delete(Commitment).where(
        Commitment.conseiller_id.in_(conseiller_ids),
        Commitment.kind == Kind.HOLD,
        Commitment.starts_at < during.end,
        Commitment.starts_at > during.start - timedelta(hours=LONGEST_HOURS),
        Commitment.ends_at > during.start,
    )


def holds_inside(presence_id: int, during: Span) -> Delete:
    """The same inside one presence."""
    overlapping = Commitment.starts_at < during.end, Commitment.ends_at > during.start
    return delete(Commitment).where(Commitment.presence_id == presence_id, Commitment.kind == Kind.HOLD, *overlapping)


def absences_within(conseiller_id: int, during: Span) -> Delete:
    """The time that an absence had."""
    return delete(Commitment).where(
        Commitment.conseiller_id == conseiller_id,
        Commitment.kind == Kind.ABSENCE,
        Commitment.starts_at >= during.start,
        Commitment.ends_at <= during.end,
    )


def is_under_way(starts_at: datetime, lost: Span, now: datetime) -> bool:
    """Whether somebody is being received as the time is lost: it goes on to its end."""
    return starts_at < lost.start and starts_at <= now
