"""The journal: what happened to each thing, numbered without a gap; never a name, a phone or an address."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ScalarSelect, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column

from cnapp.base.database import Base, Instant, Key, one_of, refers_to


class Subject(StrEnum):
    """The kind of thing that something happened to."""

    APPOINTMENT = "appointment"
    PRESENCE = "presence"
    STAFF = "staff"
    PLACE = "place"
    SERVICE = "service"


class Actor(StrEnum):
    """Whose press it was."""

    CITIZEN = "citizen"
    STAFF = "staff"
    CLOCK = "clock"


class Entry(Base):
    """One line. `what` is a verb in the past, `detail` plain values such as instants."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "number", name="uq_journal_number"),
        CheckConstraint("number >= 1", "journal_numbered_from_one"),
        CheckConstraint("(actor = 'staff') = (staff_id IS NOT NULL)", "journal_staff_known"),
    )

    id: Mapped[Key]
    subject: Mapped[Subject] = one_of(Subject, "journal_subject")
    subject_id: Mapped[int]
    number: Mapped[int]
    what: Mapped[str] = mapped_column(String(40))
    actor: Mapped[Actor] = one_of(Actor, "journal_actor")
    staff_id: Mapped[int | None] = refers_to("staff.id")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    at: Mapped[Instant] = mapped_column(index=True)


def next_number(subject: Subject, subject_id: int) -> ScalarSelect[int]:
    """Counted by the INSERT itself."""
    last = func.max(Entry.number)
    about = select(func.coalesce(last, 0) + 1).where(Entry.subject == subject, Entry.subject_id == subject_id)
    return about.scalar_subquery()


def entries_about(subject: Subject, subject_id: int) -> Select[Entry]:
    return select(Entry).where(Entry.subject == subject, Entry.subject_id == subject_id).order_by(Entry.number)
