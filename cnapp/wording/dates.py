"""Days, hours, lengths and telephones as people read them, in the language of the reader."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date
from flask_babel import get_locale, gettext

from cnapp.base.contacts import show_phone
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, local

NBSP = "\N{NO-BREAK SPACE}"


def _date(moment: date | datetime) -> date:
    return day_of(moment) if isinstance(moment, datetime) else moment


def _format(day: date, pattern: str) -> str:
    return _formatted(day, pattern, str(get_locale() or "fr"))


@lru_cache(maxsize=4096)
def _formatted(day: date, pattern: str, language: str) -> str:
    """A page of times writes the same few days again and again."""
    return format_date(day, pattern, language)


def _first(text: str, day: date) -> str:
    """« 1er décembre »: the first of a month is read as an ordinal."""
    return text.replace(f"{NBSP}1{NBSP}", f"{NBSP}1er{NBSP}", 1) if day.day == 1 and str(get_locale()) == "fr" else text


def show_day(moment: date | datetime) -> str:
    """« jeudi 3 décembre »."""
    day = _date(moment)
    return _first(_format(day, f"EEEE{NBSP}d{NBSP}MMMM"), day).replace(NBSP, " ", 1)


def show_long_day(moment: date | datetime) -> str:
    """« jeudi 3 décembre 2026 »."""
    return f"{show_day(moment)}{NBSP}{_date(moment).year}"


def show_short_day(moment: date | datetime) -> str:
    """« jeudi 3 »."""
    return _format(_date(moment), f"EEEE{NBSP}d")


def show_hour(moment: datetime) -> str:
    """« 9 h 45 », « 14 h », always on a clock of Metz."""
    at = local(moment)
    return f"{at.hour}{NBSP}h{NBSP}{at.minute:02}" if at.minute else f"{at.hour}{NBSP}h"


def show_moment(moment: datetime) -> str:
    """« jeudi 3 décembre à 9 h 45 »."""
    return str(gettext("%(day)s à %(hour)s", day=show_day(moment), hour=show_hour(moment)))


def show_times(span: Span) -> str:
    """« jeudi 3 décembre de 9 h 45 à 11 h 15 »."""
    day, start, end = show_day(span.start), show_hour(span.start), show_hour(span.end)
    return str(gettext("%(day)s de %(start)s à %(end)s", day=day, start=start, end=end))


def show_brief_moment(moment: datetime) -> str:
    """« jeudi 3 déc. à 9h45 », where each character counts."""
    day = _date(moment)
    brief = _first(_format(day, f"EEEE{NBSP}d{NBSP}MMM"), day).replace(NBSP, " ")
    return str(gettext("%(day)s à %(hour)s", day=brief, hour=show_brief_hour(moment)))


def show_brief_hour(moment: datetime) -> str:
    """« 9h45 », « 14h »."""
    return show_hour(moment).replace(NBSP, "")


def show_minutes(minutes: int) -> str:
    """« 45 minutes », « 1 heure », « 1 h 30 »."""
    if minutes < 60:
        return f"{minutes}{NBSP}{gettext('minutes')}"
    hours, rest = divmod(minutes, 60)
    if rest:
        return f"{hours}{NBSP}h{NBSP}{rest:02}"
    return f"{hours}{NBSP}{gettext('heure') if hours == 1 else gettext('heures')}"


def show_iso(moment: date | datetime) -> str:
    return local(moment).isoformat() if isinstance(moment, datetime) else moment.isoformat()


def show_telephone(number: str) -> str:
    return show_phone(number).replace(" ", NBSP)


FILTERS = {
    "day": show_day,
    "long_day": show_long_day,
    "short_day": show_short_day,
    "hour": show_hour,
    "moment": show_moment,
    "brief_moment": show_brief_moment,
    "minutes": show_minutes,
    "iso": show_iso,
    "phone": show_telephone,
}
