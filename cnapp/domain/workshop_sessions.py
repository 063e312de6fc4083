"""The sessions of a workshop: when it is held, who leads each, who came."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, minutes_check, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.people import Staff

LONGEST_HOURS = 8
SESSIONS_AT_MOST = 15
DROP_INS_AT_MOST = 200
SERIES_AT_MOST = 60
"""Workshops prepared at once, one a date."""


class SessionsOverlap(Refusal):
    sentence = "Deux séances ont lieu en même temps. Changez les heures de l’une d’elles."
    guards = (
        "uq_workshop_sessions_workshop_id_starts_at",
        "workshop_sessions.workshop_id, workshop_sessions.starts_at",
    )


class SessionTooLong(Refusal):
    sentence = "Une séance dure 8 heures au plus, et finit après son début."
    guards = ("session_at_most_8_hours",)


class TooManySessions(Refusal):
    sentence = "Un cycle a 15 séances au plus. Choisissez « Par séance », ou faites-en deux."


class TooManyWorkshops(Refusal):
    sentence = "Préparez 60 dates au plus à la fois."


class NoSession(Refusal):
    sentence = "Un atelier a au moins une séance."


class NobodyLeads(Refusal):
    sentence = "Choisissez au moins une personne qui anime."


class SessionUnknown(Refusal):
    sentence = "Cette séance n’existe pas ou plus."


class Outcome(StrEnum):
    """What became of a session, as somebody of the team said."""

    HELD = "held"
    NOT_HELD = "not_held"


class WorkshopSession(Base):
    """One date of a workshop."""

    __tablename__ = "workshop_sessions"
    __table_args__ = (
        UniqueConstraint("workshop_id", "starts_at"),
        UniqueConstraint("id", "starts_at", "ends_at", name="uq_workshop_sessions_whole"),
        *minutes_check(
            f"{{seconds}} > 0 AND {{seconds}} <= {LONGEST_HOURS * 3600}",
            "session_at_most_8_hours",
            seconds="ends_at - starts_at",
        ),
        CheckConstraint(f"drop_ins BETWEEN 0 AND {DROP_INS_AT_MOST}", "session_drop_ins"),
        CheckConstraint("(outcome IS NULL) = (noted_at IS NULL)", "session_outcome_noted"),
        Index("ix_workshop_sessions_starts_at", "starts_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    workshop_id: Mapped[int] = refers_to("workshops.id", index=False)
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    outcome: Mapped[Outcome | None] = one_of(Outcome, "session_outcome")
    noted_at: Mapped[Instant | None]
    drop_ins: Mapped[int] = mapped_column(default=0)
    """People who came without being registered, whose names nobody asks."""
    displaced_at: Mapped[Instant | None]
    """Since when nobody leads it any more, and somebody has to decide (see plans.py)."""

    leadings: Mapped[list[Leading]] = relationship(order_by="Leading.conseiller_id", passive_deletes="all")

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def leaders(self) -> list[Staff]:
        return [each.conseiller for each in self.leadings]

    def is_its_day(self, now: datetime) -> bool:
        return day_of(self.starts_at) == day_of(now)


class Leading(Base):
    """A conseiller's part in a session. Its time is its commitment's, held equal by the database."""

    __tablename__ = "leadings"
    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "starts_at", "ends_at"],
            ["workshop_sessions.id", "workshop_sessions.starts_at", "workshop_sessions.ends_at"],
            name="fk_leadings_session",
        ),
        ForeignKeyConstraint(
            ["commitment_id", "presence_id", "conseiller_id", "starts_at", "ends_at"],
            [
                "commitments.id",
                "commitments.presence_id",
                "commitments.conseiller_id",
                "commitments.starts_at",
                "commitments.ends_at",
            ],
            name="fk_leadings_commitment",
            onupdate="CASCADE",
        ),
        UniqueConstraint("session_id", "conseiller_id"),
        Index("ix_leadings_presence_id", "presence_id"),
        Index("ix_leadings_conseiller_id", "conseiller_id"),
    )

    id: Mapped[Key]
    session_id: Mapped[int] = mapped_column()
    conseiller_id: Mapped[int] = refers_to("staff.id", index=False)
    presence_id: Mapped[int] = refers_to("presences.id", index=False)
    commitment_id: Mapped[int | None] = mapped_column(unique=True)
    """None once the workshop is cancelled."""
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]

    conseiller: Mapped[Staff] = relationship(foreign_keys=[conseiller_id])


class Attendance(Base):
    """Whether somebody who is registered came to one session."""

    __tablename__ = "attendances"

    session_id: Mapped[int] = refers_to("workshop_sessions.id", index=False, primary_key=True)
    registration_id: Mapped[int] = refers_to("registrations.id", primary_key=True)
    came: Mapped[bool]


def attendances_of(session_id: int) -> Select[Attendance]:
    return select(Attendance).where(Attendance.session_id == session_id)
