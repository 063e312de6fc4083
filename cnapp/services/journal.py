"""Writing down what happened, in the same transaction as what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from cnapp.base.database import db, later, write
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import (
    KNOWN,
    Actor,
    ChangedMeanwhile,
    Entry,
    Subject,
    entries_since,
    history_of,
    last_number,
    last_numbers,
    next_number,
)
from cnapp.domain.people import Staff

Thing = tuple[Subject, int]
"""What a line is about: its kind and its id."""
HISTORY_PAGE = 50


@dataclass(frozen=True, slots=True)
class By:
    """Whose press it was."""

    actor: Actor
    staff_id: int | None = None
    hand: str | None = None
    """First name of who stands at a shared desk."""
    is_known: bool = False
    """Said by staff: whoever it is about knows already."""

    @classmethod
    def citizen(cls) -> By:
        return cls(Actor.CITIZEN)

    @classmethod
    def staff(cls, staff: Staff, hand: str | None = None) -> By:
        return cls(Actor.STAFF, staff.id, hand)

    @classmethod
    def clock(cls) -> By:
        return cls(Actor.CLOCK)

    def wrote(self, entry: Entry) -> bool:
        return (entry.actor, entry.staff_id, entry.hand) == (self.actor, self.staff_id, self.hand)


def record(what: str, appointment: Appointment, *, by: By, now: datetime, **detail: Any) -> None:
    """One line about an appointment, numbered after the last; its conseiller must be locked."""
    record_about((Subject.APPOINTMENT, appointment.id), what, by=by, now=now, **detail)


def record_about(subject: Thing, what: str, *, by: By, now: datetime, **detail: Any) -> None:
    """One line about anything; `detail` holds plain values, never a name or a contact."""
    kind, subject_id = subject
    whose = {"actor": by.actor, "staff_id": by.staff_id, "hand": by.hand}
    detail |= {KNOWN: True} if by.is_known else {}
    line = {"subject": kind, "subject_id": subject_id, "what": what, "detail": detail, "at": now, **whose}
    write(_NEXT_LINE, {**line, "kind": kind, "thing_id": subject_id})


_NEXT_LINE = insert(Entry).values(number=next_number(later("kind"), later("thing_id")))


def last_number_of(subject: Thing) -> int:
    """What a page keeps in a hidden field, to know when it is sent whether something happened meanwhile."""
    return db.session.scalar(last_number(*subject)) or 0


def last_numbers_of(kind: Subject, subject_ids: Sequence[int]) -> dict[int, int]:
    """The same for many things of a kind, in one query."""
    return {row[0]: row[1] for row in db.session.execute(last_numbers(kind, subject_ids))}


def changes_since(subject: Thing, number: int) -> Sequence[Entry]:
    return db.session.scalars(entries_since(*subject, number)).all()


def refuse_if_changed(subject: Thing, number: int) -> None:
    """To be asked once the thing is locked. Raises ChangedMeanwhile."""
    entries = changes_since(subject, number)
    if entries:
        raise ChangedMeanwhile(entries)


def history(subject: Thing, *, page: int = 1) -> tuple[Sequence[Entry], bool]:
    """One page of what happened, newest first, and whether another follows: one more row is read to know."""
    lines = history_of(*subject).offset((page - 1) * HISTORY_PAGE).limit(HISTORY_PAGE + 1)
    read = db.session.scalars(lines).all()
    return read[:HISTORY_PAGE], len(read) > HISTORY_PAGE


THE_SERVICE = (Subject.SERVICE, 1)
DEMONSTRATION = "demonstration"
"""What the journal says of the service once it was filled with invented data."""


def is_demonstration() -> bool:
    """Whether what people see is invented."""
    filled = select(Entry.id).where(Entry.subject == Subject.SERVICE, Entry.what == DEMONSTRATION)
    return db.session.scalar(filled.limit(1)) is not None
