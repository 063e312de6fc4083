"""What becomes of each presence of a week that is copied, in words."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import holiday_name, local
from cnapp.domain.planning import OnHoliday
from cnapp.domain.presences import Presence
from cnapp.domain.week_copies import Line, Why
from cnapp.domain.whereabouts import Clash
from cnapp.web.coordination.rule_plan_words import clash_words
from cnapp.web.coordination.rule_words import rule_hours, where_words
from cnapp.web.coordination.wording import absence_words
from cnapp.web.public.wording import clock_words
from cnapp.wording.dates import show_hour

WHY = {
    Why.RECEIVES_NOBODY: lazy_gettext("Elle a été faite pour un atelier ou une réunion, qui ne se copie pas."),
    Why.WITHDRAWN: lazy_gettext("Le roulement l’avait faite ce jour-là, et quelqu’un l’a retirée à la main."),
}


def source_words(line: Line) -> str:
    """« de 9 h à 12 h, Borny, salle 2 »: as it was, and as it would be."""
    start, end = (clock_words(local(at).time()) for at in (line.source.starts_at, line.source.ends_at))
    hours = gettext("de %(start)s à %(end)s", start=start, end=end)
    return f"{hours}, {_place_words(line.source)}"


def there_words(line: Line) -> str:
    """What stands already, or which rule gives it."""
    if line.there:
        start, end = show_hour(line.there.starts_at), show_hour(line.there.ends_at)
        hours = gettext("de %(start)s à %(end)s", start=start, end=end)
        return str(gettext("Déjà là %(hours)s.", hours=hours))
    if line.rule:
        room = line.rule.room.name if line.rule.room else None
        where = where_words(line.rule.place.name, room)
        return str(
            gettext("Le roulement s’en charge : %(hours)s, %(where)s.", hours=rule_hours(line.rule), where=where)
        )
    return ""


def why_words(line: Line) -> str:
    """Why it is not copied."""
    why = line.why
    if isinstance(why, Clash):
        return clash_words(why)
    if isinstance(why, Span):
        return absence_words(why)
    if isinstance(why, OnHoliday):
        return str(gettext("Jour férié : %(name)s.", name=holiday_name(line.day) or ""))
    if isinstance(why, Refusal):
        return str(gettext(why.sentence))
    return str(WHY[why]) if why else ""


def _place_words(presence: Presence) -> str:
    return where_words(presence.place.name, presence.room.name if presence.room else None)
