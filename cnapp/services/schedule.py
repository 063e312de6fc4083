"""Reading a conseiller's time: the day as cards in order, the week by half-days, what still fits into a free time.

Each table is read once, whatever the number of appointments; the rest is put together in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import zip_longest

from sqlalchemy.orm import joinedload

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, holiday_name, span_of_days
from cnapp.domain.appointments import Appointment, appointment_named, appointments_of
from cnapp.domain.commitments import Commitment, Kind, commitments_of
from cnapp.domain.motifs import shortest_duration
from cnapp.domain.openings import Length, Promised, free_stretches, openings
from cnapp.domain.places import travels_among
from cnapp.domain.presences import Presence, presences_of
from cnapp.domain.schedule import Card, CardKind, Day, Stay, Trip, Week
from cnapp.domain.travels import Travels, by_pair, minutes_between
from cnapp.domain.workshop_days import Gathering
from cnapp.services.workshop_days import led_by, with_kits


def day(conseiller_id: int, on: date, *, now: datetime) -> Day:
    """Everything of one day, in a fixed number of queries."""
    return _days(conseiller_id, [on], now)[0]


def week(conseiller_id: int, monday: date, *, now: datetime) -> Week:
    """As many queries as for a day."""
    days = _days(conseiller_id, [monday + timedelta(days=n) for n in range(7)], now)
    return Week(monday, [day for day in days if day.day.weekday() < 5 or not day.is_empty])


def starts_of_day(conseiller_id: int, on: date, *, now: datetime) -> list[datetime]:
    """When somebody can still be added that day: the beginning of each free time."""
    return [free.start for stay in day(conseiller_id, on, now=now).stays for free in stay.free]


def appointment_of(conseiller_id: int, public_id: str) -> Appointment | None:
    """Only their own."""
    return db.session.scalar(appointment_named(public_id).where(Appointment.conseiller_id == conseiller_id))


@dataclass
class _Read:
    """What the tables hold of a conseiller's days."""

    presences: Sequence[Presence]
    commitments: Sequence[Commitment]
    appointments: Sequence[Appointment]
    gatherings: dict[int | None, Gathering]
    """By promise of their time."""
    travels: Travels
    shortest: int
    now: datetime

    def promised(self) -> list[Promised]:
        return [Promised(each.span, each.buffer_minutes) for each in self.commitments]


def _days(conseiller_id: int, days: list[date], now: datetime) -> list[Day]:
    read = _read(conseiller_id, span_of_days(days[0], days[-1]), now)
    return [_assemble(on, read) for on in days]


def _read(conseiller_id: int, during: Span, now: datetime) -> _Read:
    whole = (joinedload(Presence.place), joinedload(Presence.room))
    presences = db.session.scalars(presences_of(conseiller_id, during).options(*whole)).all()
    places = sorted({presence.place_id for presence in presences})
    return _Read(
        presences=presences,
        commitments=_living(db.session.scalars(commitments_of([conseiller_id], during)), now),
        appointments=db.session.scalars(appointments_of(conseiller_id, during)).all(),
        gatherings={each.commitment_id: each.gathering for each in with_kits(led_by([conseiller_id], during))},
        travels=by_pair(db.session.scalars(travels_among(places))),
        shortest=db.session.scalar(shortest_duration()) or 0,
        now=now,
    )


def _living(commitments: Iterable[Commitment], now: datetime) -> list[Commitment]:
    """Without the holds that nobody renewed."""
    return [each for each in commitments if each.kind is not Kind.HOLD or (each.expires_at and each.expires_at > now)]


def _assemble(on: date, read: _Read) -> Day:
    presences = [each for each in read.presences if day_of(each.starts_at) == on]
    inside = {each.id for each in presences}
    others = [each for each in read.appointments if day_of(each.starts_at) == on and each.presence_id not in inside]
    absences = [each.span for each in read.commitments if each.kind is Kind.ABSENCE and day_of(each.starts_at) == on]
    return Day(on, _stays(presences, read), absences, others, holiday_name(on))


def _stays(presences: list[Presence], read: _Read) -> list[Stay]:
    return [
        Stay(presence, _cards(presence, read), _trip(presence, after, read))
        for presence, after in zip_longest(presences, presences[1:])
    ]


def _absences(read: _Read) -> list[Span]:
    return [each.span for each in read.commitments if each.kind is Kind.ABSENCE]


def _trip(here: Presence, after: Presence | None, read: _Read) -> Trip | None:
    """Nobody goes where they are absent all the time."""
    if after is None or after.place_id == here.place_id or not after.span.minus(_absences(read)):
        return None
    minutes = minutes_between(here.place_id, after.place_id, travels=read.travels)
    return Trip(after.starts_at - timedelta(minutes=minutes), minutes, after.place)


def _cards(presence: Presence, read: _Read) -> list[Card]:
    cards = [
        *(_appointment_card(each) for each in read.appointments if each.presence_id == presence.id),
        *_other_promises(presence, read),
        *_free_cards(presence, read),
    ]
    if presence.pause:
        cards.append(Card(CardKind.PAUSE, presence.pause))
    return sorted(cards, key=lambda card: card.order)


def _appointment_card(appointment: Appointment) -> Card:
    return Card(CardKind.APPOINTMENT, appointment.span, appointment)


def _other_promises(presence: Presence, read: _Read) -> list[Card]:
    return [
        Card(CardKind(each.kind), each.span.within(presence.span), gathering=read.gatherings.get(each.id))
        for each in read.commitments
        if each.kind is not Kind.APPOINTMENT and each.span.overlaps(presence.span)
    ]


def _free_cards(presence: Presence, read: _Read) -> list[Card]:
    """Gaps that can serve somebody; where appointments are taken, with the starts that lie ahead."""
    taken = [each for each in read.promised() if each.with_rest.overlaps(presence.span)]
    length = Length(read.shortest, 0, read.shortest)
    starts = openings(presence.span, presence.pause, taken, length) if presence.takes_appointments else []
    ahead = [start for start in starts if start >= read.now]
    return [
        Card(CardKind.FREE, gap, starts=tuple(start for start in ahead if gap.start <= start < gap.end))
        for gap in free_stretches(presence.span, presence.pause, taken)
        if gap.minutes >= read.shortest
    ]
