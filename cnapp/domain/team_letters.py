"""Whom of the team a change in the next hours concerns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, and_, or_, select

from cnapp.domain.people import Role, Staff, StaffPlace
from cnapp.domain.presences import Presence


def readers_of(conseiller_ids: Sequence[int], presence_ids: Sequence[int], day: date) -> Select[int, str]:
    """These conseillers, and the desks where these presences are: both names of each who wants to be written to."""
    places = select(Presence.place_id).where(Presence.id.in_(presence_ids))
    at_desk = select(StaffPlace.staff_id).where(StaffPlace.place_id.in_(places))
    concerned = or_(Staff.id.in_(conseiller_ids), and_(Staff.role == Role.DESK, Staff.id.in_(at_desk)))
    has_not_left = or_(Staff.in_post_until.is_(None), Staff.in_post_until >= day)
    able = Staff.schedule_letters, Staff.disabled_at.is_(None), has_not_left
    return select(Staff.id, Staff.public_id).where(concerned, *able).order_by(Staff.id)
