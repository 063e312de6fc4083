"""Who can be sent where somebody is lacking, judged person by person as the guards would judge it. Plain values."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.board import LEAST
from cnapp.domain.commitments import Kind
from cnapp.domain.openings import Promised, bookable_part, free_stretches
from cnapp.domain.people import Staff
from cnapp.domain.places import hours_on
from cnapp.domain.planning import Plan, misfits
from cnapp.domain.presences import Presence
from cnapp.domain.reinforcements import GivenUp, Here, Hindered, Known, Need, Promise, Reason, Trip, Way
from cnapp.domain.rule_plan import Bookings
from cnapp.domain.travels import Travels, minutes_between
from cnapp.domain.whereabouts import Clash, Spot, Whereabouts


def judge(need: Need, known: Known) -> tuple[list[Way], list[Hindered]]:
    """Who can go, best first, and who cannot, by name."""
    answers = [_answer(need, conseiller, known) for conseiller in known.people]
    ways = [each for each in answers if isinstance(each, Way)]
    hindered = [each for each in answers if isinstance(each, Hindered)]
    return sorted(ways, key=lambda way: way.cost), sorted(hindered, key=lambda each: each.conseiller.name)


def _answer(need: Need, conseiller: Staff, known: Known) -> Way | Hindered:
    own = [each for each in known.presences if each.conseiller_id == conseiller.id]
    why = _why_not(need, conseiller, own, known)
    if why:
        return Hindered(conseiller, why)
    given_up = []
    for presence in own:
        if _is_in_the_way(presence, need, known.travels):
            answer = _give_up(presence, need, known)
            if isinstance(answer, Bookings):
                return Hindered(conseiller, _told(answer, presence, need, known.travels))
            given_up.append(answer)
    return _way(need, conseiller, tuple(given_up), known)


def _why_not(need: Need, conseiller: Staff, own: Sequence[Presence], known: Known) -> Reason | None:
    plan = need.plan_for(conseiller)
    refusal = next(misfits(plan, known.closures, hours_on(need.place.opening_hours, need.day)), None)
    if refusal:
        return refusal
    promises = known.promises.get(conseiller.id, ())
    absence = next(
        (each.span for each in promises if each.kind is Kind.ABSENCE and each.span.overlaps(need.span)), None
    )
    here = next((each for each in own if each.place_id == need.place.id and each.span.overlaps(need.span)), None)
    return absence or (Here(here) if here else None)


def _margin(presence: Presence, need: Need, travels: Travels) -> timedelta:
    return timedelta(minutes=minutes_between(presence.place_id, need.place.id, travels=travels))


def _is_in_the_way(presence: Presence, need: Need, travels: Travels) -> bool:
    margin = _margin(presence, need, travels)
    return presence.starts_at < need.span.end + margin and presence.ends_at > need.span.start - margin


def _give_up(presence: Presence, need: Need, known: Known) -> GivenUp | Bookings:
    """The longest part that holds all that is promised in it, if any does."""
    inside = [each for each in known.promises.get(presence.conseiller_id, ()) if each.presence_id == presence.id]
    margin = _margin(presence, need, known.travels)
    parts = [
        Span(presence.starts_at, max(presence.starts_at, min(presence.ends_at, need.span.start - margin))),
        Span(min(presence.ends_at, max(presence.starts_at, need.span.end + margin)), presence.ends_at),
    ]
    kept = [plan for part in parts if (plan := _shortened(presence, part))]
    enough = [plan for plan in kept if all(plan.span.covers(each.span) for each in inside)]
    if inside and not enough:
        return _lost(inside, kept)
    best = max(enough, key=lambda plan: plan.span.minutes, default=None)
    return GivenUp(presence, best, _minutes_lost(presence, best, inside), _leaves_nobody(presence, best, known))


def _told(lost: Bookings, presence: Presence, need: Need, travels: Travels) -> Bookings | Clash:
    """What is promised at that very time; or else the travel to it."""
    if presence.span.overlaps(need.span):
        return lost
    minutes = minutes_between(presence.place_id, need.place.id, travels=travels)
    return Clash((Spot(presence.span, presence.conseiller_id, presence.place),), minutes)


def _shortened(presence: Presence, part: Span) -> Plan | None:
    """What is left of it, without a pause at its edge; None where that is less than an hour.

    Minutes kept for walk-ins are its last: they go with its end.
    """
    pause = presence.pause
    if pause and not (part.start < pause.start and pause.end < part.end):
        part = max(part.minus([pause]), key=lambda each: each.minutes, default=part)
        pause = None
    if part.end - part.start < LEAST:
        return None
    walk_in_minutes = min(presence.walk_in_minutes, part.minutes) if part.end == presence.ends_at else 0
    receives = presence.takes_appointments, presence.takes_walk_ins, walk_in_minutes
    return Plan(presence.conseiller, presence.place, presence.room, part, pause, *receives)


def _lost(inside: Sequence[Promise], kept: Sequence[Plan]) -> Bookings:
    """What stands in the way: the fewest promises that some part would not hold."""
    outside = [[each for each in inside if not plan.span.covers(each.span)] for plan in kept]
    lost = min(outside, key=len, default=list(inside))
    return Bookings({kind: sum(each.kind is kind for each in lost) for kind in {each.kind for each in lost}})


def _minutes_lost(presence: Presence, kept: Plan | None, inside: Sequence[Promise]) -> int:
    if not presence.takes_appointments:
        return 0
    taken = [Promised(each.span, each.buffer) for each in inside]
    within = bookable_part(presence.span, presence.walk_in_minutes)
    before = sum(each.minutes for each in free_stretches(within, presence.pause, taken))
    if kept is None:
        return before
    left = free_stretches(bookable_part(kept.span, kept.walk_in_minutes), kept.pause, taken)
    return max(0, before - sum(each.minutes for each in left))


def _leaves_nobody(presence: Presence, kept: Plan | None, known: Known) -> bool:
    """Whether some part of an hour or more is left without any colleague."""
    others = [
        each.span
        for each in known.presences
        if each.place_id == presence.place_id and each.conseiller_id != presence.conseiller_id
    ]
    alone = presence.span.minus([*others, kept.span] if kept else others)
    return any(each.end - each.start >= LEAST for each in alone)


def _way(need: Need, conseiller: Staff, given_up: tuple[GivenUp, ...], known: Known) -> Way | Hindered:
    """In the order in which it would be written, as the guards would judge it."""
    own = [
        Spot(each.span, conseiller.id, each.place) for each in known.presences if each.conseiller_id == conseiller.id
    ]
    whereabouts = Whereabouts(own, known.travels)
    for each in given_up:
        spot = Spot(each.presence.span, conseiller.id, each.presence.place)
        kept = Spot(each.kept.span, conseiller.id, each.kept.place) if each.kept else None
        clash = whereabouts.move(spot, kept) if kept else whereabouts.leave(spot)
        if clash:
            return Hindered(conseiller, clash)
    here = Spot(need.span, conseiller.id, need.place)
    clash = whereabouts.enter(here)
    if clash:
        return Hindered(conseiller, clash)
    before, after = (_trip(other, need, known.travels) for other in whereabouts.around(here))
    return Way(conseiller, need.plan_for(conseiller), given_up, before, after)


def _trip(other: Spot | None, need: Need, travels: Travels) -> Trip | None:
    if other is None or day_of(other.span.start) != need.day or other.place.id == need.place.id:
        return None
    return Trip(other.place, minutes_between(other.place.id, need.place.id, travels=travels))
