"""Letters that somebody should look after: those that do not leave, and those that could not be written."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.outbox import how_many_parked
from cnapp.services.post import lag

LATE_AFTER_MINUTES = 15


def late_letters(*, now: datetime) -> list[str]:
    """Where there is a mail server they should be gone: no worker runs, or the server takes nothing."""
    minutes = (lag(now).oldest_due_seconds or 0) // 60
    if minutes < LATE_AFTER_MINUTES:
        return []
    return [f"des lettres attendent depuis {minutes} minutes : « flask post » tourne-t-il, le serveur répond-il ?"]


def parked_letters() -> list[str]:
    count = db.session.scalar(how_many_parked())
    return [f"{count} lettre(s) n’ont pas pu être écrites : le journal du serveur dit pourquoi."] if count else []
