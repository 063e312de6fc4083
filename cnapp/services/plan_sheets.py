"""What the page of a plan says of presences that its lines only name."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from cnapp.base.database import db
from cnapp.domain.plan_lists import presences_numbered
from cnapp.domain.presences import Presence


def presences_with(numbers: Collection[int]) -> Mapping[int, Presence]:
    """By their number, with their places."""
    return {each.id: each for each in db.session.scalars(presences_numbered(numbers))}
