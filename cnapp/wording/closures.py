"""When a place is closed, for what, and where people are received meanwhile, as everybody reads it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask_babel import gettext

from cnapp.domain.closed_time import hours_of
from cnapp.domain.places import Closed, Closure
from cnapp.wording.dates import show_day, show_hour


def closed_days(closure: Closure, show: Callable[[date], str] = show_day) -> str:
    """« jeudi 3 décembre, de 8 h à 10 h », « du … au … »."""
    first, last = show(closure.starts_on), show(closure.ends_on)
    days = first if first == last else str(gettext("du %(first)s au %(last)s", first=first, last=last))
    return f"{days}{_hours(closure)}"


def _hours(closure: Closure) -> str:
    if closure.from_time is None:
        return ""
    span = hours_of(closure, closure.starts_on)
    return str(gettext(", de %(start)s à %(end)s", start=show_hour(span.start), end=show_hour(span.end)))


def closed_part(closure: Closure) -> str:
    """« (pas d’atelier) » after days and hours; nothing where all is closed."""
    if closure.closes is Closed.APPOINTMENTS:
        return str(gettext(" (pas d’aide individuelle)"))
    return str(gettext(" (pas d’atelier)")) if closure.closes is Closed.WORKSHOPS else ""


def closed_note(closure: Closure) -> str:
    """What a board or a desk adds to « fermé » : hours, services, the reason."""
    reason = f" ({closure.reason})" if closure.reason else ""
    return f"{_hours(closure)}{closed_part(closure)}{reason}"


FILTERS = {"closed_days": closed_days, "closed_part": closed_part, "closed_note": closed_note}
