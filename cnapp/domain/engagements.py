"""What people have besides the time that is looked for: nobody is proposed to be at two places at once.

Somebody who books twice has two rows, and mostly the same telephone or mailbox. Two rows that are reached the same way
are one person here, unless both were to come at once from the beginning: a couple may share a telephone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, literal, or_, select, union_all

from cnapp.base.spans import Span
from cnapp.domain.appointments import STANDING, Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.distances import Ways
from cnapp.domain.gaps import minute_of
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import SEATED, Registration
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop

NO_APPOINTMENT = 0
"""The number of an engagement that is a session of a workshop."""


class Who(NamedTuple):
    """What tells one person from another."""

    person_id: int
    contacts: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[Hashable, ...]:
        return (self.person_id, *self.contacts)

    @classmethod
    def of(cls, person: Citizen) -> Who:
        return cls(person.id, tuple(person.keys))


class Engagement(NamedTuple):
    """Where somebody is to be, in whole minutes since the epoch."""

    start: int
    end: int
    place_id: int

    @classmethod
    def of(cls, span: Span, place_id: int) -> Engagement:
        return cls(minute_of(span.start), minute_of(span.end), place_id)


class Entry(NamedTuple):
    """What somebody has for an appointment."""

    number: int
    """Of the appointment."""
    who: Who
    span: Span
    """When it was to be, before it lost its time if it did."""
    engagement: Engagement


class Diary:
    """Everybody's engagements, found by whose they are."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._by_key: dict[Hashable, list[Entry]] = defaultdict(list)
        for entry in entries:
            self.note(entry)

    def note(self, entry: Entry) -> None:
        for key in entry.who.keys:
            self._by_key[key].append(entry)

    def beside(self, entry: Entry) -> list[Entry]:
        """What the same person has for others."""
        known = dict.fromkeys(other for key in entry.who.keys for other in self._by_key.get(key, ()))
        return [other for other in known if other.number != entry.number and _are_one(entry, other)]


def _are_one(one: Entry, other: Entry) -> bool:
    return one.who.person_id == other.who.person_id or not one.span.overlaps(other.span)


def kept_from(place_id: int, engagements: Iterable[Engagement], ways: Ways) -> list[tuple[int, int]]:
    """When whoever has these cannot be at a place, the way there and back counted; in order."""
    long = ((each, ways.minutes_between(each.place_id, place_id)) for each in engagements)
    return sorted((each.start - way, each.end + way) for each, way in long)


def meets(one: Engagement, others: Iterable[Engagement], ways: Ways) -> bool:
    """At once, or with no time for the way between."""
    return any(start < one.end and one.start < end for start, end in kept_from(one.place_id, others, ways))


def standing_of(people: Collection[Who], during: Span) -> CompoundSelect[*tuple[Any, ...]]:
    """What these people are booked or registered for: to be read with `entry_of`."""
    ids = {who.person_id for who in people}
    contacts = {contact for who in people for contact in who.contacts}
    theirs = or_(Citizen.id.in_(ids), Citizen.phone.in_(contacts), Citizen.mailbox.in_(contacts))
    return union_all(_appointments_of(theirs, during), _sessions_of(theirs, during))


def _appointments_of(theirs: ColumnElement[bool], during: Span) -> Select[*tuple[Any, ...]]:
    then = Appointment.starts_at >= during.start, Appointment.starts_at < during.end
    whose = Appointment.id, Citizen.id.label("person_id"), Citizen.phone, Citizen.mailbox
    found = select(*whose, Appointment.starts_at, Appointment.ends_at, Presence.place_id)
    found = found.join(Appointment.person).join(Appointment.presence)
    return found.where(theirs, Appointment.status.in_(STANDING), *then)


def _sessions_of(theirs: ColumnElement[bool], during: Span) -> Select[*tuple[Any, ...]]:
    then = WorkshopSession.starts_at >= during.start, WorkshopSession.starts_at < during.end
    whose = literal(NO_APPOINTMENT), Citizen.id, Citizen.phone, Citizen.mailbox
    found = select(*whose, WorkshopSession.starts_at, WorkshopSession.ends_at, Workshop.place_id)
    found = found.select_from(Registration).join(Registration.person).join(Registration.workshop)
    found = found.join(WorkshopSession, WorkshopSession.workshop_id == Workshop.id)
    return found.where(theirs, Registration.status.in_(SEATED), WorkshopSession.displaced_at.is_(None), *then)


def entry_of(row: Row[Any]) -> Entry:
    """From a row of `standing_of`."""
    contacts = tuple(contact for contact in (row.phone, row.mailbox) if contact)
    span = Span(row.starts_at, row.ends_at)
    return Entry(row.id, Who(row.person_id, contacts), span, Engagement.of(span, row.place_id))
