"""What a desk may see: its places, who receives and who comes there, what changed and when it last read that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Mapped, contains_eager, joinedload

from cnapp.base.database import Base, Instant, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import span_of_day
from cnapp.domain.appointments import Appointment, appointments_whole
from cnapp.domain.citizens import Citizen, sounds_like
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.presences import LONGEST_HOURS, Presence, presences_during

FOUND_AT_MOST = 30
CHANGES = ("booked", "moved", "cancelled", "revoked", "displaced", "reinstated")
"""Verbs of the journal that a desk reads about."""


class NotYourPlace(Refusal):
    sentence = "Votre compte n’ouvre pas ce lieu. Pour le rendez-vous d’un autre lieu, il faut son code et un nom."


class DeskLook(Base):
    """When a desk last said « j’ai lu » to what had changed at a place."""

    __tablename__ = "desk_looks"

    staff_id: Mapped[int] = refers_to("staff.id", index=False, primary_key=True)
    place_id: Mapped[int] = refers_to("places.id", primary_key=True)
    looked_at: Mapped[Instant]


def appointments_at(place_id: int, day: date) -> Select[Appointment]:
    """Whole, whatever their state, in order of time."""
    during = span_of_day(day)
    return _in_order(_at([place_id], during.start).where(Presence.starts_at < during.end, *_within(during)))


def presences_at(place_id: int, day: date) -> Select[Presence]:
    """Who receives there that day, and in which room."""
    whole = joinedload(Presence.conseiller), joinedload(Presence.room)
    there = presences_during(span_of_day(day)).where(Presence.place_id == place_id)
    return there.options(*whole).order_by(Presence.id)


def next_presence_at(place_id: int, since: datetime) -> Select[Presence]:
    """The first one that begins from an instant on, and whose conseiller is not absent for all of it."""
    there = Presence.place_id == place_id, Presence.starts_at >= since, Presence.withdrawn_at.is_(None), ~_is_missed()
    whole = joinedload(Presence.conseiller)
    return select(Presence).where(*there).options(whole).order_by(Presence.starts_at, Presence.id).limit(1)


def _is_missed() -> ColumnElement[bool]:
    return (
        exists()
        .where(Commitment.conseiller_id == Presence.conseiller_id, Commitment.kind == Kind.ABSENCE)
        .where(Commitment.starts_at <= Presence.starts_at, Commitment.ends_at >= Presence.ends_at)
    )


def changes_at(place_id: int, during: Span, since: datetime) -> Select[Entry, Appointment]:
    """What was written after an instant about the appointments of these days, newest first; also of those gone."""
    here = and_(Presence.place_id == place_id, *_within(during))
    left = and_(Entry.what == "moved", Entry.detail["left_place_id"].as_integer() == place_id)
    presence = contains_eager(Appointment.presence)
    return (
        select(Entry, Appointment)
        .join(Appointment, Appointment.id == Entry.subject_id)
        .join(Presence, Presence.id == Appointment.presence_id)
        .where(Entry.subject == Subject.APPOINTMENT, Entry.what.in_(CHANGES), Entry.at > since, or_(here, left))
        .options(joinedload(Appointment.person), presence)
        .order_by(Entry.at.desc(), Entry.id.desc())
    )


def appointments_found(place_ids: Sequence[int], typed: str, since: datetime) -> Select[Appointment] | None:
    """From an instant on, at these places, for whoever's name, or booker's name, sounds like what was typed.

    None when less than three letters were typed.
    """
    named = sounds_like(typed)
    return None if named is None else _found(place_ids, since, named)


def appointments_with_phone(place_ids: Sequence[int], number: str, since: datetime) -> Select[Appointment]:
    """The same by an E.164 number, of the person or of whoever booked."""
    return _found(place_ids, since, Citizen.phone == number)


def is_at(appointment: Appointment, place_ids: Sequence[int]) -> bool:
    """Whether a desk of these places opens it without being told code and name."""
    return appointment.presence.place_id in place_ids


def _found(place_ids: Sequence[int], since: datetime, known: ColumnElement[bool]) -> Select[Appointment]:
    concerned = or_(Appointment.person.has(known), Appointment.booker.has(known))
    found = _at(place_ids, since).where(Appointment.starts_at >= since, concerned)
    return _in_order(found).limit(FOUND_AT_MOST)


def _at(place_ids: Sequence[int], since: datetime) -> Select[Appointment]:
    """The lower bound on presences keeps the index range short."""
    return (
        appointments_whole()
        .join(Presence, Presence.id == Appointment.presence_id)
        .where(Presence.place_id.in_(place_ids), Presence.starts_at > since - timedelta(hours=LONGEST_HOURS))
    )


def _within(during: Span) -> tuple[ColumnElement[bool], ...]:
    return Appointment.starts_at >= during.start, Appointment.starts_at < during.end


def _in_order(found: Select[Appointment]) -> Select[Appointment]:
    return found.order_by(Appointment.starts_at, Appointment.id)
