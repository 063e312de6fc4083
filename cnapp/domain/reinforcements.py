"""Somebody is lacking somewhere: who could go, what each would give up, and why the others cannot. Plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import fingerprint
from cnapp.base.workdays import day_of, holiday_name, instant_at
from cnapp.domain.board import LEAST, Half, half_days
from cnapp.domain.commitments import Kind
from cnapp.domain.openness import open_stretches
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place, Room
from cnapp.domain.planning import OnHoliday, PlaceClosed, PlaceNotThere, Plan, PresenceIsPast
from cnapp.domain.presences import Presence
from cnapp.domain.roster import Stretch
from cnapp.domain.rule_plan import Bookings
from cnapp.domain.travels import Travels
from cnapp.domain.whereabouts import Clash

QUARTER = 15 * 60


class NotOpenThen(Refusal):
    sentence = "Par ses heures, ce lieu est fermé pendant cette demi-journée : il n’y a personne à y envoyer."


class WayDiffers(Refusal):
    sentence = "La situation a changé entre-temps : voici qui peut y aller maintenant."


@dataclass(frozen=True)
class Reception:
    """How people are received there: as the roster would, where it says so."""

    room: Room | None = None
    takes_appointments: bool = True
    takes_walk_ins: bool = True
    walk_in_minutes: int = 0


@dataclass(frozen=True)
class Need:
    """A half-day of a place, as far as it is open and to come."""

    place: Place
    half: Half
    span: Span
    reception: Reception

    @property
    def day(self) -> date:
        return day_of(self.span.start)

    def plan_for(self, conseiller: Staff) -> Plan:
        kept = min(self.reception.walk_in_minutes, self.span.minutes)
        receives = self.reception.takes_appointments, self.reception.takes_walk_ins, kept
        return Plan(conseiller, self.place, self.reception.room, self.span, None, *receives)


@dataclass(frozen=True)
class Promise:
    """Time of somebody that is taken."""

    kind: Kind
    span: Span
    presence_id: int | None = None
    buffer: int = 0


@dataclass(frozen=True)
class Known:
    """What the tables hold of that day."""

    people: Sequence[Staff]
    presences: Sequence[Presence]
    """That stand, of everybody, in order."""
    promises: Mapping[int, Sequence[Promise]]
    """By conseiller."""
    closures: Sequence[Closure]
    travels: Travels


@dataclass(frozen=True)
class GivenUp:
    """A presence that would be shortened, or withdrawn where nothing is kept of it."""

    presence: Presence
    kept: Plan | None
    minutes: int
    """In which an appointment could have been booked."""
    leaves_nobody: bool
    """At its place."""


@dataclass(frozen=True)
class Trip:
    """To or from where somebody is before or after."""

    place: Place
    minutes: int


@dataclass(frozen=True)
class Way:
    """Somebody who can go."""

    conseiller: Staff
    plan: Plan
    given_up: tuple[GivenUp, ...] = ()
    before: Trip | None = None
    after: Trip | None = None

    @property
    def minutes(self) -> int:
        return sum(each.minutes for each in self.given_up)

    @property
    def travel(self) -> int:
        return sum(trip.minutes for trip in (self.before, self.after) if trip)

    @property
    def leaves_nobody(self) -> bool:
        return any(each.leaves_nobody for each in self.given_up)

    @property
    def cost(self) -> tuple[int, int, int, str]:
        """The least is best: nothing given up, then a colleague who stays, then the time lost, then the travel."""
        rank = (2 if self.leaves_nobody else 1) if self.given_up else 0
        return rank, self.minutes, self.travel, self.conseiller.name

    @property
    def fingerprint(self) -> str:
        """Two that would write the same have the same."""
        given_up = [
            (each.presence.public_id, each.presence.version, each.kept and each.kept.span) for each in self.given_up
        ]
        return fingerprint(repr((self.conseiller.public_id, self.plan.place.slug, self.plan.span, given_up)))


@dataclass(frozen=True)
class Here:
    """Already at that place then."""

    presence: Presence


Reason = Refusal | Span | Bookings | Clash | Here
"""A span: an absence; bookings: what would be lost."""


@dataclass(frozen=True)
class Hindered:
    """Somebody who cannot go."""

    conseiller: Staff
    why: Reason


def span_needed(place: Place, day: date, half: Half, closures: Sequence[Closure], now: datetime) -> Span:
    """From when to when somebody is needed. Raises why nobody is: holiday, closure, hours, the past."""
    if holiday_name(day):
        raise OnHoliday
    if not place.exists_on(day):
        raise PlaceNotThere
    if any(closure.holds(place.id, day) for closure in closures):
        raise PlaceClosed
    hours = half_days(open_stretches(place, day, closures)).get(half)
    if hours is None:
        raise NotOpenThen
    return _to_come(_span(day, hours), now)


def _span(day: date, hours: Stretch) -> Span:
    return Span(instant_at(day, hours[0]), instant_at(day, hours[1]))


def _to_come(span: Span, now: datetime) -> Span:
    """From the next quarter of an hour on, where it has begun. Raises PresenceIsPast where too little is left."""
    since = int(now.timestamp())
    soon = now + timedelta(seconds=-since % QUARTER)
    start = max(span.start, soon.replace(microsecond=0))
    if span.end - start < LEAST:
        raise PresenceIsPast
    return Span(start, span.end)
