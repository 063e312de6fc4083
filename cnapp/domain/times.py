"""Which of many free times one page shows: a few of each day, or all of one day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from cnapp.base.workdays import day_of, local
from cnapp.domain.slots import Slot

DAYS_AT_MOST = 5
SLOTS_AT_MOST = 12
SLOTS_A_DAY = 3
SLOTS_OF_ONE_DAY = 24
NOON = 13


class Half(StrEnum):
    """A half of the day, as people ask for it."""

    MORNING = "matin"
    AFTERNOON = "apres-midi"

    def holds(self, instant: datetime) -> bool:
        return (local(instant).hour < NOON) == (self is Half.MORNING)


@dataclass(frozen=True, slots=True)
class Filter:
    """What somebody prefers: a half of the day, a weekday (Monday is 0)."""

    half: Half | None = None
    weekday: int | None = None

    def keeps(self, slot: Slot) -> bool:
        on_its_day = self.weekday is None or day_of(slot.starts_at).weekday() == self.weekday
        return on_its_day and (self.half is None or self.half.holds(slot.starts_at))

    @property
    def is_set(self) -> bool:
        return self.half is not None or self.weekday is not None


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the page; `has_more` when it has times that are not shown."""

    day: date
    slots: tuple[Slot, ...]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """A page of times, and where the next one begins."""

    days: tuple[Day, ...]
    next_day: date | None = None
    next_start: datetime | None = None
    """Of a day too full for one page."""


def by_day(slots: Iterable[Slot]) -> dict[date, list[Slot]]:
    days: dict[date, list[Slot]] = defaultdict(list)
    for slot in slots:
        days[day_of(slot.starts_at)].append(slot)
    return days


def is_full(slots: Sequence[Slot]) -> bool:
    """Whether these fill a page, and one more day shows that others follow."""
    days = by_day(slots)
    shown = sum(min(len(of_day), SLOTS_A_DAY) for of_day in days.values())
    return len(days) > DAYS_AT_MOST or shown > SLOTS_AT_MOST


def few_of_each_day(slots: Sequence[Slot]) -> Times:
    """At most 5 days and 12 times: of each day the first, the last, and some between."""
    days: list[Day] = []
    room = SLOTS_AT_MOST
    for day, of_day in by_day(slots).items():
        chosen = spread(of_day, SLOTS_A_DAY)
        if len(days) == DAYS_AT_MOST or len(chosen) > room:
            return Times(tuple(days), next_day=day)
        days.append(Day(day, tuple(chosen), has_more=len(chosen) < len(of_day)))
        room -= len(chosen)
    return Times(tuple(days))


def all_of_one_day(slots: Sequence[Slot], day: date) -> Times:
    """Every time of a day, in order; a very full one goes on on another page."""
    shown, rest = slots[:SLOTS_OF_ONE_DAY], slots[SLOTS_OF_ONE_DAY:]
    while rest and shown[-1].starts_at == rest[0].starts_at and shown[0].starts_at < rest[0].starts_at:
        shown, rest = shown[:-1], [shown[-1], *rest]
    days = (Day(day, tuple(shown)),) if shown else ()
    return Times(days, next_day=day + timedelta(days=1), next_start=rest[0].starts_at if rest else None)


def spread(slots: Sequence[Slot], count: int) -> list[Slot]:
    """The first, the last, and others evenly between."""
    if len(slots) <= count:
        return list(slots)
    return [slots[round(place * (len(slots) - 1) / (count - 1))] for place in range(count)]


def nearest(slots: Iterable[Slot], wanted: datetime, count: int = 3) -> list[Slot]:
    """Those closest in time to what was wanted, in order."""
    close = sorted(slots, key=lambda slot: (abs(slot.starts_at - wanted), slot.starts_at))[:count]
    return sorted(close, key=lambda slot: (slot.starts_at, slot.place_name))
