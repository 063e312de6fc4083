"""Words about workshops that pages, paper and calendars share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from flask_babel import gettext, lazy_gettext

from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Level
from cnapp.wording.dates import show_hour

LEVELS = {
    Level.BEGINNER: lazy_gettext("Débutant"),
    Level.INTERMEDIATE: lazy_gettext("Intermédiaire"),
    Level.ADVANCED: lazy_gettext("Avancé"),
}
LEVEL_SLUGS = {Level.BEGINNER: "debutant", Level.INTERMEDIATE: "intermediaire", Level.ADVANCED: "avance"}
"""As addresses and the town's own site say them."""


def level_word(level: Level) -> str:
    return str(LEVELS[level])


def hours_words(starts_at: datetime, ends_at: datetime) -> str:
    """« de 14 h à 15 h 30 »."""
    return str(gettext("de %(start)s à %(end)s", start=show_hour(starts_at), end=show_hour(ends_at)))


def number_words(number: int, sessions: Sequence[WorkshopSession]) -> str:
    """« séance 2 sur 4 »; nothing where there is one alone."""
    if len(sessions) < 2:
        return ""
    return str(gettext("séance %(number)s sur %(all)s", number=number, all=len(sessions)))
