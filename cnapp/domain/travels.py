"""The minutes from a place to another, in memory, and whether a gap leaves time for them, as the guards judge it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from cnapp.domain.places import DEFAULT_TRAVEL_MINUTES, Travel

Travels = Mapping[frozenset[int], int]
"""Minutes by pair of places, the same both ways."""


def by_pair(rows: Iterable[Travel]) -> dict[frozenset[int], int]:
    return {frozenset((row.from_place_id, row.to_place_id)): row.minutes for row in rows}


def minutes_between(here: int, there: int, *, travels: Travels) -> int:
    """The default where nobody entered any."""
    return 0 if here == there else travels.get(frozenset((here, there)), DEFAULT_TRAVEL_MINUTES)


def minutes_lacking(gap: timedelta, travels: Travels, *, here: int, there: int) -> int | None:
    """What the travel takes, when the gap is shorter."""
    needed = minutes_between(here, there, travels=travels)
    return needed if here != there and gap < timedelta(minutes=needed) else None
