"""Commitments: stretches of a conseiller's time that are promised. One table, so that none can overlap another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Delete,
    ForeignKeyConstraint,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    delete,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from cnapp.base.database import Base, Instant, Key, minutes_check, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span

LONGEST_HOURS = 26
"""An absence is one row per local day, and a day of 25 hours exists."""


class SlotTaken(Refusal):
    sentence = "Cette heure vient d’être prise. Choisissez-en une autre."
    guards = ("commitments_never_overlap",)


class OutsidePresence(Refusal):
    sentence = "Le conseiller n’est plus là à cette heure. Choisissez-en une autre."
    guards = ("commitments_inside_presence", "fk_commitments_presence_id_conseiller_id")


class Kind(StrEnum):
    """What the time is promised to."""

    APPOINTMENT = "appointment"
    WORKSHOP = "workshop"
    HOLD = "hold"
    ABSENCE = "absence"


_IS_HELD = text("draft_id IS NOT NULL")


class Commitment(Base):
    """Confirming a hold turns its kind; moving adopts the new hold, then deletes the old row."""

    __tablename__ = "commitments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["presence_id", "conseiller_id"],
            ["presences.id", "presences.conseiller_id"],
            onupdate="CASCADE",
        ),
        UniqueConstraint("id", "presence_id", "conseiller_id", "starts_at", "ends_at", name="uq_commitments_whole"),
        # Only holds: with millions of NULLs in it, SQLite’s statistics would call each look-up a walk through them all.
        Index("uq_commitments_draft_id", "draft_id", unique=True, sqlite_where=_IS_HELD, postgresql_where=_IS_HELD),
        Index("ix_commitments_conseiller_starts", "conseiller_id", "starts_at", "ends_at", "kind", "presence_id"),
        *minutes_check(
            f"{{seconds}} > 0 AND {{seconds}} <= {LONGEST_HOURS * 3600}",
            "commitment_at_most_26_hours",
            seconds="ends_at - starts_at",
        ),
        CheckConstraint("(kind = 'absence') = (presence_id IS NULL)", "commitment_in_presence_unless_absence"),
        CheckConstraint("(kind = 'hold') = (expires_at IS NOT NULL)", "commitment_hold_expires"),
        CheckConstraint("kind = 'hold' OR draft_id IS NULL", "commitment_draft_of_hold"),
        CheckConstraint("buffer_minutes BETWEEN 0 AND 120", "commitment_buffer"),
    )

    id: Mapped[Key]
    kind: Mapped[Kind] = one_of(Kind, "commitment_kind")
    conseiller_id: Mapped[int] = refers_to("staff.id", index=False)
    presence_id: Mapped[int | None] = mapped_column(index=True)
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    buffer_minutes: Mapped[int] = mapped_column(default=0)
    """Time to breathe after it, that search leaves free."""
    draft_id: Mapped[str | None] = mapped_column(String(64))
    """The booking under way that holds it: one hold a draft."""
    expires_at: Mapped[Instant | None]

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)


def commitments_of(conseiller_ids: Sequence[int], during: Span) -> Select[Commitment]:
    """What is promised of their time during this."""
    touching = _touching(**commitment_bounds(during))
    return select(Commitment).where(Commitment.conseiller_id.in_(conseiller_ids), *touching)


def commitment_bounds(during: Span) -> dict[str, Any]:
    """The values of statements that ask for a stretch of time; the lower bound keeps the index range short."""
    earliest = during.start - timedelta(hours=LONGEST_HOURS)
    return {"taken_since": during.start, "taken_until": during.end, "taken_earliest": earliest}


def _touching(*, taken_since: Any, taken_until: Any, taken_earliest: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        Commitment.starts_at < taken_until,
        Commitment.starts_at > taken_earliest,
        Commitment.ends_at > taken_since,
    )


_TOUCHING = _touching(**{name: bindparam(name) for name in ("taken_since", "taken_until", "taken_earliest")})
PROMISED = select(Commitment.conseiller_id, Commitment.starts_at, Commitment.ends_at, Commitment.buffer_minutes).where(
    Commitment.conseiller_id.in_(bindparam("people", expanding=True)),
    *_TOUCHING,
    or_(Commitment.kind != Kind.HOLD, Commitment.expires_at > bindparam("now")),
)
"""What nobody else can have of these people's time, ready to be sent."""
_DRAFTS = Commitment.draft_id == bindparam("of_draft")
LET_GO = delete(Commitment).where(_DRAFTS)
RENEWED = update(Commitment).where(_DRAFTS, Commitment.kind == Kind.HOLD).values(expires_at=bindparam("until"))
HOLDER = select(Commitment.conseiller_id).where(_DRAFTS)
"""What each step of a booking does to the time it holds, and whose it is, ready to be sent."""
HELD_IN = select(Commitment.starts_at, Commitment.ends_at).where(
    Commitment.presence_id == bindparam("presence"),
    Commitment.kind == Kind.HOLD,
    Commitment.expires_at > bindparam("now"),
)
"""Times of a presence that are held and still renewed, ready to be sent."""


def expired_holds(conseiller_ids: Sequence[int] | Select[int], during: Span, now: datetime) -> Delete:
    """Holds that stand in the way although nobody renewed them."""
    return _expired(conseiller_ids, *_touching(**commitment_bounds(during)), Commitment.expires_at <= now)


def expired_holds_of(people: Select[int]) -> Delete:
    """The same, to be built once: it is sent with the values of `people`, `commitment_bounds` and `now`."""
    return _expired(people, *_TOUCHING, Commitment.expires_at <= bindparam("now"))


def _expired(people: Sequence[int] | Select[int], *conditions: ColumnElement[bool]) -> Delete:
    return delete(Commitment).where(Commitment.conseiller_id.in_(people), Commitment.kind == Kind.HOLD, *conditions)
