"""The places: what people are told of them, their rooms, and how a place begins and ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, or_, select, update

from cnapp.base.database import db, lock_keys
from cnapp.base.slugs import slugs_of
from cnapp.base.workdays import day_of
from cnapp.domain.accounts import SignIn
from cnapp.domain.ahead import BookingsAhead, Reach, WorkshopsAhead, bookings_in, holds_in, presences_in
from cnapp.domain.appointments import Appointment
from cnapp.domain.codes import ReservedCode
from cnapp.domain.cover import CoverRule
from cnapp.domain.desks import DeskLook
from cnapp.domain.journal import Subject
from cnapp.domain.kits import Kit
from cnapp.domain.people import StaffPlace
from cnapp.domain.places import (
    Closure,
    OpeningHours,
    Place,
    PlaceInUse,
    Room,
    Travel,
    place_called,
    places_ever,
)
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.domain.visits import Visit
from cnapp.domain.workshop_days import Gathering
from cnapp.domain.workshops import Workshop
from cnapp.services import workshop_days
from cnapp.services.changes import write
from cnapp.services.journal import By, Thing, record_about

NOT_SLUGS = ("nouveau", "partout")
"""Words that mean something else where a place is named."""
THE_DAY_BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """Columns of a place's row, as the coordination writes them."""

    name: str
    address: str
    postcode: str
    town: str
    phone: str | None
    way_in: str
    step_free: bool | None
    hearing_loop: bool | None
    services: list[str]
    building: str | None
    latitude: float | None
    longitude: float | None
    is_demonstration: bool
    valid_from: date
    valid_until: date | None


def everywhere() -> Sequence[Place]:
    return db.session.scalars(places_ever()).all()


def about(place: Place) -> Thing:
    return Subject.PLACE, place.id


def create(facts: Facts, *, by: By, now: datetime) -> Place:
    """Its name in addresses is made once: links to it stay good when it is called otherwise."""
    lock_keys("slugs:places")
    place = Place(slug=_free_slug(facts.name), updated_at=now, **vars(facts))
    db.session.add(place)
    db.session.flush()
    record_about(about(place), "created", by=by, now=now)
    return place


def change(place: Place, facts: Facts, *, by: By, now: datetime) -> None:
    """The caller holds the place and locks everybody. Raises BookingsAhead where dates would leave some outside."""
    make_way(outside(place, facts.valid_from, facts.valid_until, now=now), now=now)
    fields = write(place, facts)
    if fields:
        place.updated_at = now
        record_about(about(place), "changed", by=by, now=now, fields=fields)


def end(place: Place, last: date, *, by: By, now: datetime) -> None:
    """Nobody is received there after this day. Callers do the same as above. Raises BookingsAhead."""
    make_way(outside(place, place.valid_from, last, now=now), now=now)
    if place.valid_until != last:
        place.valid_until, place.updated_at = last, now
        record_about(about(place), "ended", by=by, now=now, last=last.isoformat())


def outside(place: Place, first: date, last: date | None, *, now: datetime) -> list[Reach]:
    """The days ahead that these dates leave out."""
    today = day_of(now)
    before = [Reach(place.id, today, first - THE_DAY_BEFORE)] if first > today else []
    return [*before, Reach(place.id, max(today, last + THE_DAY_BEFORE))] if last else before


def make_way(reaches: Sequence[Reach], *, now: datetime) -> None:
    """Lets go what bookings under way hold there. Raises BookingsAhead where appointments stand, WorkshopsAhead."""
    for reach in reaches:
        if db.session.scalars(bookings_in(reach, now).limit(1)).first():
            raise BookingsAhead
        if gatherings([reach], now=now):
            raise WorkshopsAhead
        db.session.execute(holds_in(reach, now))


def bookings(reaches: Sequence[Reach], *, now: datetime) -> list[Appointment]:
    """Those that stand in the way."""
    return [each for reach in reaches for each in db.session.scalars(bookings_in(reach, now))]


def gatherings(reaches: Sequence[Reach], *, now: datetime) -> list[Gathering]:
    """Sessions of workshops that stand in the way; not those that wait in a plan already."""
    found = [each for reach in reaches for each in workshop_days.to_come(reach.span, reach.place_id, now=now)]
    return [each for each in found if each.session.displaced_at is None]


def presences(reaches: Sequence[Reach], *, now: datetime) -> Sequence[Presence]:
    return db.session.scalars(presences_in(reaches, now)).all() if reaches else []


def has_served(place: Place) -> bool:
    """Whether anything that must be kept happened there, or is planned."""
    return any(
        db.session.scalar(select(row.place_id).where(row.place_id == place.id).limit(1))
        for row in (Presence, RosterRule, Visit, ReservedCode, DeskLook, Workshop, Kit)
    )


def delete_unused(place: Place, *, by: By, now: datetime) -> None:
    """With all that was only noted about it. The caller holds it and locks everybody. Raises PlaceInUse."""
    if has_served(place):
        raise PlaceInUse
    either_end = or_(Travel.from_place_id == place.id, Travel.to_place_id == place.id)
    db.session.execute(delete(Travel).where(either_end))
    for kind in (Room, OpeningHours, Closure, CoverRule, StaffPlace):
        db.session.execute(delete(kind).where(kind.place_id == place.id))
    db.session.execute(update(SignIn).where(SignIn.at_place_id == place.id).values(at_place_id=None))
    record_about(about(place), "deleted", by=by, now=now, slug=place.slug)
    db.session.execute(delete(Place).where(Place.id == place.id))
    db.session.expire_all()


def _free_slug(name: str) -> str:
    slugs = slugs_of(name, otherwise="lieu")
    return next(slug for slug in slugs if slug not in NOT_SLUGS and db.session.scalar(place_called(slug)) is None)
