"""Days when a place, or every place, is closed although its hours say open; and what they touch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cnapp.base.database import db
from cnapp.base.workdays import day_of
from cnapp.domain.ahead import Reach, presences_in
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import Subject
from cnapp.domain.places import Closure, ClosureUnknown, Place, closure_named, closures_from
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_days import Gathering
from cnapp.services.changes import hold_still, write
from cnapp.services.journal import By, Thing, record_about
from cnapp.services.places import bookings, gatherings, make_way


@dataclass(frozen=True)
class Terms:
    """What is written of one; no place: all of them."""

    place_id: int | None
    starts_on: date
    ends_on: date
    reason: str

    def reach(self, today: date) -> Reach:
        """What is left of it."""
        return Reach(self.place_id, max(self.starts_on, today), self.ends_on)


@dataclass(frozen=True)
class Touching:
    """A closure and the presences within it, which offer nothing."""

    closure: Closure
    place: Place | None
    presences: list[Presence]


def about(closure: Closure) -> Thing:
    return Subject.CLOSURE, closure.id


def closure(public_id: str) -> Closure:
    """Raises ClosureUnknown."""
    found = db.session.scalar(closure_named(public_id))
    if found is None:
        raise ClosureUnknown
    return found


def terms_of(known: Closure) -> Terms:
    return Terms(known.place_id, known.starts_on, known.ends_on, known.reason)


def coming(places: Iterable[Place], *, now: datetime) -> list[Touching]:
    """Those that have not ended, each with what it touches: as many queries however many there are."""
    today, by_id = day_of(now), {place.id: place for place in places}
    found = db.session.scalars(closures_from(today)).all()
    reaches = [terms_of(each).reach(today) for each in found]
    there = db.session.scalars(presences_in(reaches, now)).all() if reaches else []
    return [
        Touching(each, by_id.get(each.place_id or 0), [row for row in there if reach.holds(row)])
        for each, reach in zip(found, reaches, strict=True)
    ]


def bookings_touched(terms: Terms, *, now: datetime) -> list[Appointment]:
    return bookings([terms.reach(day_of(now))], now=now)


def gatherings_touched(terms: Terms, *, now: datetime) -> list[Gathering]:
    return gatherings([terms.reach(day_of(now))], now=now)


def presences_touched(terms: Terms, *, now: datetime) -> Sequence[Presence]:
    return db.session.scalars(presences_in([terms.reach(day_of(now))], now)).all()


def create(terms: Terms, *, by: By, now: datetime) -> Closure:
    """The caller locks everybody, so that nobody books there meanwhile. Raises BookingsAhead."""
    _make_way(terms, now)
    made = Closure(**vars(terms))
    db.session.add(made)
    db.session.flush()
    _record(made, "created", by, now)
    return made


def change(known: Closure, terms: Terms, *, by: By, now: datetime) -> None:
    """The caller holds it too. Raises BookingsAhead."""
    _make_way(terms, now)
    if write(known, terms):
        _record(known, "changed", by, now)


def remove(known: Closure, *, by: By, now: datetime) -> None:
    """Its days are offered again. The caller holds it; its place's journal keeps a line, where people look for it."""
    _record(known, "removed", by, now)
    if known.place_id is not None:
        place = (Subject.PLACE, known.place_id)
        hold_still(place)
        record_about(place, "closure_removed", by=by, now=now, **_days(known))
    db.session.delete(known)


def _make_way(terms: Terms, now: datetime) -> None:
    if terms.ends_on >= day_of(now):
        make_way([terms.reach(day_of(now))], now=now)


def _record(known: Closure, what: str, by: By, now: datetime) -> None:
    record_about(about(known), what, by=by, now=now, place_id=known.place_id, **_days(known))


def _days(known: Closure) -> dict[str, str]:
    return {"starts_on": known.starts_on.isoformat(), "ends_on": known.ends_on.isoformat()}
