"""Places where people are received: address, way in, hours by season, closures, and the travel between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from sqlalchemy import JSON, CheckConstraint, Date, Select, String, UniqueConstraint, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, later, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import days_between, is_holiday

DEFAULT_TRAVEL_MINUTES = 30
"""Between two places whose travel time nobody has entered."""


LEAP_YEAR = days_between(date(2024, 1, 1), date(2024, 12, 31))
"""Every day that a season can hold."""


class PlaceUnknown(Refusal):
    sentence = "Ce lieu n’existe pas."


class PlaceInUse(Refusal):
    sentence = "Ce lieu a déjà servi : il ne peut pas être supprimé. Donnez-lui un dernier jour."
    guards = ("fk_presences_place_id", "fk_roster_rules_place_id", "fk_visits_place_id", "fk_reserved_codes_place_id")


class RoomUnknown(Refusal):
    sentence = "Cette salle n’existe pas ou plus."


class RoomTwice(Refusal):
    sentence = "Ce lieu a déjà une salle de ce nom. Écrivez-en un autre."
    guards = ("uq_rooms_place_id_name", "rooms.place_id, rooms.name")


class RoomInUse(Refusal):
    sentence = "Des permanences ou un roulement se tiennent dans cette salle : elle ne peut pas être enlevée."
    guards = ("fk_presences_room_id", "fk_roster_rules_room_id")


class ClosureUnknown(Refusal):
    sentence = "Cette fermeture n’existe pas ou plus."


class Place(Base):
    """Somewhere a conseiller receives people; it may close, move or open again, hence its dates."""

    __tablename__ = "places"
    __table_args__ = (CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", "place_dates_in_order"),)

    id: Mapped[Key]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str] = mapped_column(String(200))
    postcode: Mapped[str] = mapped_column(String(5))
    town: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str | None] = mapped_column(String(20))
    way_in: Mapped[str] = mapped_column(String(500), default="")
    """How to come and where to enter, in words."""
    step_free: Mapped[bool | None]
    """None: nobody has checked."""
    hearing_loop: Mapped[bool | None]
    services: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Titles of the services given there, as people know them."""
    building: Mapped[str | None] = mapped_column(String(80), index=True)
    """The same word for places that share a building."""
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    """Its hours, phone and address are examples that nobody has verified."""
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    updated_at: Mapped[Instant]

    rooms: Mapped[list[Room]] = relationship(order_by="Room.name")
    opening_hours: Mapped[list[OpeningHours]] = relationship(order_by="OpeningHours.weekday, OpeningHours.opens")

    def exists_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)


class Room(Base):
    """A room of a place, by the name on its door."""

    __tablename__ = "rooms"
    __table_args__ = (UniqueConstraint("place_id", "name"),)

    id: Mapped[Key]
    place_id: Mapped[int] = refers_to("places.id")
    name: Mapped[str] = mapped_column(String(80))


@dataclass(frozen=True)
class Season:
    """A part of each year, both days included, as month × 100 + day; it may pass over New Year."""

    first: int
    last: int

    def holds(self, day: date) -> bool:
        here = day.month * 100 + day.day
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


class OpeningHours(Base):
    """One stretch of one weekday (Monday is 0) when a place is open, in local time, in a season."""

    __tablename__ = "opening_hours"
    __table_args__ = (
        CheckConstraint("opens < closes", "opening_hours_in_order"),
        CheckConstraint("weekday BETWEEN 0 AND 6", "opening_hours_weekday"),
        CheckConstraint(
            "season_first BETWEEN 101 AND 1231 AND season_last BETWEEN 101 AND 1231", "opening_hours_season"
        ),
    )

    id: Mapped[Key]
    place_id: Mapped[int] = refers_to("places.id")
    weekday: Mapped[int]
    opens: Mapped[time]
    closes: Mapped[time]
    season_first: Mapped[int] = mapped_column(default=101)
    season_last: Mapped[int] = mapped_column(default=1231)

    def applies_on(self, day: date) -> bool:
        return self.weekday == day.weekday() and Season(self.season_first, self.season_last).holds(day)


class HoursLine(NamedTuple):
    """One line of a place's hours, as plain values."""

    weekday: int
    opens: time
    closes: time
    season_first: int
    season_last: int

    @classmethod
    def of(cls, row: OpeningHours) -> HoursLine:
        return cls(row.weekday, row.opens, row.closes, row.season_first, row.season_last)

    def row(self) -> OpeningHours:
        return OpeningHours(**self._asdict())

    def overlaps(self, other: HoursLine) -> bool:
        """Whether both say something of the same moment of some day of the year."""
        at_once = self.weekday == other.weekday and self.opens < other.closes and other.opens < self.closes
        return at_once and not _days_of(self.season).isdisjoint(_days_of(other.season))

    @property
    def season(self) -> Season:
        return Season(self.season_first, self.season_last)


@cache
def _days_of(season: Season) -> frozenset[date]:
    return frozenset(day for day in LEAP_YEAR if season.holds(day))


class Closed(StrEnum):
    """What does not take place during a closure."""

    EVERYTHING = "everything"
    APPOINTMENTS = "appointments"
    """Help one to one, with or without appointment; workshops are held."""
    WORKSHOPS = "workshops"


class Closure(Base):
    """Days, both included, when a place (or every place) is closed although its hours say open.

    With hours, only between these on each of its days. With a provisional place, who would have been here is there.
    """

    __tablename__ = "closures"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", "closure_days_in_order"),
        CheckConstraint("(from_time IS NULL) = (until_time IS NULL)", "closure_hours_whole"),
        CheckConstraint("from_time IS NULL OR from_time < until_time", "closure_hours_in_order"),
        CheckConstraint(
            "provisional_place_id IS NULL OR (place_id IS NOT NULL AND place_id <> provisional_place_id)",
            "closure_moved_elsewhere",
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Key]
    """Never given again: the journal tells by it what one that is deleted took of people's time."""
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    place_id: Mapped[int | None] = refers_to("places.id")
    starts_on: Mapped[date] = mapped_column(Date, index=True)
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(String(120), default="")
    from_time: Mapped[time | None]
    until_time: Mapped[time | None]
    closes: Mapped[Closed] = one_of(Closed, "closure_closes", default=Closed.EVERYTHING)
    provisional_place_id: Mapped[int | None] = refers_to("places.id")

    provisional_place: Mapped[Place | None] = relationship(foreign_keys=[provisional_place_id], lazy="selectin")

    def holds(self, place_id: int, day: date) -> bool:
        """Whether the place is closed that whole day, for everybody."""
        return self.is_whole and self.touches(place_id, day)

    @property
    def is_whole(self) -> bool:
        """Of whole days, for everybody."""
        return self.from_time is None and self.stops(Closed.EVERYTHING)

    def stops(self, service: Closed) -> bool:
        """Whether this does not take place during it."""
        return (self.closes or Closed.EVERYTHING) in (Closed.EVERYTHING, service)

    def touches(self, place_id: int, day: date) -> bool:
        """Also where it closes a part of the day, or some services."""
        return self.place_id in (None, place_id) and self.starts_on <= day <= self.ends_on


class Travel(Base):
    """Minutes from one place to another, the same both ways."""

    __tablename__ = "travel"
    __table_args__ = (
        CheckConstraint("from_place_id < to_place_id", "travel_pair_in_order"),
        CheckConstraint("minutes BETWEEN 0 AND 240", "travel_minutes"),
    )

    from_place_id: Mapped[int] = refers_to("places.id", index=False, primary_key=True)
    to_place_id: Mapped[int] = refers_to("places.id", primary_key=True)
    minutes: Mapped[int]

    def beyond(self, place_id: int) -> int:
        """The other end."""
        return self.to_place_id if place_id == self.from_place_id else self.from_place_id


def is_closed(place_id: int, day: date, closures: Iterable[Closure]) -> bool:
    """On a public holiday of Moselle or within a closure."""
    return is_holiday(day) or any(closure.holds(place_id, day) for closure in closures)


def hours_on(hours: Iterable[OpeningHours], day: date) -> list[tuple[time, time]]:
    """When a place is open that day by its hours alone, in order."""
    return sorted((each.opens, each.closes) for each in hours if each.applies_on(day))


def places_open(day: date) -> Select[Place]:
    """Places that exist on a day, by name."""
    return (
        select(Place)
        .where(Place.valid_from <= day, or_(Place.valid_until.is_(None), Place.valid_until >= day))
        .order_by(Place.name)
    )


def places_ever() -> Select[Place]:
    """Those that have ended too, by name."""
    return select(Place).order_by(Place.name, Place.id)


def place_called(slug: str) -> Select[Place]:
    return select(Place).where(Place.slug == slug)


PLACE_CALLED = place_called(later("slug"))
PLACE_OPEN = places_open(later("day")).where(Place.slug == later("slug"))
"""One place, whenever it exists and on a day, ready to be sent."""


def closure_named(public_id: str) -> Select[Closure]:
    return select(Closure).where(Closure.public_id == public_id)


def closures_from(day: date) -> Select[Closure]:
    """Those that have not ended by then, with their place, in order."""
    return select(Closure).where(Closure.ends_on >= day).order_by(Closure.starts_on, Closure.id)


def closures_between(first: date, last: date) -> Select[Closure]:
    return select(Closure).where(Closure.starts_on <= last, Closure.ends_on >= first)


CLOSED = closures_between(later("first"), later("last"))
"""Closures of some days, ready to be sent."""


def travels_of(place_id: int) -> Select[Travel]:
    """From one place to every other that somebody entered minutes for."""
    return select(Travel).where(or_(Travel.from_place_id == place_id, Travel.to_place_id == place_id))


def travels_among(place_ids: Sequence[int]) -> Select[Travel]:
    return select(Travel).where(Travel.from_place_id.in_(place_ids), Travel.to_place_id.in_(place_ids))
