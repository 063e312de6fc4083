"""Until when somebody to whom a plan gave another time is asked to answer."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from cnapp.base.workdays import day_of, instant_at, local
from cnapp.domain.courtesy import OPENS, is_worked

AT_LEAST = timedelta(hours=2)
"""What anybody is given to read and to answer."""
BEFORE_IT = timedelta(hours=1)
"""Time to call, and to set out."""
LAST_ANSWER = time(18)
"""Whoever did not answer can still be called the same evening."""


def answer_until(starts_at: datetime, now: datetime) -> datetime:
    """Half of what is left, at a whole hour when the team works; two hours where there are three.

    Never later than an hour before: of what begins sooner, the time to answer is over already.
    """
    latest = starts_at - BEFORE_IT
    soonest = now + AT_LEAST
    wanted = min(max(_hour_before(now + (starts_at - now) / 2), _hour_after(soonest)), latest)
    earlier = _last_working_hour(wanted)
    if earlier >= soonest:
        return earlier
    return min(_first_working_hour(wanted), latest)


def _hour_before(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _hour_after(at: datetime) -> datetime:
    before = _hour_before(at)
    return before if before == at else before + timedelta(hours=1)


def _last_working_hour(at: datetime) -> datetime:
    """Itself when the team works; else the evening before."""
    day = day_of(at)
    if _is_working_hour(at):
        return at
    if not is_worked(day) or local(at).time() < OPENS:
        day -= timedelta(days=1)
    while not is_worked(day):
        day -= timedelta(days=1)
    return instant_at(day, LAST_ANSWER)


def _first_working_hour(at: datetime) -> datetime:
    """Itself when the team works; else the next morning."""
    day = day_of(at)
    if _is_working_hour(at):
        return at
    if not is_worked(day) or local(at).time() > LAST_ANSWER:
        day += timedelta(days=1)
    while not is_worked(day):
        day += timedelta(days=1)
    return instant_at(day, OPENS)


def _is_working_hour(at: datetime) -> bool:
    return is_worked(day_of(at)) and OPENS <= local(at).time() <= LAST_ANSWER
