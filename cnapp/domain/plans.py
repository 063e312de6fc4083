"""Recovery plans: everyone whom an absence, a closure or a change of the roster touches, and what becomes of each.

A displacement is one appointment or one session of a workshop that lost its time. It is open until somebody decides:
nothing that was promised is ever lost silently.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.appointments import Appointment
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_sessions import WorkshopSession

PUT_OFF = timedelta(minutes=30)
"""How long the letter « nous cherchons une autre heure » waits, so that a plan applied meanwhile replaces it."""
AT_ONCE_WITHIN = timedelta(hours=2)
"""Whoever was to come so soon may be on their way: they are told at once."""
HOLD_PREFIX = "plan:"
LETTERS_AFTER = timedelta(minutes=5)
"""Between applying a plan and its letters, all is undone by one press."""
_OPEN = text("standing = 'open'")
_AWAITED = text("standing = 'proposed'")


class PlanUnknown(Refusal):
    sentence = "Ce plan n’existe pas ou plus."


class TooLateToUndo(Refusal):
    sentence = "Les messages sont partis : changez les rendez-vous un par un."


class NothingApplied(Refusal):
    sentence = "Rien n’a été appliqué dans ce plan."


class NotProposed(Refusal):
    sentence = "Cette heure ne vous est plus proposée. Voici où en est votre rendez-vous."


class Trigger(StrEnum):
    """What made the plan necessary."""

    ABSENCE = "absence"
    CLOSURE = "closure"
    MOVE = "move"
    """Of a place, to a provisional address."""
    ROSTER = "roster"
    """Somebody changed a presence or a rule."""


class Standing(StrEnum):
    """What became of one displacement."""

    OPEN = "open"
    """Nobody has handled it: the board is marked until somebody does."""
    PROPOSED = "proposed"
    """It has a new time; the person is asked, until `answer_until`."""
    ACCEPTED = "accepted"
    """The person said yes."""
    KEPT = "kept"
    """Nobody answered: the new time stays theirs."""
    TO_CALL = "to_call"
    """It has a new time at another place, and nobody answered: somebody calls."""
    SETTLED = "settled"
    """Decided otherwise: moved by the person or the team; for a session, led by another or held another day."""
    ENDED = "ended"
    """Cancelled, by the person or the service."""
    REINSTATED = "reinstated"
    """What displaced it was taken back: it is as it was."""


ANSWERABLE = (Standing.PROPOSED, Standing.KEPT, Standing.TO_CALL)
"""It has a new time, to which nobody has said yes."""


class RecoveryPlan(Base):
    """One operation: several absences entered together share one."""

    __tablename__ = "plans"
    __table_args__ = (
        CheckConstraint("(applied_at IS NULL) = (letters_at IS NULL)", "plan_letters_after_applying"),
        CheckConstraint("(cause IN ('closure', 'move')) = (closure_id IS NOT NULL)", "plan_closure_known"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    cause: Mapped[Trigger] = one_of(Trigger, "plan_cause")
    closure_id: Mapped[int | None] = refers_to("closures.id")
    made_by_id: Mapped[int] = refers_to("staff.id", index=False)
    created_at: Mapped[Instant] = mapped_column(index=True)
    applied_at: Mapped[Instant | None]
    """The last time that any of it was."""
    letters_at: Mapped[Instant | None]
    """When the letters of that time leave; until then all is undone by one press."""

    made_by: Mapped[Staff] = relationship()
    closure: Mapped[Closure | None] = relationship()

    def can_be_undone(self, now: datetime) -> bool:
        return self.letters_at is not None and now < self.letters_at


class Displacement(Base):
    """One appointment or one session, as it was, and what is proposed instead."""

    __tablename__ = "displacements"
    __table_args__ = (
        CheckConstraint("(appointment_id IS NULL) <> (session_id IS NULL)", "displacement_of_one_thing"),
        CheckConstraint("starts_at < ends_at", "displacement_in_order"),
        CheckConstraint("(standing = 'open') = (settled_at IS NULL)", "displacement_open_until_settled"),
        CheckConstraint("standing <> 'proposed' OR answer_until IS NOT NULL", "displacement_asked_until"),
        Index(
            "uq_displacements_open_appointment",
            "appointment_id",
            unique=True,
            sqlite_where=_OPEN,
            postgresql_where=_OPEN,
        ),
        Index("uq_displacements_open_session", "session_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_displacements_awaited", "answer_until", sqlite_where=_AWAITED, postgresql_where=_AWAITED),
        Index("ix_displacements_starts_at", "starts_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    plan_id: Mapped[int] = refers_to("plans.id")
    appointment_id: Mapped[int | None] = refers_to("appointments.id")
    session_id: Mapped[int | None] = refers_to("workshop_sessions.id")
    conseiller_id: Mapped[int] = refers_to("staff.id")
    presence_id: Mapped[int] = refers_to("presences.id")
    place_id: Mapped[int] = refers_to("places.id")
    """Where it was to be, whatever becomes of the presence."""
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]

    proposal: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """The option that is held, as plain values (services/held_proposals.py); None: to call."""
    way: Mapped[str | None] = mapped_column(String(20))
    """The way of the option that was applied."""
    standing: Mapped[Standing] = one_of(Standing, "displacement_standing")
    settled_at: Mapped[Instant | None]
    """When it was last decided about."""
    applied_version: Mapped[int | None]
    """Of the appointment, or the last line of the workshop’s journal, as the plan made it: undoing leaves alone what
    has changed since."""
    revival: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    """What a workshop that the plan cancelled was, as plain values (services/revivals.py)."""
    answer_until: Mapped[Instant | None]
    answered_at: Mapped[Instant | None]

    plan: Mapped[RecoveryPlan] = relationship()
    appointment: Mapped[Appointment | None] = relationship()
    session: Mapped[WorkshopSession | None] = relationship()
    conseiller: Mapped[Staff] = relationship()
    presence: Mapped[Presence] = relationship()
    place: Mapped[Place] = relationship()

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def hold_key(self) -> str:
        """Names the commitment that holds its proposal, where drafts have their own id."""
        return HOLD_PREFIX + self.public_id

    @property
    def is_open(self) -> bool:
        return self.standing is Standing.OPEN

    def awaits_answer(self, now: datetime) -> bool:
        """Whether a yes still means something; afterwards the time is theirs all the same."""
        given = self.appointment
        return self.standing in ANSWERABLE and given is not None and given.is_upcoming(now)

    @property
    def is_at_same_place(self) -> bool:
        """As the appointment stands now."""
        return self.appointment is not None and self.appointment.presence.place_id == self.place_id

    @property
    def is_unmoved(self) -> bool:
        """The time and the place are those that were lost: only whom they see has changed."""
        same_time = self.appointment is not None and self.appointment.starts_at == self.starts_at
        return same_time and self.is_at_same_place

    def settle(self, standing: Standing, *, now: datetime) -> None:
        self.standing, self.settled_at = standing, now


class Cover(Base):
    """A whole presence that a colleague took over: what the plan made and withdrew for it, so that it can be undone."""

    __tablename__ = "covers"
    __table_args__ = (Index("ix_covers_plan_id", "plan_id"),)

    id: Mapped[Key]
    plan_id: Mapped[int] = refers_to("plans.id", index=False)
    presence_id: Mapped[int] = refers_to("presences.id")
    """The one that lost its conseiller."""
    made_id: Mapped[int] = refers_to("presences.id")
    """The colleague’s own, at the same place and time."""
    gave_up: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Presences of the colleague that were withdrawn for it."""
    made_at: Mapped[Instant]
    undone_at: Mapped[Instant | None]
