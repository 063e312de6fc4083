"""Nobody's telephone rings at night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cnapp.domain.courtesy import decent_hour
from tests.factories import metz


@pytest.mark.parametrize(
    ("at", "leaves"),
    [
        ("2026-11-30 08:00:00", "2026-11-30 08:00:00"),
        ("2026-11-30 19:59:59", "2026-11-30 19:59:59"),
        ("2026-11-30 20:00:00", "2026-12-01 08:00:00"),
        ("2026-11-30 23:59:59", "2026-12-01 08:00:00"),
        ("2026-12-01 00:00:00", "2026-12-01 08:00:00"),
        ("2026-12-01 07:59:59", "2026-12-01 08:00:00"),
        ("2026-12-31 21:00:00", "2027-01-01 08:00:00"),
        ("2026-03-28 22:00:00", "2026-03-29 08:00:00"),
        ("2026-03-29 01:30:00", "2026-03-29 08:00:00"),
        ("2026-10-24 22:00:00", "2026-10-25 08:00:00"),
        ("2026-10-25 02:30:00", "2026-10-25 08:00:00"),
    ],
)
def test_from_eight_to_eight_on_a_clock_of_metz(at: str, leaves: str) -> None:
    assert decent_hour(metz(at)) == metz(leaves)


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28", 9), ("2026-10-24", 11), ("2026-11-30", 10)])
def test_the_night_is_as_long_as_it_is(day: str, hours: int) -> None:
    """The two nights when clocks change are an hour shorter, or longer."""
    late = metz(f"{day} 22:00")
    assert decent_hour(late) - late == timedelta(hours=hours)
