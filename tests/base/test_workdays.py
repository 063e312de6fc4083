"""Days in Metz: holidays, weeks, and the two changes of hour (RELIABILITY.md T01–T03, T07)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from dateutil.easter import easter

from cnapp.base.spans import Span
from cnapp.base.workdays import (
    HourDoesNotExist,
    day_of,
    instant_at,
    is_holiday,
    last_working_day_before,
    monday_of_week,
    span_of_day,
    week_code,
)


@pytest.mark.parametrize("year", range(2026, 2041))
def test_the_holidays_of_moselle(year: int) -> None:
    fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)]
    moving = [easter(year) + timedelta(days=days) for days in (-2, 1, 39, 50)]
    expected = {date(year, month, day) for month, day in fixed} | set(moving)
    everyday = (date(year, 1, 1) + timedelta(days=number) for number in range(365))
    assert {day for day in everyday if is_holiday(day)} == {day for day in expected if day != date(year, 12, 31)}


@pytest.mark.parametrize(
    ("day", "utc_hour"), [("2026-03-28", 8), ("2026-03-29", 7), ("2026-10-24", 7), ("2026-10-25", 8)]
)
def test_nine_o_clock_is_nine_o_clock_on_both_sides_of_the_change(day: str, utc_hour: int) -> None:
    assert instant_at(date.fromisoformat(day), time(9)) == datetime.fromisoformat(f"{day}T{utc_hour:02}:00+00:00")


def test_the_hour_that_is_skipped_is_refused() -> None:
    with pytest.raises(HourDoesNotExist):
        instant_at(date(2026, 3, 29), time(2, 30))


def test_the_hour_that_comes_twice_is_the_first() -> None:
    assert instant_at(date(2026, 10, 25), time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_minutes_are_those_that_pass() -> None:
    night = Span(instant_at(date(2026, 3, 29), time(1, 30)), instant_at(date(2026, 3, 29), time(3, 30)))
    assert night.minutes == 60


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-12-03", 24)])
def test_a_day_lasts_as_long_as_it_lasts(day: str, hours: int) -> None:
    assert span_of_day(date.fromisoformat(day)).minutes == hours * 60


def test_a_late_evening_belongs_to_its_local_day() -> None:
    assert day_of(datetime(2026, 12, 3, 23, 30, tzinfo=UTC)) == date(2026, 12, 4)


def test_weeks_have_their_iso_code() -> None:
    assert week_code(date(2027, 1, 3)) == "2026-W53"
    assert monday_of_week("2026-W53") == date(2026, 12, 28)


@pytest.mark.parametrize("code", ["2026-W54", "2026-W00", "2026W01", "x", "", "2026-W1", "99999-W01", "²026-W01"])
def test_a_week_that_is_none_is_refused(code: str) -> None:
    with pytest.raises(ValueError):
        monday_of_week(code)


@pytest.mark.parametrize(
    ("day", "before"),
    [
        ("2026-12-03", "2026-12-02"),
        ("2026-12-06", "2026-12-04"),
        ("2026-12-07", "2026-12-04"),
        ("2026-04-07", "2026-04-02"),
        ("2026-12-27", "2026-12-24"),
    ],
)
def test_the_last_working_day_before_is_no_weekend_and_no_holiday(day: str, before: str) -> None:
    assert last_working_day_before(date.fromisoformat(day)) == date.fromisoformat(before)
