"""The hours at which people may be disturbed by an SMS or a call."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from cnapp.base.workdays import day_of, instant_at, local

OPENS, CLOSES = time(8), time(20)
"""On a clock of Metz; at eight in the evening it is too late."""


def decent_hour(now: datetime) -> datetime:
    """Now, or the next eight in the morning."""
    at = local(now).time()
    if OPENS <= at < CLOSES:
        return now
    day = day_of(now)
    return instant_at(day if at < OPENS else day + timedelta(days=1), OPENS)
