"""What the post worker does between letters: it enlists those that no press writes."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from cnapp.base.database import db, transaction
from cnapp.domain.outbox import Channel
from cnapp.services import proposal_answers, reminders, session_reminders, too_few
from cnapp.services.reminders import Row

Errand = Callable[[datetime], None]


def enlist_reminders(open_channels: Collection[Channel], now: datetime) -> None:
    """Of appointments and sessions, and letters on absences. However often it runs, and on however many nodes: each is
    written once."""
    _write(reminders.missing(open_channels, now=now), reminders.enlist, now)
    _write(session_reminders.missing(open_channels, now=now), reminders.enlist, now)


def ask_for_decisions(now: datetime) -> None:
    """Of the coordination, on workshops that too few people come to."""
    _write(too_few.missing(now=now), too_few.enlist, now)


def settle_unanswered(now: datetime) -> None:
    """Of the times that plans gave: each is kept, or its person called, once the time to answer is over."""
    lines = proposal_answers.unanswered(now=now)
    db.session.rollback()
    for line_id, conseiller_id in lines:
        with transaction(conseiller_id):
            proposal_answers.settle_unanswered(line_id, now=now)


def _write(rows: list[Row], enlist: Callable[..., None], now: datetime) -> None:
    db.session.rollback()
    if rows:
        with transaction():
            enlist(rows, now=now)
