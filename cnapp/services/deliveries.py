"""What the SMS gateway tells of what it was handed: it has arrived, or never will. Told twice, it changes nothing."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.outbox import Channel, Due, Outcome, due_referred_to
from cnapp.services.entrusting import entrust_what_failed

NOT_DELIVERED = "sms not delivered"


def note_arrival(reference: str, *, now: datetime) -> None:
    """Also of one whose worker never heard that it was taken: it need not leave again."""
    due = _texted(reference)
    if due and due.delivered_at is None and due.outcome in (None, Outcome.SENT):
        _settle(due, Outcome.SENT, now)
        due.delivered_at = now


def note_failure(reference: str, *, now: datetime) -> None:
    """Somebody has to call, by their list. What has arrived once stays so, whatever is told of a second sending."""
    due = _texted(reference)
    if due and due.delivered_at is None and due.outcome in (None, Outcome.SENT):
        _settle(due, Outcome.GIVEN_UP, now)
        due.last_error = NOT_DELIVERED
        db.session.flush()
        entrust_what_failed(due, now=now)


def _texted(reference: str) -> Due | None:
    """None for what is unknown, was never taken in hand, or went by another channel."""
    due = db.session.scalar(due_referred_to(reference))
    return due if due and due.tries > 0 and due.channel in (None, Channel.SMS) else None


def _settle(due: Due, outcome: Outcome, now: datetime) -> None:
    """Whoever still has it in hand may say nothing more."""
    due.outcome, due.channel, due.settled_at = outcome, Channel.SMS, due.settled_at or now
    due.claim = due.claimed_until = None
