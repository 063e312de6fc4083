"""The desk: which places an account works for, which one this browser is at, and who stands there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from cnapp.base.database import db, lock_keys
from cnapp.base.workdays import day_of
from cnapp.domain.accounts import SignIn
from cnapp.domain.desks import DeskLook, NotYourPlace
from cnapp.domain.people import Staff
from cnapp.domain.places import Place, places_open
from cnapp.domain.visits import last_ticket


def places_for(staff: Staff, *, now: datetime) -> Sequence[Place]:
    """By name, those that exist today: the account's own, or all of them for the phone line."""
    today = day_of(now)
    if staff.phone_line:
        return db.session.scalars(places_open(today)).all()
    return [place for place in staff.places if place.exists_on(today)]


def current_place(sign_in: SignIn, *, now: datetime) -> Place | None:
    """Where this browser works: as chosen, while the account still works there; else the only one there is."""
    places = places_for(sign_in.staff, now=now)
    if sign_in.at_place in places:
        return sign_in.at_place
    return places[0] if len(places) == 1 else None


def is_placed(sign_in: SignIn, *, now: datetime) -> bool:
    """Whether this browser was asked where it is, and who stands at it."""
    return sign_in.at_place in places_for(sign_in.staff, now=now)


def work_at(sign_in: SignIn, place: Place, *, hand: str | None, now: datetime) -> None:
    """This browser now works there, with this first name at it. Raises NotYourPlace."""
    if place not in places_for(sign_in.staff, now=now):
        raise NotYourPlace
    sign_in.at_place, sign_in.hand = place, hand or None


def looked_at(staff: Staff, place: Place) -> datetime | None:
    """When this desk last said « j’ai lu » to what had changed at a place."""
    look = db.session.get(DeskLook, (staff.id, place.id))
    return look.looked_at if look else None


def look(staff: Staff, place: Place, *, now: datetime) -> None:
    found = db.session.get(DeskLook, (staff.id, place.id)) or DeskLook(staff_id=staff.id, place_id=place.id)
    found.looked_at = max(now, found.looked_at or now)
    db.session.add(found)


def next_ticket(place: Place, day: date) -> int:
    """From one each day; nobody else at this place takes one until the transaction ends."""
    lock_keys(f"tickets:{place.id}:{day.isoformat()}")
    return (db.session.scalar(last_ticket(place.id, day)) or 0) + 1
