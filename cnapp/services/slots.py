"""Free times: what can be booked, where and when.

A search reads the presences of the days asked, the closures, the commitments of those people and, only when the
wish needs them, habilitations and languages; the rest is counted in memory. The number of queries never depends on
how much data there is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from cnapp.base.database import later, read
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.places import Place
from cnapp.domain.presences import TOUCHING, Presence, presence_bounds
from cnapp.domain.slots import Choice, Slot, Wish
from cnapp.services.availability import Availability

LOOKED_INTO = (10, 365)
"""Days at a time, for each place until it has a slot: most have one within ten days."""


def search(wish: Wish, first: date, last: date, *, now: datetime) -> list[Slot]:
    """One slot a place and start, in order, from `first` to `last` included."""
    availability = _availability(wish, first, last, now)
    return availability.slots() if availability else []


def slot_at(wish: Wish, choice: Choice, *, now: datetime) -> Slot | None:
    """The slot that a search would offer at that place and start, if any; only who is there then is looked at."""
    day = day_of(choice.starts_at)
    offered = wish.during(day, day, now)
    moment = Span.lasting(choice.starts_at, 1)
    if offered is None or not offered.start <= choice.starts_at < offered.end:
        return None
    found = Availability(wish, moment, now).slots()
    return next((slot for slot in found if slot.choice == choice), None)


def soonest_of_each(wish: Wish, day: date, *, now: datetime) -> list[Slot]:
    """The first slot of each conseiller that day, in order of time."""
    availability = _availability(wish, day, day, now)
    return availability.soonest_of_each() if availability else []


def next_slots(wish: Wish, *, now: datetime, since: date | None = None) -> dict[int, Slot]:
    """The first slot of each place within the horizon, by place id; places without one are absent."""
    found: dict[int, Slot] = {}
    first = since or day_of(now)
    for days in LOOKED_INTO:
        others = replace(wish, place_ids=tuple(place_id for place_id in wish.place_ids if place_id not in found))
        found |= _first_slots(others, first, first + timedelta(days=days - 1), now)
        first += timedelta(days=days)
    return found


def _first_slots(wish: Wish, first: date, last: date, now: datetime) -> dict[int, Slot]:
    availability = _availability(wish, first, last, now)
    return availability.first_slots() if availability else {}


def _availability(wish: Wish, first: date, last: date, now: datetime) -> Availability | None:
    during = wish.during(first, last, now)
    return Availability(wish, during, now) if during and wish.place_ids else None


def conseillers_at(choice: Choice) -> list[int]:
    """Who is at that place at that time: whom to lock before its time is promised."""
    return sorted(read(PEOPLE_AT, whereabouts(choice)).scalars())


PEOPLE_AT = (
    select(Presence.conseiller_id)
    .join(Place, Place.id == Presence.place_id)
    .where(*TOUCHING, Place.slug == later("slug"))
)
"""Who is at a place at a time, ready to be sent."""


def whereabouts(choice: Choice) -> dict[str, Any]:
    """The values of PEOPLE_AT."""
    return {"slug": choice.slug, **presence_bounds(Span.lasting(choice.starts_at, 1))}
