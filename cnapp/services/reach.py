"""Which calls and letters on paper are somebody's of the team."""

from __future__ import annotations

from datetime import datetime

from cnapp.domain.call_lists import Reach
from cnapp.domain.courtesy import late_since
from cnapp.domain.people import Role, Staff


def reach_of(staff: Staff, *, now: datetime) -> Reach:
    """Those of their places; for the phone line, those that no desk makes; for the coordination, all."""
    if staff.role is Role.COORDINATOR:
        return Reach()
    if staff.phone_line:
        return Reach(late_since=late_since(now))
    return Reach(tuple(place.id for place in staff.places))
