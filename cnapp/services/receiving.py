"""Who receives where in the coming days, as citizens read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import contains_eager

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.closed_time import is_shut
from cnapp.domain.commitments import Commitment, Kind, commitments_of
from cnapp.domain.people import Staff
from cnapp.domain.places import Closed, Closure, Place, closures_between, is_closed
from cnapp.domain.presences import Presence, presences_during

AHEAD = timedelta(days=14)
READ_AT_MOST = 60
"""Presences read to find three: some fall on days when their place is closed."""


@dataclass(frozen=True, slots=True)
class Reception:
    """Somebody receives at a place, from an instant to another."""

    place: Place
    first_name: str
    starts_at: datetime
    ends_at: datetime
    takes_walk_ins: bool


@dataclass(frozen=True, slots=True)
class Part:
    """What an absence leaves of a presence: all of it, mostly."""

    presence: Presence
    span: Span

    def reception(self, span: Span, *, takes_walk_ins: bool) -> Reception:
        row = self.presence
        return Reception(row.place, row.conseiller.first_name, span.start, span.end, takes_walk_ins)


def walk_ins(*, now: datetime, count: int = 3) -> list[Reception]:
    """The next times when one may come without appointment."""
    query = _with_people(presences_during(Span(now, now + AHEAD))).where(Presence.takes_walk_ins).limit(READ_AT_MOST)
    parts = _open_parts(db.session.scalars(query).all(), now)
    coming = [part.reception(span, takes_walk_ins=True) for part in parts for span in _without_appointment(part)]
    return sorted((each for each in coming if each.ends_at > now), key=lambda each: each.starts_at)[:count]


def receptions_at(place: Place, *, now: datetime) -> list[Reception]:
    """Who is there when, in the coming two weeks."""
    query = _with_people(presences_during(Span(now, now + AHEAD))).where(Presence.place_id == place.id)
    return [
        part.reception(part.span, takes_walk_ins=part.presence.takes_walk_ins and bool(_without_appointment(part)))
        for part in _open_parts(db.session.scalars(query).all(), now)
        if (part.presence.takes_appointments or part.presence.takes_walk_ins) and part.span.end > now
    ]


def closures_ahead(place: Place, *, now: datetime) -> list[Closure]:
    """In the coming two months, of this place or of all."""
    today = day_of(now)
    found = db.session.scalars(closures_between(today, today + timedelta(days=60)).order_by(Closure.starts_on))
    return [closure for closure in found if closure.place_id in (None, place.id)]


def _with_people(query: Select[Presence]) -> Select[Presence]:
    return (
        query.join(Presence.conseiller)
        .join(Presence.place)
        .options(contains_eager(Presence.conseiller), contains_eager(Presence.place))
        .where(Staff.receives, Staff.disabled_at.is_(None))
    )


def _open_parts(presences: Sequence[Presence], now: datetime) -> list[Part]:
    """Nobody is sent to whoever is absent."""
    today = day_of(now)
    closures = db.session.scalars(closures_between(today, today + AHEAD)).all()
    held = [row for row in presences if _is_held(row, closures)]
    absent = _absences_of(held, Span(now, now + AHEAD))
    return [Part(row, span) for row in held for span in row.span.minus(absent[row.conseiller_id])]


def _absences_of(presences: Sequence[Presence], during: Span) -> Mapping[int, list[Span]]:
    """By conseiller."""
    absent: dict[int, list[Span]] = defaultdict(list)
    people = sorted({row.conseiller_id for row in presences})
    for each in db.session.scalars(commitments_of(people, during).where(Commitment.kind == Kind.ABSENCE)):
        absent[each.conseiller_id].append(each.span)
    return absent


def _is_held(row: Presence, closures: Sequence[Closure]) -> bool:
    day = day_of(row.starts_at)
    is_there = (
        row.conseiller.is_in_post(day) and row.place.exists_on(day) and not is_closed(row.place_id, day, closures)
    )
    return is_there and not is_shut(row.place_id, row.span, closures, Closed.APPOINTMENTS)


def _without_appointment(part: Part) -> list[Span]:
    """Where appointments are taken too, the last minutes are for those who come without."""
    row = part.presence
    kept = row.takes_appointments and row.walk_in_minutes
    starts_at = max(row.starts_at, row.ends_at - timedelta(minutes=row.walk_in_minutes)) if kept else row.starts_at
    unbooked = Span(starts_at, row.ends_at)
    return [part.span.within(unbooked)] if part.span.overlaps(unbooked) else []
