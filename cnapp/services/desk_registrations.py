"""Finding who is registered for a workshop: by name or phone at the desk's own places, by code in the whole town."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select

from cnapp.base.contacts import PhoneNotUnderstood, read_phone
from cnapp.base.database import db
from cnapp.base.tokens import read_code
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.desk_workshops import held_during, registrations_found, registrations_with_phone
from cnapp.domain.people import Staff
from cnapp.domain.registrations import Registration, registration_coded
from cnapp.services.desk_appointments import LOOKS_BACK
from cnapp.services.desks import places_for


def found(staff: Staff, typed: str, *, now: datetime) -> Sequence[Registration]:
    """At the desk's own places, newest first, also of workshops that ended less than 30 days ago."""
    query = _asked([place.id for place in places_for(staff, now=now)], typed, now - LOOKS_BACK)
    return [] if query is None else db.session.scalars(query).all()


def named_today(place_ids: Sequence[int], typed: str, *, now: datetime) -> Sequence[Registration]:
    """Whoever is expected today at one of these places."""
    today = span_of_day(day_of(now))
    query = _asked(place_ids, typed, today.start)
    return [] if query is None else db.session.scalars(held_during(query, today)).all()


def coded(typed: str, *, now: datetime) -> Registration | None:
    """A name of eight letters may look like a code: then there is none."""
    code = read_code(typed)
    registration = db.session.scalar(registration_coded(code)) if code else None
    return registration if registration and registration.address_answers(now) else None


def _asked(place_ids: Sequence[int], typed: str, since: datetime) -> Select[Registration] | None:
    """None where too little was typed."""
    try:
        phone = read_phone(typed)
    except PhoneNotUnderstood:
        return registrations_found(place_ids, typed, since)
    return registrations_with_phone(place_ids, phone.number, since) if phone else None
