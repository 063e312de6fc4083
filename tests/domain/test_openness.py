"""When a place receives people on one day: hours, holidays, closures of days and of a few hours."""

from __future__ import annotations

from datetime import date, time

import pytest

from cnapp.domain.closed_time import received_at
from cnapp.domain.openness import Stretch, open_stretches
from cnapp.domain.places import Closed, Closure, OpeningHours, Place

THURSDAY = date(2026, 12, 3)
MORNING, AFTERNOON = (time(9), time(12)), (time(14), time(17))


def place(**columns: object) -> Place:
    hours = [OpeningHours(weekday=3, opens=opens, closes=closes) for opens, closes in (AFTERNOON, MORNING)]
    for each in hours:
        each.season_first, each.season_last = 101, 1231
    return Place(id=1, opening_hours=hours, **{"valid_from": date(2020, 1, 1), "valid_until": None, **columns})  # type: ignore[arg-type]


def closure(**columns: object) -> Closure:
    values = {"place_id": 1, "starts_on": THURSDAY, "ends_on": THURSDAY, "closes": Closed.EVERYTHING}
    return Closure(**{**values, **columns})


def hours(starts: str, ends: str) -> dict[str, time]:
    return {"from_time": time.fromisoformat(starts), "until_time": time.fromisoformat(ends)}


@pytest.mark.parametrize(
    ("closures", "left"),
    [
        ([], [MORNING, AFTERNOON]),
        ([closure()], []),
        ([closure(place_id=None)], []),
        ([closure(place_id=2)], [MORNING, AFTERNOON]),
        ([closure(starts_on=date(2026, 12, 4), ends_on=date(2026, 12, 4))], [MORNING, AFTERNOON]),
        ([closure(closes=Closed.WORKSHOPS)], [MORNING, AFTERNOON]),
        ([closure(closes=Closed.APPOINTMENTS)], []),
        ([closure(**hours("08:00", "13:00"))], [AFTERNOON]),
        ([closure(**hours("10:00", "11:00"))], [(time(9), time(10)), (time(11), time(12)), AFTERNOON]),
        ([closure(**hours("11:00", "15:00"))], [(time(9), time(11)), (time(15), time(17))]),
        ([closure(**hours("09:00", "12:00")), closure(**hours("16:00", "18:00"))], [(time(14), time(16))]),
    ],
)
def test_what_is_closed_is_taken_away(closures: list[Closure], left: list[Stretch]) -> None:
    assert open_stretches(place(), THURSDAY, closures) == left


def test_holidays_and_days_out_of_service_are_closed() -> None:
    assert open_stretches(place(), date(2027, 5, 6), []) == []
    assert open_stretches(place(valid_until=date(2026, 12, 2)), THURSDAY, []) == []
    assert open_stretches(place(valid_from=date(2026, 12, 4)), THURSDAY, []) == []
    assert open_stretches(place(), date(2026, 12, 4), []) == []


@pytest.mark.parametrize(
    ("moves", "place_id"),
    [
        ([], 1),
        ([(1, 2)], 2),
        ([(3, 2)], 1),
        ([(1, 2), (2, 3)], 3),
        ([(1, 2), (2, 1)], 1),
    ],
)
def test_a_place_is_received_where_it_moved_even_when_that_moved_in_turn(
    moves: list[tuple[int, int]], place_id: int
) -> None:
    closures = [closure(place_id=place, provisional_place_id=other) for place, other in moves]
    assert received_at(1, THURSDAY, closures) == place_id
