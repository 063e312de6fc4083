"""The week board: who is where, half-day by half-day; what is wrong there, and where nobody is. Plain values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, local
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule, Stretch, joined
from cnapp.domain.workshop_days import Gathering

NOON = time(13)
"""Where the morning ends: some places close at 12 h 30."""
LEAST = timedelta(hours=1)
"""A shorter opening is no half-day to fill, and a shorter presence fills none."""


class Half(StrEnum):
    """Morning or afternoon."""

    MORNING = "morning"
    AFTERNOON = "afternoon"


LIMITS = {Half.MORNING: (time.min, NOON), Half.AFTERNOON: (NOON, time.max)}


@dataclass(frozen=True)
class Trouble:
    """Why a presence cannot stand as it does: a rule that says no, or a colleague in the same room."""

    refusal: Refusal | None = None
    roommate: Staff | None = None
    absence: Span | None = None


@dataclass(frozen=True)
class Here:
    """One presence on the board."""

    presence: Presence
    booked: int
    possible: int
    """How many of the shortest appointments it holds, those that are booked included."""
    troubles: tuple[Trouble, ...] = ()
    gatherings: tuple[Gathering, ...] = ()
    """Workshops led then."""

    @cached_property
    def day(self) -> date:
        return day_of(self.presence.starts_at)

    @cached_property
    def is_away(self) -> bool:
        """Whether absences leave nothing of it."""
        absences = [each.absence for each in self.troubles if each.absence]
        return bool(absences) and not self.presence.span.minus(absences)

    @cached_property
    def hours(self) -> Stretch:
        return local(self.presence.starts_at).time(), local(self.presence.ends_at).time()

    @property
    def begins(self) -> time:
        return self.hours[0]

    @property
    def receives(self) -> bool:
        """Not who leads a workshop alone."""
        return self.presence.takes_appointments or self.presence.takes_walk_ins

    @cached_property
    def there(self) -> list[Stretch]:
        """When its conseiller is there: not while absent."""
        away = [trouble.absence for trouble in self.troubles if trouble.absence]
        stretches = self.presence.span.minus(away)
        return [(local(each.start).time(), local(each.end).time()) for each in stretches]


@dataclass(frozen=True)
class Gap:
    """An open half-day of a place with nobody, or fewer than must be; `planned`: whom the roster would have there."""

    place: Place
    day: date
    half: Half
    hours: Stretch
    planned: tuple[Staff, ...] = ()
    present: int = 0
    least: int = 0

    @property
    def is_short(self) -> bool:
        """By a rule of least cover."""
        return self.present < self.least

    @property
    def lacking(self) -> int:
        return self.least - self.present

    @property
    def begins(self) -> time:
        return self.hours[0]

    def can_be_filled(self, now: datetime) -> bool:
        here = local(now)
        return (self.day, self.hours[1]) > (here.date(), here.time())


class Lost(NamedTuple):
    """How many lost their time, and nobody has handled it."""

    appointments: int = 0
    sessions: int = 0
    """Of workshops."""

    @property
    def is_any(self) -> bool:
        return any(self)


NOTHING_LOST = Lost()


@dataclass(frozen=True)
class Cell:
    """One day of a place or of a person; `is_open`: somebody can be there, as far as the day goes."""

    day: date
    heres: tuple[Here, ...] = ()
    gaps: tuple[Gap, ...] = ()
    absences: tuple[Span, ...] = ()
    closure: Closure | None = None
    holiday: str | None = None
    is_open: bool = True
    lost: Lost = NOTHING_LOST

    @property
    def is_empty(self) -> bool:
        return not (self.heres or self.gaps or self.absences)

    @property
    def lines(self) -> list[Here | Gap]:
        """In the order of the day."""
        return sorted((*self.heres, *self.gaps), key=lambda line: line.begins)

    @property
    def is_gap_all_day(self) -> bool:
        return len(self.gaps) > 1 and not self.heres

    @property
    def is_missed(self) -> bool:
        """Whether the roster would have somebody, or a rule asks for more."""
        return any(gap.planned or gap.is_short for gap in self.gaps)

    @property
    def is_short(self) -> bool:
        """By a rule of least cover."""
        return any(gap.is_short for gap in self.gaps)

    def can_be_filled(self, now: datetime) -> bool:
        return self.is_open and self.day >= day_of(now)


@dataclass(frozen=True)
class Row:
    """A place, or a person, through the week."""

    head: Place | Staff
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Column:
    """One day, and why it is not like others."""

    day: date
    holiday: str | None = None
    closures: tuple[Closure, ...] = ()
    """Those of every place."""

    @property
    def is_closed(self) -> bool:
        """All day, for everybody."""
        return any(closure.is_whole for closure in self.closures)


@dataclass(frozen=True)
class Board:
    """A whole week. `closures`: those of single places."""

    monday: date
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    heres: tuple[Here, ...]
    gaps: tuple[Gap, ...] = ()
    closures: tuple[tuple[Place, Closure], ...] = field(default=())
    lost: Lost = NOTHING_LOST

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def previous(self) -> date:
        return self.monday - timedelta(days=7)

    @property
    def next(self) -> date:
        return self.monday + timedelta(days=7)

    @property
    def in_trouble(self) -> list[Here]:
        return [here for here in self.heres if here.troubles]

    @property
    def missed(self) -> list[Gap]:
        """Where the roster would have somebody, or a rule asks for more."""
        return [gap for gap in self.gaps if gap.planned or gap.is_short]

    @property
    def is_quiet(self) -> bool:
        special = any(column.holiday or column.closures for column in self.columns)
        return not (special or self.closures or self.in_trouble or self.missed or self.lost.is_any)


def half_days(hours: Iterable[Stretch]) -> dict[Half, Stretch]:
    """The half-days that a place is open, and from when to when: the longest stretch of each."""
    whole = joined(hours)
    return {half: longest for half in Half if (longest := _longest(whole, half)) and _lasts(longest) >= LEAST}


def gaps_of(
    hours: Iterable[Stretch], heres: Iterable[Here], least: Mapping[Half, int]
) -> Iterator[tuple[Half, Stretch, int]]:
    """Open half-days without anybody, or where fewer receive than must: from when to when, and how many receive."""
    whole_day = list(heres)
    for half, opening in half_days(hours).items():
        there = [here for here in whole_day if _is_long_enough(here, opening)]
        receiving = len({here.presence.conseiller_id for here in there if here.receives})
        if not there or receiving < least.get(half, 0):
            yield half, opening, receiving


def _is_long_enough(here: Here, opening: Stretch) -> bool:
    """Whether somebody is there for an hour of it, absences left out."""
    return sum((_overlap(opening, stretch) for stretch in here.there), timedelta()) >= LEAST


def planned_for(half: Half, rules: Iterable[RosterRule]) -> tuple[Staff, ...]:
    """Whom these rules of one place and day would have there then."""
    begins, ends = LIMITS[half]
    found = {
        rule.conseiller_id: rule.conseiller
        for rule in rules
        if any(_overlap((begins, ends), stretch) >= LEAST for stretch in rule.work)
    }
    return tuple(found.values())


def roommates(heres: Sequence[Presence]) -> dict[int, Presence]:
    """By presence, another one that has the same room at the same time."""
    found: dict[int, Presence] = {}
    by_room: dict[int, list[Presence]] = {}
    for presence in heres:
        if presence.room_id is not None:
            by_room.setdefault(presence.room_id, []).append(presence)
    for together in by_room.values():
        for one in together:
            other = next((each for each in together if each is not one and each.span.overlaps(one.span)), None)
            if other:
                found[one.id] = other
    return found


def _longest(hours: list[Stretch], half: Half) -> Stretch | None:
    begins, ends = LIMITS[half]
    clipped = [(max(opens, begins), min(closes, ends)) for opens, closes in hours if opens < ends and closes > begins]
    return max(clipped, key=_lasts, default=None)


def _overlap(one: Stretch, other: Stretch) -> timedelta:
    begins, ends = max(one[0], other[0]), min(one[1], other[1])
    return _lasts((begins, ends)) if begins < ends else timedelta()


def _lasts(stretch: Stretch) -> timedelta:
    begins, ends = stretch
    return timedelta(hours=ends.hour - begins.hour, minutes=ends.minute - begins.minute)
