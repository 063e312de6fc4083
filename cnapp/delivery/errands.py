"""What the post worker does between letters: it enlists those that no press writes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from cnapp.base.database import db, transaction
from cnapp.domain.outbox import Channel
from cnapp.services import reminders

Errand = Callable[[datetime], None]


def enlist_reminders(open_channels: Collection[Channel], now: datetime) -> None:
    """Reminders, and letters on absences. However often it runs, and on however many nodes: each is written once."""
    rows = reminders.missing(open_channels, now=now)
    db.session.rollback()
    if rows:
        with transaction():
            reminders.enlist(rows, now=now)
