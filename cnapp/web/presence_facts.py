"""What the journal keeps of a presence, in words: where and when it was, and what was changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_babel import gettext, lazy_gettext

from cnapp.wording.dates import show_day, show_hour, show_minutes

LABELS = {
    "place": lazy_gettext("lieu"),
    "room": lazy_gettext("salle"),
    "starts_at": lazy_gettext("début"),
    "ends_at": lazy_gettext("fin"),
    "pause": lazy_gettext("pause"),
    "takes_appointments": lazy_gettext("sur rendez-vous"),
    "takes_walk_ins": lazy_gettext("sans rendez-vous"),
    "walk_in_minutes": lazy_gettext("minutes gardées"),
}


def whole_words(facts: dict[str, Any]) -> str:
    """« jeudi 3 décembre, 9 h – 12 h, Borny, salle 2 »."""
    where = facts["place"] if facts["room"] is None else f"{facts['place']}, {facts['room']}"
    day = show_day(datetime.fromisoformat(facts["starts_at"]))
    return f"{day}, {_hours(facts['starts_at'], facts['ends_at'])}, {where}"


def changed_words(was: dict[str, Any], becomes: dict[str, Any]) -> str:
    """« fin 12 h 30 (avant : 12 h) ; lieu Sablon (avant : Borny) »."""
    lines = [
        gettext(
            "%(label)s %(becomes)s (avant : %(was)s)",
            label=str(label),
            becomes=_words(name, becomes[name]),
            was=_words(name, was[name]),
        )
        for name, label in LABELS.items()
        if name in was and name in becomes
    ]
    return " ; ".join(lines)


def _words(name: str, value: Any) -> str:
    if name in ("starts_at", "ends_at"):
        return show_hour(datetime.fromisoformat(value))
    if name == "pause":
        return _hours(*value) if value else str(gettext("aucune"))
    if name == "walk_in_minutes":
        return show_minutes(value) if value else str(gettext("aucune"))
    if isinstance(value, bool):
        return str(gettext("oui") if value else gettext("non"))
    return str(value) if value else str(gettext("aucune"))


def _hours(starts_at: str, ends_at: str) -> str:
    return f"{show_hour(datetime.fromisoformat(starts_at))} – {show_hour(datetime.fromisoformat(ends_at))}"
