"""Letters that somebody should look after: those that do not leave, or could not be written, or are too many."""

from __future__ import annotations

from datetime import datetime, timedelta

from cnapp.base.database import db
from cnapp.domain.outbox import how_many_capped, how_many_parked
from cnapp.services.post import lag

LATE_AFTER_MINUTES = 15
CAPPED_SHOWN = timedelta(hours=24)


def late_letters(*, now: datetime) -> list[str]:
    """Where there is a mail server they should be gone: no worker runs, or the server takes nothing."""
    minutes = (lag(now).oldest_due_seconds or 0) // 60
    if minutes < LATE_AFTER_MINUTES:
        return []
    return [f"des lettres attendent depuis {minutes} minutes : « flask post » tourne-t-il, le serveur répond-il ?"]


def parked_letters() -> list[str]:
    count = db.session.scalar(how_many_parked())
    return [f"{count} lettre(s) n’ont pas pu être écrites : le journal du serveur dit pourquoi."] if count else []


def capped_letters(*, now: datetime) -> list[str]:
    """Somebody may be making the site write to a person who asked for nothing."""
    count = db.session.scalar(how_many_capped(now - CAPPED_SHOWN))
    return [f"{count} lettre(s) de ces dernières 24 heures retenues : trop pour le même contact."] if count else []
