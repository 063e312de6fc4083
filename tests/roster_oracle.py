"""What a rule means, counted day by day and quarter by quarter of an hour; nothing here is shared with the product.

Only plain loops over dates, and zoneinfo for what a clock in Metz shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

METZ = ZoneInfo("Europe/Paris")
A_DAY, A_QUARTER = timedelta(days=1), timedelta(minutes=15)


@dataclass(frozen=True)
class Line:
    """Opening hours of one weekday in a season, months and days as month × 100 + day."""

    weekday: int
    opens: time
    closes: time
    first: int = 101
    last: int = 1231


@dataclass(frozen=True)
class Words:
    """A rule and all that decides on its days, as a person would say them."""

    weekday: int
    starts: time
    ends: time
    pause: tuple[time, time] | None
    every_weeks: int
    from_on: date
    until_on: date | None
    place: tuple[date, date | None]
    post: tuple[date, date | None]
    hours: tuple[Line, ...]
    closed: tuple[tuple[date, date], ...]


Times = tuple[datetime, datetime, datetime | None, datetime | None]


def presences(words: Words, first: date, last: date) -> dict[date, Times]:
    """From when to when on each day that the rule gives, with its pause, in UTC."""
    found = {}
    for day in each_day(first, last):
        times = times_on(words, day) if is_given(words, day) else None
        if times:
            found[day] = times
    return found


def each_day(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += A_DAY


def is_given(words: Words, day: date) -> bool:
    if day.weekday() != words.weekday or not within(day, (words.from_on, words.until_on)):
        return False
    if mondays_since(words.from_on, day) % words.every_weeks:
        return False
    if not within(day, words.place) or not within(day, words.post):
        return False
    if is_holiday_in_metz(day) or any(within(day, closure) for closure in words.closed):
        return False
    return all(is_open(words.hours, day, minute) for minute in minutes_worked(words))


def within(day: date, days: tuple[date, date | None]) -> bool:
    return days[0] <= day and (days[1] is None or day <= days[1])


def mondays_since(first: date, day: date) -> int:
    """How many weeks have begun in between: every Monday that comes after the first day counts one."""
    return sum(each.weekday() == 0 for each in each_day(first + A_DAY, day))


def minutes_worked(words: Words) -> list[int]:
    """Of the day, without those of the pause."""
    pause = range(0)
    if words.pause:
        pause = range(minute_of(words.pause[0]), minute_of(words.pause[1]))
    return [minute for minute in range(minute_of(words.starts), minute_of(words.ends)) if minute not in pause]


def minute_of(at: time) -> int:
    return at.hour * 60 + at.minute


def is_open(hours: Iterable[Line], day: date, minute: int) -> bool:
    return any(
        line.weekday == day.weekday()
        and minute_of(line.opens) <= minute < minute_of(line.closes)
        and is_in_season(day, line)
        for line in hours
    )


def is_in_season(day: date, line: Line) -> bool:
    return day.month * 100 + day.day in season(line.first, line.last)


@cache
def season(first: int, last: int) -> frozenset[int]:
    """Every day of it, walking from the first to the last through a leap year and over its end."""
    year = [day.month * 100 + day.day for day in each_day(date(2024, 1, 1), date(2024, 12, 31))]
    twice = year + year
    start = twice.index(first)
    return frozenset(twice[start : twice.index(last, start) + 1])


def times_on(words: Words, day: date) -> Times | None:
    """None where one of them is not shown by any clock that day, or where it would last more than 12 hours."""
    starts, ends = instant(day, words.starts), instant(day, words.ends)
    pause = [instant(day, at) for at in words.pause] if words.pause else [None, None]
    if starts is None or ends is None or (words.pause and None in pause):
        return None
    return (starts, ends, pause[0], pause[1]) if ends - starts <= timedelta(hours=12) else None


def instant(day: date, at: time) -> datetime | None:
    """The first one when a clock in Metz shows this."""
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) - 12 * A_QUARTER
    while moment < datetime(day.year, day.month, day.day, tzinfo=UTC) + A_DAY:
        clock = moment.astimezone(METZ)
        if clock.date() == day and (clock.hour, clock.minute) == (at.hour, at.minute):
            return moment
        moment += A_QUARTER
    return None


FIXED = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26))
AFTER_EASTER = (-2, 1, 39, 50)
"""Good Friday, Easter Monday, Ascension, Whit Monday."""


def is_holiday_in_metz(day: date) -> bool:
    """The eleven of France, Good Friday and 26 December (code du travail, L3134-13)."""
    return (day.month, day.day) in FIXED or (day - easter(day.year)).days in AFTER_EASTER


def easter(year: int) -> date:
    """Meeus, Jones and Butcher."""
    golden, century, rest = year % 19, year // 100, year % 100
    leap = century - century // 4 - (8 * century + 13) // 25 + 19 * golden + 15
    moon = leap % 30
    moon -= (moon // 28) * (1 - (moon // 28) * (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    days = moon - weekday
    month = 3 + (days + 40) // 44
    assert 0 <= rest < 100
    return date(year, month, days + 28 - 31 * (month // 4))
