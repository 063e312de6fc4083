"""What lies ahead where the town changes something: appointments that wait, presences, and whether these still fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby, pairwise

from sqlalchemy import ColumnElement, Delete, Select, and_, delete, or_, select
from sqlalchemy.orm import joinedload

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, local, span_of_day, span_of_days
from cnapp.domain.appointments import Appointment, Status, appointments_whole
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.places import OpeningHours, hours_on
from cnapp.domain.presences import LONGEST_HOURS, Presence
from cnapp.domain.roster import Stretch, is_within
from cnapp.domain.travels import Travels, minutes_lacking

FARTHEST = timedelta(days=3 * 366)
WAITING = (Status.BOOKED, Status.ARRIVED)


class BookingsAhead(Refusal):
    sentence = "Des rendez-vous sont prévus. Déplacez-les ou annulez-les d’abord."


class WorkshopsAhead(BookingsAhead):
    sentence = "Des ateliers sont prévus. Déplacez-les ou annulez-les d’abord."


class TravelTooLong(Refusal):
    sentence = "Avec ces minutes, le temps ne suffirait plus entre des permanences prévues. Changez-les d’abord."


@dataclass(frozen=True)
class Reach:
    """One place or all of them (None), between two days, both included; `last` None: for good."""

    place_id: int | None
    first: date
    last: date | None = None

    @property
    def span(self) -> Span:
        """Of all its days; for good is as far as anything is planned."""
        return span_of_days(self.first, self.last or self.first + FARTHEST)

    def holds(self, presence: Presence) -> bool:
        day = day_of(presence.starts_at)
        here = self.place_id in (None, presence.place_id)
        return here and self.first <= day and (self.last is None or day <= self.last)


def bookings_ahead(now: datetime) -> Select[Appointment]:
    """Whole, in order, whoever receives them wherever."""
    waits = Appointment.status.in_(WAITING), Appointment.ends_at > now
    return appointments_whole().where(*waits).order_by(Appointment.starts_at, Appointment.id)


def bookings_of(conseiller_id: int, now: datetime) -> Select[Appointment]:
    return bookings_ahead(now).where(Appointment.conseiller_id == conseiller_id)


def bookings_in(reach: Reach, now: datetime) -> Select[Appointment]:
    there = select(Presence.id).where(*_standing(now), _touched(reach))
    return bookings_ahead(now).where(Appointment.presence_id.in_(there))


def holds_in(reach: Reach, now: datetime) -> Delete:
    """Of bookings under way: whoever confirms one finds the time no longer offered."""
    there = select(Presence.id).where(*_standing(now), _touched(reach))
    return delete(Commitment).where(Commitment.kind == Kind.HOLD, Commitment.presence_id.in_(there))


def holds_with(conseiller_id: int) -> Delete:
    return delete(Commitment).where(Commitment.kind == Kind.HOLD, Commitment.conseiller_id == conseiller_id)


def presences_ahead(now: datetime) -> Select[Presence]:
    """In order, with who is there and where; not the one that has begun."""
    who_and_where = joinedload(Presence.conseiller), joinedload(Presence.place)
    ahead = select(Presence).where(*_standing(now), Presence.starts_at > now).options(*who_and_where)
    return ahead.order_by(Presence.starts_at, Presence.id)


def presences_in(reaches: Iterable[Reach], now: datetime) -> Select[Presence]:
    return presences_ahead(now).where(or_(*(_touched(reach) for reach in reaches)))


def presences_of_travellers(place_id: int, now: datetime) -> Select[Presence]:
    """Of everybody who will be at this place: all their presences ahead, each person's in order of time."""
    there = select(Presence.conseiller_id).where(Presence.place_id == place_id, *_standing(now))
    theirs = presences_ahead(now - timedelta(hours=LONGEST_HOURS)).where(Presence.conseiller_id.in_(there))
    return theirs.order_by(None).order_by(Presence.conseiller_id, Presence.starts_at)


def is_open_for(presence: Presence, hours: Iterable[OpeningHours]) -> bool:
    """Whether all its work lies inside the opening hours of its day."""
    return is_within(_work(presence), hours_on(hours, day_of(presence.starts_at)))


def too_close(presences: Iterable[Presence], travels: Travels) -> list[tuple[Presence, Presence]]:
    """Neighbours of one person that leave too little time to travel."""
    found = []
    for _, own in groupby(presences, key=lambda each: each.conseiller_id):
        for before, after in pairwise(own):
            gap = after.starts_at - before.ends_at
            if minutes_lacking(gap, travels, here=before.place_id, there=after.place_id):
                found.append((before, after))
    return found


def _work(presence: Presence) -> Iterator[Stretch]:
    """On a clock of Metz, without its pause."""
    for stretch in presence.span.minus([presence.pause] if presence.pause else []):
        yield local(stretch.start).time(), local(stretch.end).time()


def _standing(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The lower bound keeps the index range short."""
    begun = Presence.starts_at > now - timedelta(hours=LONGEST_HOURS)
    return Presence.withdrawn_at.is_(None), begun


def _touched(reach: Reach) -> ColumnElement[bool]:
    within: list[ColumnElement[bool]] = [Presence.starts_at >= span_of_day(reach.first).start]
    if reach.last:
        within.append(Presence.starts_at < span_of_day(reach.last).end)
    if reach.place_id is not None:
        within.append(Presence.place_id == reach.place_id)
    return and_(*within)
