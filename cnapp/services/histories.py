"""What changed about a presence, a person or a place, page by page, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select

from cnapp.base.database import db
from cnapp.domain.histories import history_of_person, history_of_place, presences_numbered, rules_numbered
from cnapp.domain.journal import Entry, Subject, history_of
from cnapp.domain.people import Staff, StaffUnknown, staff_named
from cnapp.domain.places import Place, PlaceUnknown, place_called
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.services.journal import HISTORY_PAGE


@dataclass(frozen=True)
class Line:
    """What happened, and to which presence or rule of a person or a place."""

    entry: Entry
    presence: Presence | None = None
    rule: RosterRule | None = None


@dataclass(frozen=True)
class History:
    """One page, newest first."""

    lines: list[Line]
    page: int
    is_last: bool

    @property
    def newer(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def older(self) -> int | None:
        return None if self.is_last else self.page + 1


def of_presence(presence: Presence, *, page: int) -> History:
    read, is_last = _read(history_of(Subject.PRESENCE, presence.id), page)
    return History([Line(entry) for entry in read], page, is_last)


def of_person(staff: Staff, *, page: int) -> History:
    return _with_things(history_of_person(staff.id), page)


def of_place(place: Place, *, page: int) -> History:
    return _with_things(history_of_place(place.id), page)


def person(public_id: str) -> Staff:
    """Raises StaffUnknown."""
    found = db.session.scalar(staff_named(public_id))
    if found is None:
        raise StaffUnknown
    return found


def place(slug: str) -> Place:
    """Raises PlaceUnknown, but not for one that is out of service."""
    found = db.session.scalar(place_called(slug))
    if found is None:
        raise PlaceUnknown
    return found


def _with_things(query: Select[Entry], page: int) -> History:
    read, is_last = _read(query, page)
    presences = {each.id: each for each in db.session.scalars(presences_numbered(_ids(read, Subject.PRESENCE)))}
    rules = {each.id: each for each in db.session.scalars(rules_numbered(_ids(read, Subject.RULE)))}
    lines = [
        Line(
            entry,
            presences.get(entry.subject_id) if entry.subject is Subject.PRESENCE else None,
            rules.get(entry.subject_id) if entry.subject is Subject.RULE else None,
        )
        for entry in read
    ]
    return History(lines, page, is_last)


def _ids(entries: list[Entry], subject: Subject) -> set[int]:
    return {entry.subject_id for entry in entries if entry.subject is subject}


def _read(query: Select[Entry], page: int) -> tuple[list[Entry], bool]:
    """One more line is read to know whether another page follows."""
    read = list(db.session.scalars(query.offset((page - 1) * HISTORY_PAGE).limit(HISTORY_PAGE + 1)))
    return read[:HISTORY_PAGE], len(read) <= HISTORY_PAGE
