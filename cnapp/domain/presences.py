"""Presences (permanences): one conseiller, at one place, from one instant to another."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    String,
    UniqueConstraint,
    Update,
    bindparam,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, minutes_check, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.people import Staff
from cnapp.domain.places import Place, Room

LONGEST_HOURS = 12


class TwoPlacesAtOnce(Refusal):
    sentence = "Cette personne est déjà dans un autre lieu à ce moment-là."
    guards = ("presences_never_overlap",)


class TooLittleTravel(Refusal):
    sentence = "Il n’y a pas assez de temps pour aller d’un lieu à l’autre."
    guards = ("presences_leave_time_to_travel",)


class PresenceHasBookings(Refusal):
    sentence = (
        "Des rendez-vous sont prévus pendant cette permanence : elle ne peut pas devenir plus courte ni être retirée."
    )
    guards = ("presences_cover_commitments",)


class PresenceTooLong(Refusal):
    sentence = "Une permanence dure 12 heures au plus, et finit après son début."
    guards = ("presence_at_most_12_hours",)


class Presence(Base):
    """The row that everything happens in. Withdrawn ones stay, since cancelled appointments point to them."""

    __tablename__ = "presences"
    __table_args__ = (
        UniqueConstraint("rule_id", "rule_day"),
        UniqueConstraint("id", "conseiller_id"),
        Index("ix_presences_conseiller_starts", "conseiller_id", "starts_at", "ends_at"),
        Index("ix_presences_place_starts", "place_id", "starts_at"),
        *minutes_check(
            f"{{seconds}} > 0 AND {{seconds}} <= {LONGEST_HOURS * 3600}",
            "presence_at_most_12_hours",
            seconds="ends_at - starts_at",
        ),
        CheckConstraint("(rule_id IS NULL) = (rule_day IS NULL)", "presence_rule_and_day"),
        CheckConstraint("(pause_starts_at IS NULL) = (pause_ends_at IS NULL)", "presence_pause_whole"),
        CheckConstraint(
            "pause_starts_at IS NULL OR "
            "(starts_at < pause_starts_at AND pause_starts_at < pause_ends_at AND pause_ends_at < ends_at)",
            "presence_pause_inside",
        ),
        CheckConstraint("walk_in_minutes >= 0", "presence_walk_in_minutes"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    conseiller_id: Mapped[int] = refers_to("staff.id", index=False)
    place_id: Mapped[int] = refers_to("places.id", index=False)
    room_id: Mapped[int | None] = refers_to("rooms.id")
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    pause_starts_at: Mapped[Instant | None]
    pause_ends_at: Mapped[Instant | None]
    takes_appointments: Mapped[bool] = mapped_column(default=True)
    takes_walk_ins: Mapped[bool] = mapped_column(default=False)
    walk_in_minutes: Mapped[int] = mapped_column(default=0)
    """The last minutes, kept for people without appointment: not offered online."""
    rule_id: Mapped[int | None] = refers_to("roster_rules.id", index=False)
    rule_day: Mapped[date | None]
    withdrawn_at: Mapped[Instant | None]
    edited_at: Mapped[Instant | None]
    """When somebody changed it by hand; the roster then leaves it alone."""
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[Instant]

    conseiller: Mapped[Staff] = relationship()
    place: Mapped[Place] = relationship()
    room: Mapped[Room | None] = relationship()

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def pause(self) -> Span | None:
        if self.pause_starts_at is None or self.pause_ends_at is None:
            return None
        return Span(self.pause_starts_at, self.pause_ends_at)

    def can_be_changed(self, now: datetime) -> bool:
        """Also while it lasts; not once it is over or withdrawn."""
        return self.withdrawn_at is None and now < self.ends_at


def presences_during(during: Span) -> Select[Presence]:
    """Presences that stand and touch this time, in order."""
    return select(Presence).where(*touching(during)).order_by(Presence.starts_at)


def touching(during: Span) -> tuple[ColumnElement[bool], ...]:
    """What makes a presence stand and touch this time."""
    return _touching(**presence_bounds(during))


def presence_bounds(during: Span) -> dict[str, Any]:
    """The values of TOUCHING; the lower bound keeps the index range short."""
    return {"since": during.start, "until": during.end, "earliest": during.start - timedelta(hours=LONGEST_HOURS)}


def _touching(*, since: Any, until: Any, earliest: Any) -> tuple[ColumnElement[bool], ...]:
    return (
        Presence.withdrawn_at.is_(None),
        Presence.starts_at < until,
        Presence.starts_at > earliest,
        Presence.ends_at > since,
    )


TOUCHING = _touching(since=bindparam("since"), until=bindparam("until"), earliest=bindparam("earliest"))
"""The same in a statement that is built once, for what a booking asks again and again."""


def presences_of(conseiller_id: int, during: Span) -> Select[Presence]:
    return presences_during(during).where(Presence.conseiller_id == conseiller_id)


def presences_touched(conseiller_id: int, during: Span, now: datetime) -> Update:
    """What happens in somebody's time changes their calendar."""
    return update(Presence).where(Presence.conseiller_id == conseiller_id, *touching(during)).values(updated_at=now)


def presences_dated(since: datetime) -> Select[*tuple[Any, ...]]:
    """Presences that stand from an instant on, with the dates of their place and of their conseiller."""
    return (
        select(
            Presence.id,
            Presence.place_id,
            Presence.starts_at,
            Presence.ends_at,
            Presence.takes_appointments,
            Presence.takes_walk_ins,
            Place.valid_from,
            Place.valid_until,
            Staff.in_post_from,
            Staff.in_post_until,
        )
        .join(Place, Place.id == Presence.place_id)
        .join(Staff, Staff.id == Presence.conseiller_id)
        .where(Presence.withdrawn_at.is_(None), Presence.starts_at >= since)
        .order_by(Presence.starts_at, Presence.id)
    )
