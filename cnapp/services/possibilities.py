"""What a desk can offer whoever has just come: now with each conseiller here, another day, or at the nearest place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cnapp.base.database import db
from cnapp.base.workdays import day_of
from cnapp.domain.distances import Distance, distance_between
from cnapp.domain.motifs import Motif
from cnapp.domain.people import public_ids_of
from cnapp.domain.places import Place, places_open, travels_of
from cnapp.domain.slots import Door, Slot, Wish
from cnapp.domain.visits import Visit
from cnapp.services.slots import next_slots, search, soonest_of_each


@dataclass(frozen=True)
class Offer:
    """A time with somebody, named by their public id; `distance` when it is elsewhere."""

    slot: Slot
    conseiller: str
    distance: Distance | None = None


@dataclass(frozen=True)
class Possible:
    """`here`: the soonest of each conseiller today; `later`: here another day; `elsewhere`: the nearest place today."""

    here: list[Offer]
    later: Offer | None
    elsewhere: Offer | None

    @property
    def is_nothing(self) -> bool:
        return not (self.here or self.later or self.elsewhere)


def possible_now(visit: Visit, motif: Motif, *, now: datetime) -> Possible:
    """In a fixed number of queries, however many people receive."""
    today, place_ids = day_of(now), (visit.place_id,)
    here = soonest_of_each(Wish(motif, place_ids, (), Door.WALK_IN), today, now=now)
    others = next_slots(Wish(motif, place_ids, (), Door.STAFF), now=now, since=today + timedelta(days=1))
    later, nearest = others.get(visit.place_id), _nearest(visit, motif, now)
    slots = [*here, *([later] if later else []), *([nearest.slot] if nearest else [])]
    rows = db.session.execute(public_ids_of([slot.conseiller_id for slot in slots]))
    known = {row.id: row.public_id for row in rows}
    return Possible(
        [Offer(slot, known[slot.conseiller_id]) for slot in here],
        Offer(later, known[later.conseiller_id]) if later else None,
        Offer(nearest.slot, known[nearest.slot.conseiller_id], nearest.distance) if nearest else None,
    )


@dataclass(frozen=True)
class _Away:
    slot: Slot
    distance: Distance


def _nearest(visit: Visit, motif: Motif, now: datetime) -> _Away | None:
    """Of the other places with a free time that somebody who leaves now can reach."""
    today = day_of(now)
    distances = _distances(visit.place, now)
    free = search(Wish(motif, tuple(distances), (), Door.STAFF), today, today, now=now)
    away = [_Away(slot, distances[slot.place_id]) for slot in free]
    reachable = (each for each in away if each.slot.starts_at >= now + _way(each))
    return min(reachable, key=lambda each: (_way(each), each.slot.starts_at), default=None)


def _way(away: _Away) -> timedelta:
    return timedelta(minutes=away.distance.allowed_minutes)


def _distances(here: Place, now: datetime) -> dict[int, Distance]:
    """By place id, of every other place there is today."""
    minutes = {each.beyond(here.id): each.minutes for each in db.session.scalars(travels_of(here.id))}
    others = db.session.scalars(places_open(day_of(now)).where(Place.id != here.id))
    return {place.id: distance_between(here, place, minutes.get(place.id)) for place in others}
