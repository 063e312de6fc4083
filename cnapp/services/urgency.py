"""Which letters change something of today: they wake their reader, and are told by voice first."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.workdays import day_of
from cnapp.domain.outbox import OF_A_PLAN, Due
from cnapp.services.tellings import Telling


def changes_today(told: Telling, due: Due, *, now: datetime) -> bool:
    """By the time that it has, and the one that it lost: letters on lost times may have waited a while."""
    if told.letter in OF_A_PLAN:
        return any(day_of(at) == day_of(now) for at in told.times_changed)
    return due.touches_today


def leaves_at_any_hour(told: Telling, due: Due, *, now: datetime) -> bool:
    """Not what is of the day before: at night nobody can do anything about it."""
    if told.letter in OF_A_PLAN:
        return changes_today(told, due, now=now) and day_of(due.created_at) == day_of(now)
    return due.leaves_at_any_hour(now)
