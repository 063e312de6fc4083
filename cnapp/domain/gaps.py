"""Free time of the team, cut into slots that never overlap: two overlapping starts would give two people one time.

Instants are whole minutes since the epoch here: a plan compares hundreds of thousands of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import NamedTuple

from cnapp.base.workdays import day_of, instant_at

NOON = 12 * 60
NEVER = 10**12


class Taken(NamedTuple):
    """A promised stretch, and the minutes to leave free after it."""

    start: int
    end: int
    buffer: int = 0


class Length(NamedTuple):
    """Of an appointment, and of the rest after it."""

    duration: int
    buffer: int

    @property
    def whole(self) -> int:
        return self.duration + self.buffer


class Wanted(NamedTuple):
    """A start that somebody had."""

    start: int
    length: Length


@dataclass(frozen=True, slots=True)
class Stay:
    """A presence that takes appointments, as plain values."""

    presence_id: int
    conseiller_id: int
    place_id: int
    start: int
    end: int
    breaks: tuple[tuple[int, int], ...]
    """Its pause, and the hours when its place is closed."""
    walk_ins_from: int
    """Its last minutes are kept for people without appointment."""
    day: date
    midnight: int
    """Of its day, such that the hours of work count from it also on the days when clocks change."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time: an appointment may end at `end`, and its rest must be over by `rest_by`."""

    stay: Stay
    start: int
    end: int
    rest_by: int

    def last_start(self, length: Length) -> int:
        return min(self.end, self.rest_by - length.buffer) - length.duration

    def holds(self, length: Length) -> bool:
        return self.start <= self.last_start(length)

    def nearest(self, start: int, length: Length) -> int | None:
        """The start within it that is nearest to another; None when it is too short."""
        last = self.last_start(length)
        return None if last < self.start else max(self.start, min(start, last))


def minute_of(instant: datetime) -> int:
    """The first whole minute that is not before it."""
    return -int(-instant.timestamp() // 60)


def instant_of(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


@lru_cache(maxsize=1024)
def midnight_of(day: date) -> int:
    """Twelve hours before noon: what happens by night on two Sundays of the year concerns nobody at work."""
    return minute_of(instant_at(day, time(12))) - NOON


def day_and_midnight(instant: datetime) -> tuple[date, int]:
    day = day_of(instant)
    return day, midnight_of(day)


def gaps_of(stay: Stay, taken: Sequence[Taken], earliest: int) -> list[Gap]:
    """What is left of a presence from an instant on, as openings see it: buffers kept, no rest before a pause."""
    busy = sorted([*((each.start, each.end + each.buffer) for each in taken), *stay.breaks])
    starts = sorted(each.start for each in taken)
    found, cursor = [], max(stay.start, earliest)
    for start, end in [*busy, (stay.end, stay.end)]:
        until = min(start, stay.end)
        if until > cursor:
            rest_by = next((each for each in starts if each >= until), NEVER)
            found.append(Gap(stay, cursor, until, rest_by))
        cursor = max(cursor, end)
    return found


def without(gap: Gap, busy: Iterable[tuple[int, int]]) -> Iterator[Gap]:
    """What is left of it for somebody who is busy then, in order."""
    cursor = gap.start
    for start, end in busy:
        if cursor < min(start, gap.end):
            yield Gap(gap.stay, cursor, min(start, gap.end), gap.rest_by)
        cursor = max(cursor, end)
    if cursor < gap.end:
        yield Gap(gap.stay, cursor, gap.end, gap.rest_by)


def cut(gap: Gap, wanted: Iterable[Wanted], lengths: Sequence[Length]) -> list[Gap]:
    """Disjoint slots, each with the one start that it begins with.

    First around the times that somebody had, as many as lie apart; what is between is cut by the longest of
    `lengths`, and what is left of that by the shorter ones.
    """
    starts: list[int] = []
    cursor = gap.start
    for each in _apart(gap, wanted):
        starts += _filled(cursor, Gap(gap.stay, cursor, each.start, each.start), lengths)
        starts.append(each.start)
        cursor = each.start + each.length.whole
    starts += _filled(cursor, gap, lengths)
    ends = [(start, start) for start in starts[1:]] + [(gap.end, gap.rest_by)]
    return [Gap(gap.stay, start, end, rest_by) for start, (end, rest_by) in zip(starts, ends, strict=False)]


def _apart(gap: Gap, wanted: Iterable[Wanted]) -> Iterator[Wanted]:
    """The most that do not meet: always the one that is over first."""
    free_from = gap.start
    for each in sorted(wanted, key=lambda each: (each.start + each.length.whole, each.start)):
        if free_from <= each.start <= gap.last_start(each.length):
            free_from = each.start + each.length.whole
            yield each


def _filled(cursor: int, gap: Gap, lengths: Sequence[Length]) -> Iterator[int]:
    for length in lengths:
        while cursor <= gap.last_start(length):
            yield cursor
            cursor += length.whole
