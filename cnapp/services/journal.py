"""Writing down what happened, in the same transaction as what happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import Actor, Entry, Subject, next_number
from cnapp.domain.people import Staff


@dataclass(frozen=True, slots=True)
class By:
    """Whose press it was."""

    actor: Actor
    staff_id: int | None = None

    @classmethod
    def citizen(cls) -> By:
        return cls(Actor.CITIZEN)

    @classmethod
    def staff(cls, staff: Staff) -> By:
        return cls(Actor.STAFF, staff.id)

    @classmethod
    def clock(cls) -> By:
        return cls(Actor.CLOCK)


def record(what: str, appointment: Appointment, *, by: By, now: datetime, **detail: Any) -> None:
    """One line about an appointment, numbered after the last; its conseiller must be locked."""
    record_about((Subject.APPOINTMENT, appointment.id), what, by=by, now=now, **detail)


def record_about(subject: tuple[Subject, int], what: str, *, by: By, now: datetime, **detail: Any) -> None:
    """One line about anything; `detail` holds plain values, never a name or a contact."""
    kind, subject_id = subject
    line = {"subject": kind, "subject_id": subject_id, "what": what, "detail": detail}
    line["number"] = next_number(kind, subject_id)
    db.session.add(Entry(**line, actor=by.actor, staff_id=by.staff_id, at=now))
    db.session.flush()


THE_SERVICE = (Subject.SERVICE, 1)
DEMONSTRATION = "demonstration"
"""What the journal says of the service once it was filled with invented data."""


def is_demonstration() -> bool:
    """Whether what people see is invented."""
    filled = select(Entry.id).where(Entry.subject == Subject.SERVICE, Entry.what == DEMONSTRATION)
    return db.session.scalar(filled.limit(1)) is not None
