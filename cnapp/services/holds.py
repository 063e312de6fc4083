"""Holding a time while the form is filled in, and letting it go. Callers lock the conseillers first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from cnapp.base.database import db, later, read, write
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.commitments import (
    HELD_IN,
    LET_GO,
    RENEWED,
    Commitment,
    Kind,
    SlotTaken,
    commitment_bounds,
    expired_holds_of,
)
from cnapp.domain.drafts import Draft
from cnapp.domain.presences import Presence
from cnapp.domain.slots import Choice, Slot, Wish
from cnapp.services.slots import PEOPLE_AT, slot_at, whereabouts

HELD = timedelta(minutes=15)
SHARE_HELD_IN_ALL = 0.75
"""What part of a presence may be held online at once: two honest people always find room."""


class TooManyHolds(Refusal):
    sentence = "Beaucoup de personnes réservent ici en ce moment. Choisissez une autre heure, ou essayez plus tard."


@dataclass(frozen=True, slots=True)
class Held:
    """The time that a draft holds; an expired hold that nobody took still counts."""

    commitment: Commitment
    presence: Presence

    @property
    def choice(self) -> Choice:
        return Choice(self.presence.place.slug, self.commitment.starts_at)


def claim(wish: Wish, choice: Choice, *, now: datetime) -> Slot:
    """The slot at that place and start, freed of expired holds. Raises SlotTaken when it is not offered (any more)."""
    moment = Span.lasting(choice.starts_at, wish.motif.duration_minutes + wish.motif.buffer_minutes)
    write(_EXPIRED, {**whereabouts(choice), **commitment_bounds(moment), "now": now})
    slot = slot_at(wish, choice, now=now)
    if slot is None:
        raise SlotTaken
    return slot


_EXPIRED = expired_holds_of(PEOPLE_AT)


def hold(draft: Draft, wish: Wish, choice: Choice, *, now: datetime) -> Commitment:
    """Keeps a time for this draft for 15 minutes; the one it held before is free again.

    Raises SlotTaken, TooManyHolds.
    """
    if draft.has_time:
        release(draft)
    slot = claim(wish, choice, now=now)
    _leave_some_for_others(slot, now)
    commitment = Commitment(
        kind=Kind.HOLD,
        conseiller_id=slot.conseiller_id,
        presence_id=slot.presence_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        buffer_minutes=wish.motif.buffer_minutes,
        draft_id=draft.id,
        expires_at=now + HELD,
    )
    db.session.add(commitment)
    db.session.flush()
    return commitment


def _leave_some_for_others(slot: Slot, now: datetime) -> None:
    """No crowd of unconfirmed holds closes a presence to everybody else; one hold is always possible."""
    held = sum(Span(*times).minutes for times in read(HELD_IN, {"presence": slot.presence_id, "now": now}))
    if not held:
        return
    presence = db.session.get_one(Presence, slot.presence_id)
    wanted = Span(slot.starts_at, slot.ends_at).minutes
    if held + wanted > presence.span.minutes * SHARE_HELD_IN_ALL:
        raise TooManyHolds


def release(draft: Draft) -> None:
    """Frees what the draft holds, at once."""
    write(LET_GO, {"of_draft": draft.id})


def renew(draft: Draft, *, now: datetime) -> None:
    """Each step gives the hold its 15 minutes again; its time stays, so nobody need be locked."""
    write(RENEWED, {"of_draft": draft.id, "until": now + HELD})


def held_by(draft_id: str) -> Held | None:
    row = db.session.execute(_HELD, {"draft_id": draft_id}).first()
    return Held(row[0], row[1]) if row else None


_HELD = (
    select(Commitment, Presence)
    .join(Presence, Presence.id == Commitment.presence_id)
    .where(Commitment.draft_id == later("draft_id"))
    .options(joinedload(Presence.place), joinedload(Presence.conseiller), joinedload(Presence.room))
)
