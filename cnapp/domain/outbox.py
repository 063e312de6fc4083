"""The outbox: which letter about what is due when. It is written when it is sent, from the state of that moment."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import CheckConstraint, ColumnElement, Index, Select, String, and_, func, or_, select, text
from sqlalchemy.orm import Mapped, aliased, mapped_column

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Told

SECOND = "/booker"

CHANGE_OF_MIND = timedelta(minutes=1)
TOLD_WITHIN = timedelta(days=7)
"""What could not leave for so long is no news any more."""
CAUSED_WITHIN = timedelta(days=1)
CAUSED_AT_MOST = 3
"""Letters that visitors cause for one contact, in a day: nobody has shown that it is theirs."""
FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(minutes=30)


class Letter(StrEnum):
    """What somebody is told."""

    CONFIRMED = "confirmed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REVOKED = "revoked"
    REMINDED = "reminded"
    """Two days before."""
    REMINDED_TODAY = "reminded_today"
    """On the morning itself."""
    MISSED = "missed"
    """The morning after somebody of the team noted that the person did not come."""
    CODES = "codes"
    """To whoever asked for their appointments without a code."""
    OFFERED = "offered"
    """An earlier time, to whoever waits for one."""
    PASSWORD = "password"
    """The link by which somebody of the team chooses a new one."""
    SCHEDULE = "schedule"
    """To the team: what changes in their next 24 hours."""
    REGISTERED = "registered"
    """To a workshop."""
    WAITLISTED = "waitlisted"
    SEAT_OFFERED = "seat_offered"
    """To whoever waits for a seat of a workshop."""
    UNREGISTERED = "unregistered"
    """By the person."""
    WORKSHOP_CHANGED = "workshop_changed"
    """Its time or place: they may say no."""
    WORKSHOP_CANCELLED = "workshop_cancelled"
    """Or their registration was, by the service."""
    SESSION_REMINDED = "session_reminded"
    SESSION_TODAY = "session_today"
    DISPLACED = "displaced"
    """Its conseiller is absent, or its place closed: another time is being looked for."""
    REPLACED = "replaced"
    """Another time is proposed: yes, another moment, or cancel."""
    REINSTATED = "reinstated"
    """It takes place as it was, whatever was said meanwhile."""
    ABSENT = "absent"
    """To the coordination: somebody is not there, and so many people are touched."""
    TOO_FEW = "too_few"
    """To the coordination: two days before, fewer are registered than it takes."""


CHANGES = (
    Letter.CONFIRMED,
    Letter.MOVED,
    Letter.CANCELLED,
    Letter.REVOKED,
    Letter.DISPLACED,
    Letter.REPLACED,
    Letter.REINSTATED,
)
"""Those that a calendar follows."""
OF_A_PLAN = (Letter.DISPLACED, Letter.REPLACED, Letter.REINSTATED)
"""Those on a time that was lost; some wait a while, also when they change today."""
REGISTRATION_CHANGES = (
    Letter.REGISTERED,
    Letter.WAITLISTED,
    Letter.SEAT_OFFERED,
    Letter.UNREGISTERED,
    Letter.WORKSHOP_CHANGED,
    Letter.WORKSHOP_CANCELLED,
)
"""The same of a registration: each raises its version."""
REMINDERS = (Letter.REMINDED, Letter.REMINDED_TODAY)
"""Those that a person may refuse."""
SESSION_REMINDERS = (Letter.SESSION_REMINDED, Letter.SESSION_TODAY)
"""The same of each session of a workshop."""
OF_A_LIST = (Letter.WAITLISTED, Letter.SEAT_OFFERED)
"""They leave at once, and change nothing of today."""
SESSION_NAMED = 8
"""Characters of a session's public id in the key of its reminders."""


class Channel(StrEnum):
    """How a letter reaches its reader."""

    EMAIL = "email"
    SMS = "sms"
    CALL = "call"
    """Somebody of the team telephones."""
    PAPER = "paper"
    """Somebody of the team prints and posts it."""


class Outcome(StrEnum):
    """How a letter to be ended."""

    SENT = "sent"
    OVERTAKEN = "overtaken"
    """Minds changed within a minute: a later letter tells how things stand."""
    UNNEEDED = "unneeded"
    """Nobody to write to, or nothing to say any more."""
    TOO_LATE = "too_late"
    GIVEN_UP = "given_up"
    """Refused for good by whoever carries it."""
    PARKED = "parked"
    """Our own mistake: it could not be written."""
    ENTRUSTED = "entrusted"
    """To the team, who call or post it."""
    CAPPED = "capped"
    """Too many were caused online for the same contact: whoever it is may have asked for none."""


_WAITS = text("settled_at IS NULL")


class Due(Base):
    """One letter to be. `key` makes it unique: letter, appointment, version, and whether it is the second of two."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", "outbox_settled_with_outcome"),
        CheckConstraint("(claim IS NULL) = (claimed_until IS NULL)", "outbox_claim_ends"),
        CheckConstraint("settled_at IS NULL OR claim IS NULL", "outbox_settled_is_nobodys"),
        CheckConstraint("outcome NOT IN ('given_up', 'parked') OR last_error IS NOT NULL", "outbox_failed_for_reason"),
        CheckConstraint("tries >= 0", "outbox_tries"),
        CheckConstraint(
            "coalesce(appointment_id, registration_id, citizen_id, staff_id) IS NOT NULL", "outbox_about_somebody"
        ),
        CheckConstraint("outcome NOT IN ('sent', 'entrusted') OR channel IS NOT NULL", "outbox_went_by_a_channel"),
        CheckConstraint("delivered_at IS NULL OR coalesce(outcome, '') = 'sent'", "outbox_delivered_was_sent"),
        CheckConstraint("(printed_at IS NULL) = (printed_by_id IS NULL)", "outbox_posted_by_somebody"),
        CheckConstraint("printed_at IS NULL OR channel = 'paper'", "outbox_posted_on_paper"),
        Index("ix_outbox_line", "appointment_id", "version", sqlite_where=_WAITS, postgresql_where=_WAITS),
        Index(
            "ix_outbox_registration_line",
            "registration_id",
            "version",
            sqlite_where=_WAITS,
            postgresql_where=_WAITS,
        ),
        Index("ix_outbox_due", "due_at", "id", sqlite_where=_WAITS, postgresql_where=_WAITS),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    letter: Mapped[Letter] = one_of(Letter, "outbox_letter")
    appointment_id: Mapped[int | None] = refers_to("appointments.id")
    registration_id: Mapped[int | None] = refers_to("registrations.id")
    version: Mapped[int] = mapped_column(default=0)
    """Of the appointment or the registration; 0 without one."""
    workshop_id: Mapped[int | None] = refers_to("workshops.id")
    """The one that the team reads of."""
    plan_id: Mapped[int | None] = refers_to("plans.id")
    """The plan that somebody of the team is asked to work on."""
    citizen_id: Mapped[int | None] = refers_to("citizens.id")
    """Whom a letter about no single appointment is for."""
    staff_id: Mapped[int | None] = refers_to("staff.id")
    """Whom of the team it is for."""
    channel: Mapped[Channel | None] = one_of(Channel, "outbox_channel")
    """How it went, or was to go when it was given up; before that, how it was asked for."""
    due_at: Mapped[Instant]
    put_off_until: Mapped[Instant | None]
    claim: Mapped[str | None] = mapped_column(String(32))
    """The worker that has it in hand; nobody else may say what became of it."""
    claimed_until: Mapped[Instant | None]
    tries: Mapped[int] = mapped_column(default=0)
    """How often a worker has taken it in hand."""
    last_error: Mapped[str | None] = mapped_column(String(40))
    """A code, never an address."""
    settled_at: Mapped[Instant | None]
    outcome: Mapped[Outcome | None] = one_of(Outcome, "outbox_outcome")
    delivered_at: Mapped[Instant | None]
    """When its carrier told us that it had arrived; an SMS gateway may."""
    printed_at: Mapped[Instant | None]
    """When somebody of the team said that it is printed and posted."""
    printed_by_id: Mapped[int | None] = refers_to("staff.id")
    created_at: Mapped[Instant]
    caused_for: Mapped[str | None] = mapped_column(String(64), index=True)
    """The contact that a visitor of the site caused it for, as a fingerprint; none when the service itself did."""

    @property
    def touches_today(self) -> bool:
        """Of a change: it was due at once, for it touched the day on which it was made."""
        return self.due_at <= self.created_at

    @property
    def is_second(self) -> bool:
        """When both are told of one change, the first letter is the person's and this one the booker's."""
        return self.key.endswith(SECOND)

    @property
    def reference(self) -> str:
        """How gateways know it: the same however often it is sent, and nothing about anybody."""
        return self.key.replace("/", "-")

    def is_too_late(self, now: datetime) -> bool:
        return now - self.due_at > TOLD_WITHIN

    def leaves_at_any_hour(self, now: datetime) -> bool:
        """It changes something of today: it was due as soon as it was written, and it is still that day."""
        changes = {*CHANGES, *REGISTRATION_CHANGES} - {*OF_A_LIST}
        is_urgent = self.letter in changes and self.due_at == self.created_at
        return is_urgent and day_of(self.created_at) == day_of(now)


class Announced(Protocol):
    """What letters announce each version of: an appointment, a registration."""

    @property
    def public_id(self) -> str: ...

    @property
    def version(self) -> int: ...

    @property
    def told(self) -> Told: ...


def letter_keys(letter: Letter, about: Announced) -> list[str]:
    """One letter for each who is to be told."""
    first = f"{letter}/{about.public_id}/{about.version}"
    return [first, first + SECOND] if about.told is Told.BOTH else [first]


def session_reminder_keys(letter: Letter, about: Announced, session_id: str) -> list[str]:
    """The same of a reminder of one session, by its public id."""
    first, *seconds = letter_keys(letter, about)
    named = f"{first}/{session_id[:SESSION_NAMED]}"
    return [named, *(named + SECOND for _ in seconds)]


class Beat(Base):
    """When a worker last looked: one row."""

    __tablename__ = "beats"

    id: Mapped[Key]
    at: Mapped[Instant]


def delay_after(tries: int, chance: float) -> timedelta:
    """Twice as long after each failure; `chance`, from 0 to 1, keeps those that failed together from coming back so."""
    doubled = FIRST_DELAY * (1 << min(tries - 1, 10))
    return min(doubled, LONGEST_DELAY) * (0.5 + chance)


def anything_waiting(now: datetime) -> Select[int]:
    return select(Due.id).where(*_is_waiting(now)).limit(1)


def next_in_line(now: datetime, *, present: ColumnElement[datetime]) -> Select[int]:
    """The one to take in hand, locked; those that somebody has in hand are passed over.

    None leaves before one on an earlier state of its appointment. `present` is what leases are measured by.
    """
    is_first = and_(*(Due.version <= _first_in_line(column, now) for column in ("appointment_id", "registration_id")))
    is_free = or_(Due.claimed_until.is_(None), Due.claimed_until <= present)
    found = select(Due.id).where(*_is_waiting(now), is_free, is_first)
    return found.order_by(Due.due_at, Due.id).limit(1).with_for_update(of=Due, skip_locked=True)


def _first_in_line(column: str, now: datetime) -> ColumnElement[int]:
    """The earliest version that waits about the same thing for the same reader, each by an index of its own."""
    earlier = aliased(Due)
    first = select(func.min(earlier.version)).where(
        getattr(earlier, column) == getattr(Due, column),
        earlier.staff_id.is_not_distinct_from(Due.staff_id),
        earlier.settled_at.is_(None),
        earlier.due_at <= now,
    )
    return func.coalesce(first.scalar_subquery(), Due.version)


def _is_waiting(now: datetime) -> tuple[ColumnElement[bool], ...]:
    is_ready = or_(Due.put_off_until.is_(None), Due.put_off_until <= now)
    return Due.settled_at.is_(None), Due.due_at <= now, is_ready


def overtaking(due: Due) -> Select[int]:
    """Later letters about the same thing to the same reader, written within a minute of this one."""
    return later_to_same_reader(due).where(Due.created_at <= due.created_at + CHANGE_OF_MIND)


def later_to_same_reader(due: Due) -> Select[int]:
    is_about_it = Due.appointment_id == due.appointment_id, Due.registration_id == due.registration_id
    is_to_them = Due.staff_id.is_not_distinct_from(due.staff_id)
    return select(Due.id).where(*is_about_it, is_to_them, Due.version > due.version).limit(1)


def left_before(due: Due, *letters: Letter) -> Select[int]:
    """Earlier ones about the same thing that reached somebody, or the team: these letters, or any."""
    is_about_it = Due.appointment_id == due.appointment_id, Due.registration_id == due.registration_id
    has_left = Due.version < due.version, Due.outcome.in_((Outcome.SENT, Outcome.ENTRUSTED))
    left = select(Due.id).where(*is_about_it, *has_left)
    return (left.where(Due.letter.in_(letters)) if letters else left).limit(1)


def changes_before(due: Due) -> Select[Due]:
    """Earlier ones about the same registration, the last first; of reminders, those alone that left."""
    is_told = or_(Due.letter.in_(REGISTRATION_CHANGES), Due.outcome.in_((Outcome.SENT, Outcome.ENTRUSTED)))
    earlier = Due.registration_id == due.registration_id, Due.version < due.version, is_told
    return select(Due).where(*earlier).order_by(Due.version.desc(), Due.id.desc())


def caused_before(due: Due) -> Select[int]:
    """How many visitors had caused for the same contact in the day before this one.

    By the order in which they were caused, not sent: the answer is the same for every worker, at any time.
    """
    before = Due.id < due.id, Due.created_at > due.created_at - CAUSED_WITHIN
    has_gone_or_will = or_(Due.outcome.is_(None), Due.outcome.in_((Outcome.SENT, Outcome.ENTRUSTED)))
    return select(func.count()).select_from(Due).where(Due.caused_for == due.caused_for, *before, has_gone_or_will)


def how_many_capped(since: datetime) -> Select[int]:
    return select(func.count()).where(Due.outcome == Outcome.CAPPED, Due.settled_at > since)


def due_referred_to(reference: str) -> Select[Due]:
    """Locked: its worker may be about to say what became of it."""
    return select(Due).where(Due.key == reference.replace("-", "/")).with_for_update()


def how_many_parked() -> Select[int]:
    return select(func.count()).where(Due.outcome == Outcome.PARKED)


def oldest_due(now: datetime) -> Select[datetime | None]:
    return select(func.min(Due.due_at)).where(Due.settled_at.is_(None), Due.due_at <= now)


def last_beat() -> Select[datetime]:
    return select(Beat.at)
