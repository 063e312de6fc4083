"""What stands in the place of a presence of which some hours are lost: shorter, in two, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from cnapp.base.spans import Span
from cnapp.domain.closed_time import is_strictly_inside, left_of
from cnapp.domain.places import Closed
from cnapp.domain.planning import Plan


def cut(plan: Plan, lost: Sequence[Span], kept: Collection[Span], closes: Closed) -> list[Plan]:
    """In order of time; itself alone where nothing is lost. `kept`: what is promised inside still, and stays so.

    Where only help is closed, whoever leads a workshop inside stays there and receives nobody.
    """
    gone = _gone(plan, lost, kept)
    if not gone:
        return [plan]
    outside = left_of(plan.span, plan.pause, gone, kept)
    if closes is Closed.APPOINTMENTS and not plan.span.minus(gone):
        return [_receiving_nobody(plan)]
    inside = [each for part in gone if (each := _inside(part, kept, closes))]
    parts = [_part(plan, each, is_last=each == outside[-1]) for each in outside]
    parts += [_receiving_nobody(_part(plan, each, is_last=False)) for each in inside]
    return sorted(parts, key=lambda each: each.span)


def _gone(plan: Plan, lost: Sequence[Span], kept: Collection[Span]) -> list[Span]:
    """What is promised across its edge goes on to its end."""
    crossing = [each for each in kept if not any(part.covers(each) for part in lost)]
    return [part for each in lost if each.overlaps(plan.span) for part in each.within(plan.span).minus(crossing)]


def _inside(part: Span, kept: Collection[Span], closes: Closed) -> Span | None:
    held = [each for each in kept if part.covers(each)]
    if not held:
        return None
    if closes is Closed.APPOINTMENTS:
        return part
    return Span(min(each.start for each in held), max(each.end for each in held))


def _part(plan: Plan, span: Span, *, is_last: bool) -> Plan:
    pause = plan.pause if plan.pause and is_strictly_inside(plan.pause, span) else None
    minutes = min(plan.walk_in_minutes, span.minutes) if is_last else 0
    return replace(plan, span=span, pause=pause, walk_in_minutes=minutes)


def _receiving_nobody(plan: Plan) -> Plan:
    return replace(plan, takes_appointments=False, takes_walk_ins=False, walk_in_minutes=0)
