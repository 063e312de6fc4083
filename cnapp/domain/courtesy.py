"""The hours at which people may be disturbed by an SMS or a call, and those in which the team works."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, instant_at, is_holiday, local

OPENS, CLOSES = time(8), time(20)
"""On a clock of Metz; at eight in the evening it is too late."""
SUNDAY = 6
LATE_AFTER = timedelta(hours=2)
"""Of working time: then the phone line helps."""


def decent_hour(now: datetime) -> datetime:
    """Now, or the next eight in the morning."""
    at = local(now).time()
    if OPENS <= at < CLOSES:
        return now
    day = day_of(now)
    return instant_at(day if at < OPENS else day + timedelta(days=1), OPENS)


def is_decent(at: datetime) -> bool:
    return decent_hour(at) == at


def is_worked(day: date) -> bool:
    return day.weekday() != SUNDAY and not is_holiday(day)


def late_since(now: datetime) -> datetime:
    """What was due before this has waited for two working hours."""
    left, day = LATE_AFTER, day_of(now)
    while (worked := _worked(day, now)).end - worked.start < left:
        left, day = left - (worked.end - worked.start), day - timedelta(days=1)
    return worked.end - left


def _worked(day: date, now: datetime) -> Span:
    """The decent hours of a day until now; none on Sundays and holidays."""
    opens = instant_at(day, OPENS)
    return Span(opens, max(opens, min(now, instant_at(day, CLOSES))) if is_worked(day) else opens)
