"""Seats of workshops: each is held by a booking under way, or is somebody's. The database counts them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    Delete,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    select,
    text,
)
from sqlalchemy import update as change
from sqlalchemy.orm import Mapped, mapped_column

from cnapp.base.database import Base, Instant, Key, refers_to

_IS_HELD = text("draft_id IS NOT NULL")


class Seat(Base):
    """Confirming a registration turns a held one into the person's; one that nobody has any more is deleted."""

    __tablename__ = "seats"
    __table_args__ = (
        UniqueConstraint("id", "workshop_id"),
        CheckConstraint("(draft_id IS NULL) = (expires_at IS NULL)", "seat_held_until"),
        CheckConstraint("draft_id IS NULL OR NOT borrows", "seat_held_borrows_nothing"),
        Index("uq_seats_draft_id", "draft_id", unique=True, sqlite_where=_IS_HELD, postgresql_where=_IS_HELD),
        Index("ix_seats_expires_at", "expires_at", sqlite_where=_IS_HELD, postgresql_where=_IS_HELD),
    )

    id: Mapped[Key]
    workshop_id: Mapped[int] = refers_to("workshops.id")
    borrows: Mapped[bool] = mapped_column(default=False)
    """A device of the kits is lent with it."""
    draft_id: Mapped[str | None] = mapped_column(String(64))
    """The registration under way that holds it: one seat a draft."""
    expires_at: Mapped[Instant | None]


_DRAFTS = Seat.draft_id == bindparam("of_draft")
LET_GO = delete(Seat).where(_DRAFTS)
RENEWED = change(Seat).where(_DRAFTS).values(expires_at=bindparam("until"))
"""What each step of a registration does to the seat it holds, ready to be sent."""


def seat_of(draft_id: str) -> Select[Seat]:
    return select(Seat).where(Seat.draft_id == draft_id)


def seats_expired(workshop_id: int, now: datetime) -> Delete:
    """Held by nobody any more."""
    return delete(Seat).where(Seat.workshop_id == workshop_id, Seat.expires_at <= now)


def how_many_ended(workshop_ids: Collection[int], now: datetime) -> Select[int, int]:
    """(workshop, how many of its seats are held by nobody any more, and still counted)."""
    ended = Seat.workshop_id.in_(workshop_ids), Seat.expires_at <= now
    return select(Seat.workshop_id, func.count()).where(*ended).group_by(Seat.workshop_id)
