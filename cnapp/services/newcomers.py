"""« Qui est là ? »: a name, a phone or a code finds today's booking, before the first presence begins too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select

from cnapp.base.contacts import PhoneNotUnderstood, read_phone
from cnapp.base.database import db
from cnapp.base.tokens import read_code
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.appointments import Appointment, appointment_coded
from cnapp.domain.desks import appointments_found, appointments_with_phone, is_at
from cnapp.domain.newcomers import Elsewhere, Enrolled, Found, PhoneIncomplete, TooShortToFind
from cnapp.domain.places import Place
from cnapp.services import desk_registrations
from cnapp.services.desk_day import lines_of


@dataclass(frozen=True)
class Counter:
    """Where somebody stands, and the places that its desk works for."""

    place: Place
    place_ids: Sequence[int]


def find(typed: str, at: Counter, *, now: datetime) -> Found:
    """A code is looked for in the whole town and on any day, the rest today at the desk's own places.

    Raises TooShortToFind, PhoneIncomplete.
    """
    coded = _coded(typed, now)
    appointments = [coded] if coded else _named_today(typed, at, now)
    here = [each for each in appointments if each.is_its_day(now) and is_at(each, [at.place.id])]
    others = [_elsewhere(each, at, now) for each in appointments if each not in here]
    enrolled = [] if coded else _enrolled(typed, at, now)
    return Found(lines_of(here), others, enrolled, first_name_in(typed))


def _enrolled(typed: str, at: Counter, now: datetime) -> list[Enrolled]:
    coded = desk_registrations.coded(typed, now=now)
    found = [coded] if coded else desk_registrations.named_today(at.place_ids, typed, now=now)
    return [Enrolled(each, is_ours=each.workshop.place_id in at.place_ids) for each in found]


def first_name_in(typed: str) -> str:
    """What a visit may keep of what was typed: one word, and no number."""
    return "" if any(character.isdigit() for character in typed) else typed.partition(" ")[0]


def _coded(typed: str, now: datetime) -> Appointment | None:
    """A name of eight letters may look like a code: then there is none."""
    code = read_code(typed)
    found = db.session.scalar(appointment_coded(code)) if code else None
    return found if found and found.address_answers(now) else None


def _named_today(typed: str, at: Counter, now: datetime) -> Sequence[Appointment]:
    today = span_of_day(day_of(now))
    asked = _asked(typed, at, today.start)
    return db.session.scalars(asked.where(Appointment.starts_at < today.end)).all()


def _asked(typed: str, at: Counter, since: datetime) -> Select[Appointment]:
    if any(character.isdigit() for character in typed) and not any(character.isalpha() for character in typed):
        return appointments_with_phone(at.place_ids, _number(typed), since)
    query = appointments_found(at.place_ids, typed, since)
    if query is None:
        raise TooShortToFind
    return query


def _number(typed: str) -> str:
    try:
        phone = read_phone(typed)
    except PhoneNotUnderstood:
        raise PhoneIncomplete from None
    return phone.number if phone else ""


def _elsewhere(appointment: Appointment, at: Counter, now: datetime) -> Elsewhere:
    return Elsewhere(
        appointment,
        is_today=appointment.is_its_day(now),
        is_here=is_at(appointment, [at.place.id]),
        is_ours=is_at(appointment, at.place_ids),
    )
