"""What closures take of a place's time: which hours of each day, which services, and what is left of a presence."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta

from cnapp.base.spans import Span
from cnapp.base.workdays import PARIS, day_of, days_between, span_of_day
from cnapp.domain.places import Closed, Closure

A_MINUTE = timedelta(minutes=1)
SHORTEST_LEFT = 15
"""Minutes; whoever would be there for less is not there."""


def hours_of(closure: Closure, day: date) -> Span:
    """What it takes of one of its days; never fails, also where the clock jumps."""
    if closure.from_time is None or closure.until_time is None:
        return span_of_day(day)
    start = _instant(day, closure.from_time)
    return Span(start, max(start, _instant(day, closure.until_time)))


def _instant(day: date, at: time) -> datetime:
    return datetime.combine(day, at, PARIS).astimezone(UTC)


def closed_spans(place_id: int, during: Span, closures: Iterable[Closure], service: Closed) -> list[Span]:
    """When this does not take place there, among what overlaps a stretch of time."""
    days = days_between(day_of(during.start), day_of(during.end - timedelta(seconds=1)))
    found = [
        hours_of(closure, day)
        for closure in closures
        if closure.stops(service)
        for day in days
        if closure.touches(place_id, day)
    ]
    return [each for each in found if each.overlaps(during)]


def lost_to(closure: Closure, place_id: int, during: Span, now: datetime) -> list[Span]:
    """What it takes of somebody’s time there: of whole days, from this minute on; hours, as they are written."""
    taken = closed_spans(place_id, during, [closure], closure.closes or Closed.EVERYTHING)
    if closure.from_time is not None:
        return taken
    next_minute = now if now.second == now.microsecond == 0 else now.replace(second=0, microsecond=0) + A_MINUTE
    return [Span(max(each.start, next_minute), each.end) for each in taken if each.end > next_minute]


def is_shut(place_id: int, during: Span, closures: Iterable[Closure], service: Closed) -> bool:
    """Whether any of this time is closed for it."""
    return bool(closed_spans(place_id, during, closures, service))


def service_of(*, takes_appointments: bool | None, takes_walk_ins: bool | None) -> Closed:
    """What must be open for a presence to make sense: one where nobody is received is kept from by nothing less."""
    receives = takes_appointments is not False or bool(takes_walk_ins)
    return Closed.APPOINTMENTS if receives else Closed.EVERYTHING


def left_of(whole: Span, pause: Span | None, lost: Iterable[Span], kept: Collection[Span] = ()) -> list[Span]:
    """The parts of a presence that are worth being there for; a pause at the edge of one is no part of it.

    `kept`: what is promised still, and stays inside.
    """
    parts = [_worked(part, pause, [each for each in kept if part.covers(each)]) for part in whole.minus(lost)]
    return [part for part in parts if part.minutes >= SHORTEST_LEFT or any(part.covers(each) for each in kept)]


def _worked(part: Span, pause: Span | None, kept: Collection[Span]) -> Span:
    trimmed = _without_edge(part, pause)
    return trimmed if all(trimmed.covers(each) for each in kept) else part


def _without_edge(part: Span, pause: Span | None) -> Span:
    if pause is None or not pause.overlaps(part) or is_strictly_inside(pause, part):
        return part
    rest = part.minus([pause])
    return rest[0] if rest else Span(part.start, part.start)


def is_strictly_inside(pause: Span, part: Span) -> bool:
    return part.start < pause.start and pause.end < part.end


def moved_by(place_id: int, day: date, closures: Sequence[Closure]) -> Closure | None:
    """The closure that says where those of a place are received that whole day instead."""
    moves = (each for each in closures if each.provisional_place_id and each.holds(place_id, day))
    return next(moves, None)


def received_at(place_id: int, day: date, closures: Sequence[Closure]) -> int:
    """Where those of a place are received that whole day: there, or where it moved, also when that moved in turn."""
    passed: set[int] = set()
    while place_id not in passed:
        passed.add(place_id)
        move = moved_by(place_id, day, closures)
        place_id = (move and move.provisional_place_id) or place_id
    return place_id
