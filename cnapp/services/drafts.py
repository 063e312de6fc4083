"""Drafts: begun at the first answer, kept a day, gone once the booking is made."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from cnapp.base.database import db
from cnapp.base.tokens import new_token
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import Commitment
from cnapp.domain.drafts import KEPT, Draft


def start(*, now: datetime) -> Draft:
    """A new draft, in the transaction of its first answer."""
    draft = Draft(id=new_token(), answers={}, created_at=now, expires_at=now + KEPT)
    db.session.add(draft)
    return draft


def start_move(appointment: Appointment, *, now: datetime) -> Draft:
    """A draft that seeks a new time for an appointment, which keeps its old one meanwhile."""
    draft = start(now=now)
    draft.moves_id = appointment.id
    return draft


def living(draft_id: str | None, *, now: datetime) -> Draft | None:
    draft = db.session.get(Draft, draft_id) if draft_id else None
    return draft if draft and draft.is_alive(now) else None


def erase(draft: Draft) -> None:
    """The answers and the time held for them."""
    db.session.execute(delete(Commitment).where(Commitment.draft_id == draft.id))
    db.session.delete(draft)
