"""Who receives where in the coming days, as citizens read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select
from sqlalchemy.orm import contains_eager

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.closed_time import is_shut
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


def walk_ins(*, now: datetime, count: int = 3) -> list[Reception]:
    """The next times when one may come without appointment."""
    query = _with_people(presences_during(Span(now, now + AHEAD))).where(Presence.takes_walk_ins).limit(READ_AT_MOST)
    presences = _open_ones(db.session.scalars(query).all(), now)
    coming = (_without_appointment(presence) for presence in presences)
    return sorted((each for each in coming if each.ends_at > now), key=lambda each: each.starts_at)[:count]


def receptions_at(place: Place, *, now: datetime) -> list[Reception]:
    """Who is there when, in the coming two weeks."""
    query = _with_people(presences_during(Span(now, now + AHEAD))).where(Presence.place_id == place.id)
    return [
        Reception(row.place, row.conseiller.first_name, row.starts_at, row.ends_at, row.takes_walk_ins)
        for row in _open_ones(db.session.scalars(query).all(), now)
        if row.takes_appointments or row.takes_walk_ins
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


def _open_ones(presences: Sequence[Presence], now: datetime) -> list[Presence]:
    today = day_of(now)
    closures = db.session.scalars(closures_between(today, today + AHEAD)).all()
    return [row for row in presences if _is_held(row, closures)]


def _is_held(row: Presence, closures: Sequence[Closure]) -> bool:
    day = day_of(row.starts_at)
    is_there = (
        row.conseiller.is_in_post(day) and row.place.exists_on(day) and not is_closed(row.place_id, day, closures)
    )
    return is_there and not is_shut(row.place_id, row.span, closures, Closed.APPOINTMENTS)


def _without_appointment(row: Presence) -> Reception:
    """Where appointments are taken too, the last minutes are for those who come without."""
    kept = row.takes_appointments and row.walk_in_minutes
    starts_at = max(row.starts_at, row.ends_at - timedelta(minutes=row.walk_in_minutes)) if kept else row.starts_at
    return Reception(row.place, row.conseiller.first_name, starts_at, row.ends_at, True)
