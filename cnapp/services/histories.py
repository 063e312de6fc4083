"""What changed about a presence, a person, a place or an absence, page by page, in a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select

from cnapp.base.database import db
from cnapp.domain.absences import Absence
from cnapp.domain.histories import (
    history_of_person,
    history_of_place,
    history_of_week,
    history_of_workshop,
    presences_numbered,
    rules_numbered,
)
from cnapp.domain.journal import Entry, Subject, history_of
from cnapp.domain.kits import Kit
from cnapp.domain.people import Staff, StaffUnknown, staff_named
from cnapp.domain.places import Place, PlaceUnknown, place_called
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.domain.workshops import Workshop
from cnapp.services.paging import Listing, read_page


@dataclass(frozen=True)
class Line:
    """What happened, and to which presence or rule of a person or a place."""

    entry: Entry
    presence: Presence | None = None
    rule: RosterRule | None = None


History = Listing[Line]


def of_presence(presence: Presence, *, page: int) -> History:
    read = read_page(history_of(Subject.PRESENCE, presence.id), page)
    return read.told([Line(entry) for entry in read.lines])


def of_person(staff: Staff, *, page: int) -> History:
    return _with_things(history_of_person(staff.id), page)


def of_place(place: Place, *, page: int) -> History:
    return _with_things(history_of_place(place.id), page)


def of_week(monday: date, *, page: int) -> History:
    """Of its presences, and of what was done to several of them at once."""
    return _with_things(history_of_week(monday), page)


def of_workshop(workshop: Workshop, *, page: int) -> History:
    read = read_page(history_of_workshop(workshop.id), page)
    return read.told([Line(entry) for entry in read.lines])


def of_kit(kit: Kit, *, page: int) -> History:
    read = read_page(history_of(Subject.KIT, kit.id), page)
    return read.told([Line(entry) for entry in read.lines])


def of_absence(absence: Absence, *, page: int) -> History:
    read = read_page(history_of(Subject.ABSENCE, absence.id), page)
    return read.told([Line(entry) for entry in read.lines])


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
    read = read_page(query, page)
    presence_ids, rule_ids = _ids(read.lines, Subject.PRESENCE), _ids(read.lines, Subject.RULE)
    presences = {each.id: each for each in db.session.scalars(presences_numbered(presence_ids))}
    rules = {each.id: each for each in db.session.scalars(rules_numbered(rule_ids))}
    lines = [
        Line(
            entry,
            presences.get(entry.subject_id) if entry.subject is Subject.PRESENCE else None,
            rules.get(entry.subject_id) if entry.subject is Subject.RULE else None,
        )
        for entry in read.lines
    ]
    return read.told(lines)


def _ids(entries: list[Entry], subject: Subject) -> set[int]:
    return {entry.subject_id for entry in entries if entry.subject is subject}
