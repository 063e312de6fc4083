"""A conseiller's day and week as they are read: plain values that services/schedule puts together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cnapp.base.spans import Span
from cnapp.domain.appointments import Appointment
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_days import Gathering


class CardKind(StrEnum):
    """What a stretch of the day is."""

    APPOINTMENT = "appointment"
    FREE = "free"
    HOLD = "hold"
    PAUSE = "pause"
    ABSENCE = "absence"
    WORKSHOP = "workshop"


ORDER = list(CardKind)


@dataclass(frozen=True)
class Card:
    """One stretch inside a presence. `starts`: when somebody can still be added to a free one."""

    kind: CardKind
    span: Span
    appointment: Appointment | None = None
    starts: tuple[datetime, ...] = ()
    gathering: Gathering | None = None

    @property
    def order(self) -> tuple[datetime, int, int]:
        return self.span.start, ORDER.index(self.kind), self.appointment.id if self.appointment else 0


@dataclass(frozen=True)
class Trip:
    """From one presence to the next one, elsewhere."""

    leaves_at: datetime
    minutes: int
    place: Place


@dataclass(frozen=True)
class Stay:
    """One presence with its cards in order, and the way to the next one."""

    presence: Presence
    cards: list[Card]
    trip: Trip | None = None

    @property
    def booked(self) -> int:
        return sum(1 for card in self.cards if card.appointment and card.appointment.stands)

    @property
    def gatherings(self) -> list[Gathering]:
        """Workshops led then."""
        return [card.gathering for card in self.cards if card.gathering]

    def is_over(self, now: datetime) -> bool:
        return self.presence.ends_at <= now

    @property
    def free(self) -> list[Span]:
        """Free times where somebody can still be added."""
        return [Span(card.starts[0], card.span.end) for card in self.cards if card.starts]


@dataclass(frozen=True)
class Day:
    """A conseiller's day. `elsewhere`: appointments whose presence was withdrawn, or that wait for a new time."""

    day: date
    stays: list[Stay]
    absences: list[Span]
    elsewhere: list[Appointment]
    holiday: str | None

    @property
    def is_empty(self) -> bool:
        return not (self.stays or self.absences or self.elsewhere)

    @property
    def booked(self) -> int:
        return sum(stay.booked for stay in self.stays)

    @property
    def displaced(self) -> int:
        """How many wait for another time."""
        inside = [card.appointment for stay in self.stays for card in stay.cards if card.appointment]
        return sum(each.is_displaced for each in (*inside, *self.elsewhere))

    @property
    def led(self) -> int:
        """How many sessions of workshops."""
        return sum(len(stay.gatherings) for stay in self.stays)

    @property
    def previous(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def next(self) -> date:
        return self.day + timedelta(days=1)


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday; a weekend without anything is left out."""

    monday: date
    days: list[Day]

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def booked(self) -> int:
        return sum(day.booked for day in self.days)

    @property
    def led(self) -> int:
        """How many sessions of workshops."""
        return sum(day.led for day in self.days)

    @property
    def previous(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def next(self) -> date:
        return self.monday + timedelta(days=7)
