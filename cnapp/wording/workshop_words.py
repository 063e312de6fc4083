"""Words about workshops that pages, paper and calendars share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from babel.dates import format_date
from flask_babel import get_locale, gettext, lazy_gettext

from cnapp.base.workdays import day_of, local
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Level
from cnapp.wording.dates import NBSP, show_day, show_hour, show_moment

LEVELS = {
    Level.BEGINNER: lazy_gettext("Débutant"),
    Level.INTERMEDIATE: lazy_gettext("Intermédiaire"),
    Level.ADVANCED: lazy_gettext("Avancé"),
}
LEVEL_SLUGS = {Level.BEGINNER: "debutant", Level.INTERMEDIATE: "intermediaire", Level.ADVANCED: "avance"}
"""As addresses and the town's own site say them."""


def level_word(level: Level) -> str:
    return str(LEVELS[level])


def level_called(slug: str) -> Level | None:
    return next((level for level, known in LEVEL_SLUGS.items() if known == slug), None)


def hours_words(starts_at: datetime, ends_at: datetime) -> str:
    """« de 14 h à 15 h 30 »."""
    return str(gettext("de %(start)s à %(end)s", start=show_hour(starts_at), end=show_hour(ends_at)))


def number_words(number: int, sessions: Sequence[WorkshopSession]) -> str:
    """« séance 2 sur 4 »; nothing where there is one alone."""
    if len(sessions) < 2:
        return ""
    return str(gettext("séance %(number)s sur %(all)s", number=number, all=len(sessions)))


WRITTEN_OUT_AT_MOST = 4
"""Days of a weekly cycle that are named one by one."""


def when_lines(sessions: Sequence[WorkshopSession]) -> list[str]:
    """When a workshop is held, in few and short lines, for paper that is read from afar."""
    first, last = sessions[0], sessions[-1]
    if len(sessions) == 1:
        return [show_day(first.starts_at), hours_words(*_hours(first))]
    how_many = str(gettext("%(number)s séances, venez à toutes", number=len(sessions)))
    if not _is_weekly(sessions):
        return [how_many, str(gettext("à partir du %(moment)s", moment=show_moment(first.starts_at)))]
    if len(sessions) <= WRITTEN_OUT_AT_MOST:
        return [how_many, _weekly_days(sessions), hours_words(*_hours(first))]
    return [how_many, f"{_weekday(first)} {hours_words(*_hours(first))}", _from_to(first, last)]


def _hours(session: WorkshopSession) -> tuple[datetime, datetime]:
    return session.starts_at, session.ends_at


def _is_weekly(sessions: Sequence[WorkshopSession]) -> bool:
    """On one weekday and at the same hours: then days alone say it all."""
    days = {day_of(each.starts_at).weekday() for each in sessions}
    hours = {(local(each.starts_at).time(), local(each.ends_at).time()) for each in sessions}
    return len(days) == len(hours) == 1


def _weekly_days(sessions: Sequence[WorkshopSession]) -> str:
    """« les jeudis 3, 10 et 17 décembre, 7 janvier »."""
    days = [day_of(each.starts_at) for each in sessions]
    months = [list(of_month) for _, of_month in groupby(days, lambda day: (day.year, day.month))]
    said = ", ".join(f"{_numbers(of_month)}{NBSP}{_in_words(of_month[0], 'MMMM')}" for of_month in months)
    return f"{_weekday(sessions[0])} {said}"


def _weekday(session: WorkshopSession) -> str:
    return str(gettext("les %(weekday)ss", weekday=_in_words(day_of(session.starts_at), "EEEE")))


def _from_to(first: WorkshopSession, last: WorkshopSession) -> str:
    days = (show_day(each.starts_at).partition(" ")[2] for each in (first, last))
    return str(gettext("du %(first)s au %(last)s", first=next(days), last=next(days)))


def _numbers(days: list[date]) -> str:
    said = ["1er" if day.day == 1 else str(day.day) for day in days]
    if len(said) == 1:
        return said[0]
    return str(gettext("%(days)s et %(last)s", days=", ".join(said[:-1]), last=said[-1]))


def month_words(day: date) -> str:
    """« décembre 2026 »."""
    return f"{_in_words(day, 'MMMM')}{NBSP}{day.year}"


def _in_words(day: date, pattern: str) -> str:
    return format_date(day, pattern, str(get_locale() or "fr"))
