"""How far one place is from another, as far as anybody knows."""

from __future__ import annotations

import pytest

from cnapp.domain.distances import Distance, distance_between
from cnapp.domain.places import DEFAULT_TRAVEL_MINUTES, Place

CATHEDRAL = Place(latitude=49.1203, longitude=6.1757)
STATION = Place(latitude=49.1098, longitude=6.1772)
NOWHERE = Place()


def test_minutes_that_somebody_entered_go_before_the_map() -> None:
    assert distance_between(CATHEDRAL, STATION, 12) == Distance(minutes=12)
    assert distance_between(CATHEDRAL, STATION, 12).allowed_minutes == 12


def test_the_map_gives_a_straight_line() -> None:
    found = distance_between(CATHEDRAL, STATION, None)
    assert found.kilometres == pytest.approx(1.17, abs=0.02)
    assert found == distance_between(STATION, CATHEDRAL, None)
    assert found.allowed_minutes == 15


def test_where_nobody_knows_the_usual_minutes_are_allowed() -> None:
    assert distance_between(CATHEDRAL, NOWHERE, None) == Distance()
    assert Distance().allowed_minutes == DEFAULT_TRAVEL_MINUTES


def test_two_places_may_share_a_building() -> None:
    found = distance_between(Place(building="sablon"), Place(building="sablon"), None)
    assert (found.is_one_building, found.allowed_minutes) == (True, 5)
    assert not distance_between(NOWHERE, Place(), None).is_one_building
