"""Absences in words: why, from when to when, and how much of a day."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flask_babel import gettext, lazy_gettext, ngettext

from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, local, span_of_day
from cnapp.domain.absences import Cause
from cnapp.wording.dates import show_day, show_hour, show_long_day

CAUSES = {
    Cause.ILLNESS: lazy_gettext("Maladie"),
    Cause.LEAVE: lazy_gettext("Congé"),
    Cause.TRAINING: lazy_gettext("Formation"),
    Cause.MEETING: lazy_gettext("Réunion"),
}


def show_part_of_day(span: Span) -> str:
    """« toute la journée », « jusqu’à 13 h », « à partir de 13 h », « de 9 h à 12 h »: of the day that it begins on."""
    day = span_of_day(day_of(span.start))
    start, end = show_hour(span.start), show_hour(span.end)
    if span.covers(day):
        return str(gettext("toute la journée"))
    if span.start == day.start:
        return str(gettext("jusqu’à %(end)s", end=end))
    if span.end >= day.end:
        return str(gettext("à partir de %(start)s", start=start))
    return str(gettext("de %(start)s à %(end)s", start=start, end=end))


def show_absence(span: Span) -> str:
    """« jeudi 3 décembre, de 9 h à 12 h », « du jeudi 3 décembre à 13 h au lundi 7 décembre »."""
    last = day_of(span.end - timedelta(seconds=1))
    if last == day_of(span.start):
        return str(gettext("%(day)s, %(part)s", day=show_day(span.start), part=show_part_of_day(span)))
    show = show_day if last.year == local(span.start).year else show_long_day
    first = _with_hour(show(span.start), span.start)
    return str(gettext("du %(first)s au %(last)s", first=first, last=_with_hour(show(last), span.end)))


def _with_hour(day: str, instant: datetime) -> str:
    """The hour is said unless it is midnight."""
    is_whole = local(instant).time() == time()
    return day if is_whole else str(gettext("%(day)s à %(hour)s", day=day, hour=show_hour(instant)))


def touched_words(booked: int, led: int) -> str:
    """« 6 rendez-vous et 1 atelier sont touchés. »: appointments, and sessions of workshops."""
    if not booked and not led:
        return str(gettext("Aucun rendez-vous ni atelier n’est touché."))
    some = [
        ngettext("%(num)d rendez-vous", "%(num)d rendez-vous", booked) if booked else "",
        ngettext("%(num)d atelier", "%(num)d ateliers", led) if led else "",
    ]
    what = gettext(" et ").join(filter(None, some))
    return str(ngettext("%(what)s est touché.", "%(what)s sont touchés.", booked + led, what=what))


FILTERS = {"absence": show_absence, "part_of_day": show_part_of_day}
