"""One day of a place as its desk reads it: plain values that services/desk_day puts together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cnapp.base.spans import Span
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.journal import Entry
from cnapp.domain.places import Closure, Place
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_days import Gathering

LATE_AFTER = timedelta(minutes=5)
NOTED_HERE = (Status.ARRIVED, Status.NOSHOW)
"""What a desk notes, and takes back; help given is the conseiller's to note."""
FEW_CHANGES = 5


@dataclass(frozen=True)
class Line:
    """An appointment of the day. `number`: of its journal's last line, which a press hands back."""

    appointment: Appointment
    number: int

    def is_late(self, now: datetime) -> bool:
        """Started five minutes ago or more, and not over; nobody has noted anything."""
        appointment = self.appointment
        is_under_way = appointment.starts_at + LATE_AFTER <= now < appointment.ends_at
        return appointment.status is Status.BOOKED and is_under_way

    def is_forgotten(self, now: datetime) -> bool:
        """Over without anything noted."""
        return self.appointment.status is Status.BOOKED and self.appointment.ends_at <= now

    def is_there(self, now: datetime) -> bool:
        return self.has_arrived and self.appointment.is_its_day(now)

    @property
    def has_arrived(self) -> bool:
        """And nothing was noted since."""
        return self.appointment.status is Status.ARRIVED

    @property
    def is_missed(self) -> bool:
        return self.appointment.status is Status.NOSHOW

    def can_be_undone(self, now: datetime) -> bool:
        return self.appointment.status in NOTED_HERE and self.appointment.can_be_undone(now)


@dataclass(frozen=True)
class Reception:
    """A presence of the day, and when its conseiller is noted absent."""

    presence: Presence
    absences: list[Span]

    def is_over(self, now: datetime) -> bool:
        return self.presence.ends_at <= now


@dataclass(frozen=True)
class DeskDay:
    """Who receives at a place that day, and everybody who has an appointment there, in order of time."""

    place: Place
    day: date
    receptions: list[Reception]
    lines: list[Line]
    gatherings: list[Gathering]
    """Workshops held there, those that are cancelled too."""
    holiday: str | None
    closure: Closure | None
    next_presence: Presence | None
    """The first one on a later day."""

    @property
    def booked(self) -> int:
        return sum(line.appointment.stands for line in self.lines)

    @property
    def displaced(self) -> int:
        """How many wait for another time."""
        return sum(line.appointment.is_displaced for line in self.lines)

    @property
    def standing(self) -> list[Line]:
        return [line for line in self.lines if line.appointment.stands]

    def late(self, now: datetime) -> list[Line]:
        return [line for line in self.lines if line.is_late(now)]

    def forgotten(self, now: datetime) -> int:
        """How many, as long as something can be noted: until the day closes."""
        return sum(line.is_forgotten(now) and line.appointment.is_its_day(now) for line in self.lines)

    @property
    def missed(self) -> list[Line]:
        return [line for line in self.lines if line.is_missed]

    def has_nobody_left(self, now: datetime) -> bool:
        return all(each.is_over(now) for each in self.receptions)

    @property
    def previous(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def next(self) -> date:
        return self.day + timedelta(days=1)


@dataclass(frozen=True)
class Change:
    """What last happened to an appointment of a place. `has_left`: it is at another place now."""

    entry: Entry
    appointment: Appointment
    has_left: bool


@dataclass(frozen=True)
class News:
    """What changed at a place since then, newest first; `is_cut`: there is more than can be shown."""

    since: datetime
    changes: list[Change]
    is_cut: bool = False

    @property
    def until(self) -> datetime:
        """Of the newest: what is written later has not been read."""
        return max(change.entry.at for change in self.changes)

    @property
    def is_short(self) -> bool:
        return len(self.changes) <= FEW_CHANGES


def latest(changes: Iterable[Change]) -> list[Change]:
    """Of changes given newest first, the first of each appointment."""
    kept: dict[int, Change] = {}
    for change in changes:
        kept.setdefault(change.appointment.id, change)
    return list(kept.values())
