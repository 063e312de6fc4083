"""When a place receives people on one day: its hours, without holidays and closures, also those of a few hours."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time

from cnapp.base.workdays import is_holiday
from cnapp.domain.places import Closed, Closure, Place, hours_on

Stretch = tuple[time, time]


def open_stretches(place: Place, day: date, closures: Iterable[Closure]) -> list[Stretch]:
    """In order, on a clock of Metz."""
    if is_holiday(day) or not place.exists_on(day):
        return []
    stretches = hours_on(place.opening_hours, day)
    for closure in closures:
        if closure.touches(place.id, day) and closure.closes is not Closed.WORKSHOPS:
            stretches = _without(stretches, closure)
    return stretches


def _without(stretches: list[Stretch], closure: Closure) -> list[Stretch]:
    starts, ends = closure.from_time or time.min, closure.until_time or time.max
    before = [(opens, min(closes, starts)) for opens, closes in stretches if opens < starts]
    after = [(max(opens, ends), closes) for opens, closes in stretches if closes > ends]
    return sorted({*before, *after})
