"""The journal: what happened to each thing, numbered without a gap; never a name, a phone or an address."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ScalarSelect, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.domain.people import Staff


class Subject(StrEnum):
    """The kind of thing that something happened to."""

    APPOINTMENT = "appointment"
    PRESENCE = "presence"
    STAFF = "staff"
    PLACE = "place"
    SERVICE = "service"
    VISIT = "visit"
    MOTIF = "motif"
    RULE = "rule"
    TRAVEL = "travel"
    CLOSURE = "closure"
    WORKSHOP = "workshop"
    REGISTRATION = "registration"
    KIT = "kit"
    ABSENCE = "absence"
    PLAN = "plan"
    COVER = "cover"


class Actor(StrEnum):
    """Whose press it was."""

    CITIZEN = "citizen"
    STAFF = "staff"
    CLOCK = "clock"


KNOWN = "known"
"""In the detail of a change: whoever it is about knew of it at once."""
MADE_WAY = "made_way"
"""A closure displaced presences, leaders and workshops: which, so that they stand again later."""
GAVE_BACK = "gave_back"
"""A closure let presences stand again: in which version each is, and in which it had been so."""
FOLLOWED = "followed_place"
"""A workshop went where its place is received meanwhile, or back; said after the change itself."""


class ChangedMeanwhile(Refusal):
    """Somebody else changed the thing since the page was opened: `entries` say what."""

    sentence = "Quelqu’un d’autre a changé cela depuis que vous avez ouvert cette page. Vérifiez, puis recommencez."

    def __init__(self, entries: Sequence[Entry]) -> None:
        super().__init__()
        self.entries = entries


class Entry(Base):
    """One line. `what` is a verb in the past, `detail` plain values such as instants."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "number", name="uq_journal_number"),
        CheckConstraint("number >= 1", "journal_numbered_from_one"),
        CheckConstraint("(actor = 'staff') = (staff_id IS NOT NULL)", "journal_staff_known"),
        CheckConstraint("hand IS NULL OR actor = 'staff'", "journal_hand_of_staff"),
    )

    id: Mapped[Key]
    subject: Mapped[Subject] = one_of(Subject, "journal_subject")
    subject_id: Mapped[int]
    number: Mapped[int]
    what: Mapped[str] = mapped_column(String(40))
    actor: Mapped[Actor] = one_of(Actor, "journal_actor")
    staff_id: Mapped[int | None] = refers_to("staff.id")
    hand: Mapped[str | None] = mapped_column(String(40))
    """First name of who stood at a shared desk."""
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[Instant] = mapped_column(index=True)

    staff: Mapped[Staff | None] = relationship()

    @property
    def is_known(self) -> bool:
        """Whoever it is about did it, or was there."""
        return self.actor is Actor.CITIZEN or bool(self.detail.get(KNOWN))


def next_number(subject: Subject, subject_id: int) -> ScalarSelect[int]:
    """Counted by the INSERT itself."""
    last = func.max(Entry.number)
    about = select(func.coalesce(last, 0) + 1).where(Entry.subject == subject, Entry.subject_id == subject_id)
    return about.scalar_subquery()


def last_number(subject: Subject, subject_id: int) -> Select[int | None]:
    return select(func.max(Entry.number)).where(Entry.subject == subject, Entry.subject_id == subject_id)


def last_numbers(subject: Subject, subject_ids: Sequence[int]) -> Select[int, int]:
    """For each thing something happened to: its id, and the number of its last line."""
    about = Entry.subject == subject, Entry.subject_id.in_(subject_ids)
    return select(Entry.subject_id, func.max(Entry.number)).where(*about).group_by(Entry.subject_id)


def entries_about(subject: Subject, subject_id: int) -> Select[Entry]:
    return select(Entry).where(Entry.subject == subject, Entry.subject_id == subject_id).order_by(Entry.number)


def last_of(subject_ids: Sequence[int], verbs: Sequence[str], subject: Subject = Subject.APPOINTMENT) -> Select[Entry]:
    """The last line with one of these verbs, for each of these appointments, or things of another kind."""
    about = Entry.subject == subject, Entry.subject_id.in_(subject_ids), Entry.what.in_(verbs)
    last = select(func.max(Entry.id)).where(*about).group_by(Entry.subject_id)
    return select(Entry).where(Entry.id.in_(last))


def last_lines(subject: Subject, subject_ids: Sequence[int]) -> Select[Entry]:
    """The last line about each of these things."""
    about = Entry.subject == subject, Entry.subject_id.in_(subject_ids)
    last = select(func.max(Entry.id)).where(*about).group_by(Entry.subject_id)
    return select(Entry).where(Entry.id.in_(last))


def line_numbered(subject: Subject, subject_id: int, number: int) -> Select[Entry]:
    return entries_about(subject, subject_id).where(Entry.number == number)


def entries_since(subject: Subject, subject_id: int, number: int) -> Select[Entry]:
    """What changed after this line, with whose press it was."""
    after = entries_about(subject, subject_id).where(Entry.number > number)
    return after.options(joinedload(Entry.staff))


def entries_saying(what: str, subject: Subject) -> Select[Entry]:
    """Of all things of a kind, the newest first."""
    return select(Entry).where(Entry.subject == subject, Entry.what == what).order_by(Entry.id.desc())


def lines_saying(what: str, subject: Subject, subject_ids: Collection[int]) -> Select[Entry]:
    """All that say this of these things."""
    return select(Entry).where(Entry.subject == subject, Entry.subject_id.in_(subject_ids), Entry.what == what)


def moves_since(workshop_id: int, since: datetime) -> Select[Entry]:
    """What has changed of a workshop since an instant, this included, and whether it only followed its place."""
    lines = entries_about(Subject.WORKSHOP, workshop_id)
    return lines.where(Entry.what.in_(("changed", FOLLOWED)), Entry.at >= since)


def last_saying(what: str, subject: Subject, subject_id: int) -> Select[Entry]:
    """The last line that says this of it."""
    about = entries_about(subject, subject_id).where(Entry.what == what)
    return about.order_by(None).order_by(Entry.number.desc()).limit(1)


def first_move_since(appointment_id: int, since: datetime) -> Select[Entry]:
    mine = entries_about(Subject.APPOINTMENT, appointment_id)
    return mine.where(Entry.what.in_(("moved", "replaced")), Entry.at >= since).limit(1)


def history_of(subject: Subject, subject_id: int) -> Select[Entry]:
    """Newest first, with whose press each was."""
    about = entries_about(subject, subject_id).options(joinedload(Entry.staff))
    return about.order_by(None).order_by(Entry.number.desc())
