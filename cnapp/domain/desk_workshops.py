"""What a desk sees of workshops: those of its places that are not over, and whose registration answers to a name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, or_, select

from cnapp.base.spans import Span
from cnapp.domain.citizens import Citizen, sounds_like
from cnapp.domain.registrations import ACTIVE, Registration, registrations_whole
from cnapp.domain.workshop_days import how_many_registered
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Status, Workshop, workshops_whole

LISTED_AT_MOST = 100
FOUND_AT_MOST = 30
TOLD_OF = (Status.PUBLISHED, Status.WITHDRAWN)
"""A withdrawn one is nowhere to be read, and its people come all the same."""


def workshops_at(place_ids: Sequence[int], now: datetime) -> Select[Workshop]:
    """Those whose last session has not ended, in order, with place, sessions and leaders."""
    there = Workshop.place_id.in_(place_ids), Workshop.status.in_(TOLD_OF), Workshop.ends_at > now
    return workshops_whole().where(*there).order_by(Workshop.starts_at, Workshop.id).limit(LISTED_AT_MOST)


def registered_in(workshop_ids: Sequence[int]) -> Select[int, int]:
    """(workshop, how many are registered)."""
    return select(Workshop.id, how_many_registered()).where(Workshop.id.in_(workshop_ids))


def registrations_found(place_ids: Sequence[int], typed: str, since: datetime) -> Select[Registration] | None:
    """At these places, for what ended after an instant, for whoever's name, or booker's name, sounds so.

    None when less than three letters were typed.
    """
    named = sounds_like(typed)
    return None if named is None else _found(place_ids, since, named)


def registrations_with_phone(place_ids: Sequence[int], number: str, since: datetime) -> Select[Registration]:
    """The same by an E.164 number, of the person or of whoever booked."""
    return _found(place_ids, since, Citizen.phone == number)


def held_during(found: Select[Registration], during: Span) -> Select[Registration]:
    """Those that stand, for a workshop with a session then."""
    session = WorkshopSession.workshop_id == Registration.workshop_id
    then = WorkshopSession.starts_at >= during.start, WorkshopSession.starts_at < during.end
    return found.where(Registration.status.in_(ACTIVE), exists().where(session, *then))


def _found(place_ids: Sequence[int], since: datetime, known: ColumnElement[bool]) -> Select[Registration]:
    concerned = or_(Registration.person.has(known), Registration.booker.has(known))
    there = Registration.workshop.has(Workshop.place_id.in_(place_ids) & (Workshop.ends_at > since))
    found = registrations_whole().where(concerned, there)
    return found.order_by(Registration.created_at.desc(), Registration.id.desc()).limit(FOUND_AT_MOST)
