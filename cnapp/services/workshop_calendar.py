"""Workshops as anybody may read them: in calendars, on the town's own site, on paper at a place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_day, span_of_days
from cnapp.domain.feeds import EVENTS_AT_MOST, window
from cnapp.domain.places import Place
from cnapp.domain.workshop_calendar import (
    Wanted,
    last_change,
    sessions_held,
    workshop_shown,
    workshops_offered,
    workshops_shown,
)
from cnapp.domain.workshop_sessions import SessionUnknown, WorkshopSession
from cnapp.domain.workshops import Workshop, WorkshopUnknown
from cnapp.services.waiting_list import counted


@dataclass(frozen=True)
class Held:
    """One session, and which one of its workshop it is, from 1."""

    workshop: Workshop
    session: WorkshopSession
    number: int

    def is_told(self, now: datetime) -> bool:
        """That it is cancelled is told until its end."""
        return self.workshop.stands or now < self.session.ends_at


@dataclass(frozen=True)
class Programme:
    """The sessions of a calendar, in order, and when the list last changed, dropped ones included."""

    sessions: list[Held]
    changed_at: datetime


def programme(wanted: Wanted, *, now: datetime) -> Programme:
    """Of 30 past days and a year ahead: the same three queries, however many there are."""
    during = window(now)
    every = [each for workshop in db.session.scalars(workshops_shown(during, wanted)) for each in held(workshop)]
    within = sorted(_within(every, during), key=lambda each: (each.session.starts_at, each.workshop.id))
    told = [each for each in within if each.is_told(now)]
    dropped = [each.session.ends_at for each in within if not each.is_told(now)]
    changes = db.session.execute(last_change(during)).one()
    midnight = span_of_day(day_of(now)).start
    changed_at = max(midnight, *dropped, *(change for change in changes if change))
    return Programme(told[:EVENTS_AT_MOST], changed_at)


def held(workshop: Workshop) -> list[Held]:
    return [Held(workshop, session, number) for number, session in enumerate(workshop.sessions, 1)]


def _within(every: list[Held], during: Span) -> list[Held]:
    return [each for each in every if each.session.span.overlaps(during)]


def session_at(public_id: str, number: int) -> Held:
    """One session of a workshop that the public knows. Raises WorkshopUnknown, SessionUnknown."""
    sessions = held(shown(public_id))
    if not 1 <= number <= len(sessions):
        raise SessionUnknown
    return sessions[number - 1]


def shown(public_id: str) -> Workshop:
    """Published, or cancelled since. Raises WorkshopUnknown."""
    workshop = db.session.scalar(workshop_shown(public_id))
    if workshop is None:
        raise WorkshopUnknown
    return workshop


@dataclass(frozen=True)
class Offered:
    """A workshop to come, and how many seats somebody who registers now can have."""

    workshop: Workshop
    left: int
    is_waited_for: bool
    """Whoever registers now waits for a seat."""


def offered(wanted: Wanted, *, page: int, size: int, now: datetime) -> tuple[list[Offered], bool]:
    """One page of them, in order, and whether another follows: one more row is read to know."""
    query = workshops_offered(now, wanted).offset((page - 1) * size).limit(size + 1)
    read = db.session.scalars(query).all()
    waiting = counted([each.id for each in read])
    return [_offered(each, waiting.get(each.id, 0)) for each in read[:size]], len(read) > size


def _offered(workshop: Workshop, waiting: int) -> Offered:
    """A free seat is first for who waits."""
    left = 0 if waiting else workshop.left
    return Offered(workshop, left, is_waited_for=left == 0)


def announced(place: Place, first: date, last: date) -> Sequence[Held]:
    """The sessions that a place announces on paper for these days, both included."""
    rows = db.session.execute(sessions_held(place.id, span_of_days(first, last))).all()
    return [next(each for each in held(workshop) if each.session is session) for session, workshop in rows]
