"""How far one place is from another: the minutes that somebody entered, else the straight line on the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import asin, ceil, cos, radians, sin, sqrt

from cnapp.domain.places import DEFAULT_TRAVEL_MINUTES, Place
from cnapp.domain.travels import Travels

EARTH_KM = 6371
WALKING_MINUTES = 12
"""For one kilometre, when nothing but the map is known."""
MINUTES_IN_ONE_BUILDING = 5


@dataclass(frozen=True, slots=True)
class Distance:
    """What is known of the way: `kilometres` are those of a bird."""

    minutes: int | None = None
    kilometres: float | None = None
    is_one_building: bool = False

    @property
    def is_known(self) -> bool:
        return self.is_one_building or self.minutes is not None or self.kilometres is not None

    @property
    def allowed_minutes(self) -> int:
        """How long to leave somebody to get there."""
        if self.minutes is not None:
            return self.minutes
        if self.is_one_building:
            return MINUTES_IN_ONE_BUILDING
        return DEFAULT_TRAVEL_MINUTES if self.kilometres is None else ceil(self.kilometres * WALKING_MINUTES)


@dataclass
class Ways:
    """How long whoever walks or takes a bus needs from one place to another, found once for each pair."""

    places: Mapping[int, Place]
    travels: Travels
    _minutes: dict[tuple[int, int], int] = field(default_factory=dict)

    def minutes_between(self, here: int, there: int) -> int:
        if here == there:
            return 0
        if (here, there) not in self._minutes:
            known = self.travels.get(frozenset((here, there)))
            distance = distance_between(self.places[here], self.places[there], known)
            self._minutes[here, there] = distance.allowed_minutes
        return self._minutes[here, there]


def distance_between(here: Place, there: Place, minutes: int | None) -> Distance:
    """`minutes`: what the table of travel says of the pair."""
    if here.building is not None and here.building == there.building:
        return Distance(minutes, is_one_building=True)
    return Distance(minutes) if minutes is not None else Distance(kilometres=_straight_line(here, there))


def _straight_line(here: Place, there: Place) -> float | None:
    """Kilometres on a sphere (haversine); None when the map does not know both."""
    if here.latitude is None or here.longitude is None or there.latitude is None or there.longitude is None:
        return None
    up, along = radians(there.latitude - here.latitude), radians(there.longitude - here.longitude)
    level = cos(radians(here.latitude)) * cos(radians(there.latitude))
    return 2 * EARTH_KM * asin(sqrt(sin(up / 2) ** 2 + level * sin(along / 2) ** 2))
