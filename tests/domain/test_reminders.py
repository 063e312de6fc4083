"""When reminders leave: as worded, on a clock of Metz, also across a change of hour (RELIABILITY.md T04)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cnapp.base.workdays import day_of, is_working_day, local
from cnapp.domain.outbox import Channel, Letter
from cnapp.domain.reminders import (
    a_day_before,
    is_of_use,
    on_the_morning,
    on_the_morning_after,
    on_the_working_day_before,
    reminders_of,
    two_days_before,
)
from tests.factories import metz

LONG_BEFORE = metz("2026-01-05 08:00")
STARTS = some.datetimes(datetime(2026, 2, 1), datetime(2031, 12, 31)).map(
    lambda at: metz(f"{at:%Y-%m-%d} {8 + at.hour // 2:02}:{at.minute // 15 * 15:02}")
)


@pytest.mark.parametrize(
    ("starts_at", "reminded_at"),
    [
        ("2026-12-03 10:00", "2026-12-01 09:00"),
        ("2026-03-30 10:00", "2026-03-28 09:00"),
        ("2026-03-31 10:00", "2026-03-29 09:00"),
        ("2026-10-26 10:00", "2026-10-24 09:00"),
        ("2026-10-27 10:00", "2026-10-25 09:00"),
        ("2027-01-02 08:30", "2026-12-31 09:00"),
    ],
)
def test_two_days_before_is_at_nine_also_across_a_change_of_hour(starts_at: str, reminded_at: str) -> None:
    """T04."""
    assert two_days_before(metz(starts_at)) == metz(reminded_at)


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2026-12-03"])
@pytest.mark.parametrize(
    ("hour", "is_reminded"), [("08:00", False), ("08:59", False), ("09:00", True), ("17:15", True)]
)
def test_the_morning_itself_is_at_eight_or_not_at_all(day: str, hour: str, is_reminded: bool) -> None:
    """T04: never before eight, and an hour before at least."""
    assert on_the_morning(metz(f"{day} {hour}")) == (metz(f"{day} 08:00") if is_reminded else None)


@pytest.mark.parametrize(
    ("starts_at", "called_on"),
    [
        ("2026-12-03 10:00", "2026-12-02"),
        ("2026-12-07 10:00", "2026-12-04"),
        ("2026-03-30 10:00", "2026-03-27"),
        ("2026-04-07 10:00", "2026-04-02"),
        ("2026-10-26 10:00", "2026-10-23"),
        ("2026-12-28 10:00", "2026-12-24"),
    ],
)
def test_the_eve_is_the_last_working_day_at_nine(starts_at: str, called_on: str) -> None:
    """T04: no call on a weekend, on Good Friday or on 26 December."""
    assert on_the_working_day_before(metz(starts_at)) == metz(f"{called_on} 09:00")


@pytest.mark.parametrize(
    ("starts_at", "shown"),
    [("2026-03-29 10:00", "2026-03-28 09:00"), ("2026-10-25 10:00", "2026-10-24 11:00")],
)
def test_a_day_before_is_twenty_four_real_hours(starts_at: str, shown: str) -> None:
    """T04: the clock on the wall shows another hour when it was changed between."""
    before = a_day_before(metz(starts_at))
    assert metz(starts_at) - before == timedelta(hours=24)
    assert before == metz(shown)


@pytest.mark.parametrize(
    ("booked_at", "letters"),
    [
        ("2026-11-30 17:00", [Letter.REMINDED, Letter.REMINDED_TODAY]),
        ("2026-12-01 08:59", [Letter.REMINDED, Letter.REMINDED_TODAY]),
        ("2026-12-01 09:00", [Letter.REMINDED_TODAY]),
        ("2026-12-02 14:00", [Letter.REMINDED_TODAY]),
        ("2026-12-02 14:01", []),
        ("2026-12-03 13:00", []),
    ],
)
def test_none_of_a_time_less_than_a_day_away_nor_before_it_was_taken(booked_at: str, letters: list[Letter]) -> None:
    assert list(reminders_of(metz("2026-12-03 14:00"), Channel.EMAIL, since=metz(booked_at))) == letters


def test_less_than_a_day_away_is_counted_in_real_hours() -> None:
    """T04: on the day of 25 hours, the same hour of the day before is more than a day away."""
    starts_at = metz("2026-10-25 14:00")
    assert reminders_of(starts_at, Channel.SMS, since=metz("2026-10-24 15:00"))
    assert not reminders_of(starts_at, Channel.SMS, since=metz("2026-10-24 15:01"))


def test_who_is_called_is_called_once() -> None:
    times = reminders_of(metz("2026-12-07 14:00"), Channel.CALL, since=LONG_BEFORE)
    assert times == {Letter.REMINDED: metz("2026-12-04 09:00")}
    assert reminders_of(metz("2026-12-07 14:00"), Channel.CALL, since=metz("2026-12-04 10:00")) == {}


@pytest.mark.parametrize(
    ("letter", "until"),
    [(Letter.REMINDED, "2026-12-03 08:00"), (Letter.REMINDED_TODAY, "2026-12-03 13:01")],
)
def test_a_late_reminder_is_of_use_for_a_while(letter: Letter, until: str) -> None:
    starts_at = metz("2026-12-03 14:00")
    assert is_of_use(letter, starts_at, metz(until) - timedelta(minutes=1))
    assert not is_of_use(letter, starts_at, metz(until))


def test_the_morning_after_is_at_nine_working_day_or_not() -> None:
    assert on_the_morning_after(metz("2026-10-24 10:00")) == metz("2026-10-25 09:00")
    assert on_the_morning_after(metz("2026-12-24 16:00")) == metz("2026-12-25 09:00")


@given(STARTS, some.integers(0, 14 * 24 * 60))
def test_whatever_the_day_each_leaves_in_its_time(starts_at: datetime, minutes: int) -> None:
    """T04."""
    since = starts_at - timedelta(minutes=minutes)
    written = reminders_of(starts_at, Channel.EMAIL, since=since)
    called = reminders_of(starts_at, Channel.CALL, since=since)
    for at in (*written.values(), *called.values()):
        assert since < at <= starts_at - timedelta(hours=1)
        assert local(at).time() in (time(8), time(9))
    if minutes < 24 * 60:
        assert not written and not called
    if minutes > 3 * 24 * 60:
        assert local(written[Letter.REMINDED]).time() == time(9)
        assert (day_of(starts_at) - day_of(written[Letter.REMINDED])).days == 2
    for at in called.values():
        assert is_working_day(day_of(at)) and day_of(at) < day_of(starts_at)
