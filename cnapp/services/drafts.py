"""Drafts: begun at the first answer, kept a day, gone once the booking is made."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import set_committed_value

from cnapp.base.database import db, read, write
from cnapp.base.tokens import new_token
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import LET_GO
from cnapp.domain.drafts import ANSWERED, KEPT, READ, WHOLE, Draft
from cnapp.services import seats


def start(*, now: datetime, moves: Appointment | None = None) -> Draft:
    """A new draft, in the transaction of its first answer.

    One that seeks a new time for an appointment leaves it its old one meanwhile.
    """
    moves_id = moves.id if moves else None
    draft = Draft(id=new_token(), answers={}, moves_id=moves_id, created_at=now, expires_at=now + KEPT)
    db.session.add(draft)
    db.session.flush()
    return draft


def keep(draft: Draft, answers: dict[str, Any], *, now: datetime) -> None:
    """All its answers, as they are now; and itself for another day."""
    until = now + KEPT
    written = {"draft_id": draft.id, "all_answers": answers, "until": until}
    write(ANSWERED, written)
    set_committed_value(draft, "answers", answers)
    set_committed_value(draft, "expires_at", until)


def living(draft_id: str | None, *, now: datetime) -> Draft | None:
    draft = db.session.scalar(WHOLE, {"draft_id": draft_id}) if draft_id else None
    return draft if draft and draft.is_alive(now) else None


def answers_of(draft_id: str, *, now: datetime) -> dict[str, Any] | None:
    """What is answered so far; None when there is no such draft (any more)."""
    row = read(READ, {"draft_id": draft_id}).first()
    return row.answers if row and now < row.expires_at else None


def erase(draft: Draft) -> None:
    """The answers and the time, or the seat, held for them."""
    write(LET_GO, {"of_draft": draft.id})
    if draft.is_registration:
        seats.leave(draft.id)
    db.session.delete(draft)
