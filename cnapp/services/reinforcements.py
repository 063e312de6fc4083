"""Sending somebody where somebody is lacking: who could go, then one press. Callers lock who goes, and commit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import monday_of, span_of_days, week_code
from cnapp.domain.board import LIMITS, Half, planned_for
from cnapp.domain.board_queries import rules_of_week
from cnapp.domain.people import Staff, StaffUnknown
from cnapp.domain.places import Closure, Place, PlaceUnknown, closures_between, travels_among
from cnapp.domain.planning import people_to_place
from cnapp.domain.presences import Presence
from cnapp.domain.reinforcement_queries import place_in_need, presences_of_everybody, promises_kept
from cnapp.domain.reinforcement_ways import judge
from cnapp.domain.reinforcements import (
    Here,
    Hindered,
    Known,
    Need,
    Promise,
    Reception,
    Way,
    WayDiffers,
    span_needed,
)
from cnapp.domain.roster import RosterRule
from cnapp.domain.travels import by_pair
from cnapp.services import planning, presses
from cnapp.services.journal import By

REINFORCED = "reinforced"
AROUND = timedelta(days=1)
"""A neighbour to travel from or to is never further away."""


@dataclass(frozen=True)
class Asked:
    """A half-day of a place."""

    place: Place
    day: date
    half: Half


@dataclass(frozen=True)
class Reinforcement:
    """Who could go, best first, and who cannot."""

    need: Need
    ways: list[Way]
    hindered: list[Hindered]
    here: list[Presence]
    """Those who are at that place then."""


def place(slug: str) -> Place:
    """Raises PlaceUnknown."""
    found = db.session.scalar(place_in_need(slug))
    if found is None:
        raise PlaceUnknown
    return found


def look(asked: Asked, *, now: datetime) -> Reinforcement:
    """In a fixed number of queries. Raises what `span_needed` does: nobody is needed then."""
    closures = db.session.scalars(closures_between(asked.day, asked.day)).all()
    span = span_needed(asked.place, asked.day, asked.half, closures, now)
    need = Need(asked.place, asked.half, span, _reception(asked))
    known = _known(need, closures, now)
    ways, hindered = judge(need, known)
    here = [each for each in known.presences if each.place_id == need.place.id and each.span.overlaps(span)]
    return Reinforcement(need, ways, hindered, here)


def person(public_id: str, day: date) -> Staff:
    """Raises StaffUnknown where nobody who could be placed is called so."""
    found = db.session.scalar(people_to_place(day).where(Staff.public_id == public_id))
    if found is None:
        raise StaffUnknown
    return found


def send(asked: Asked, person_id: int, agreed: str, *, by: By, now: datetime) -> None:
    """What they give up is shortened or withdrawn, then they are there; a second press changes nothing.

    `agreed`: the fingerprint of the way that was shown. Raises WayDiffers when it is another by now.
    """
    found = look(asked, now=now)
    way = next((each for each in found.ways if each.conseiller.id == person_id), None)
    if way is None and _is_there(found, person_id):
        return
    if way is None or way.fingerprint != agreed:
        raise WayDiffers
    touched = []
    for given_up in way.given_up:
        if given_up.kept:
            planning.change(given_up.presence, given_up.kept, by=by, now=now)
        else:
            planning.withdraw(given_up.presence, by=by, now=now)
        touched.append(given_up.presence.id)
    touched.append(planning.add(way.plan, by=by, now=now).id)
    presses.note(REINFORCED, touched, by=by, now=now, week=week_code(asked.day))


def _is_there(found: Reinforcement, person_id: int) -> bool:
    """Sent by an earlier press."""
    here = [each.why for each in found.hindered if each.conseiller.id == person_id]
    return any(isinstance(why, Here) and why.presence.span == found.need.span for why in here)


def _reception(asked: Asked) -> Reception:
    """As the roster has it at that place then; with and without appointment, where it has nobody."""
    rules = db.session.scalars(rules_of_week([asked.place.id], monday_of(asked.day))).all()
    rule = next((rule for rule in rules if rule.falls_on(asked.day) and planned_for(asked.half, [rule])), None)
    if rule is None:
        return Reception()
    return Reception(rule.room, rule.takes_appointments, rule.takes_walk_ins, _kept_minutes(rule, asked.half))


def _kept_minutes(rule: RosterRule, half: Half) -> int:
    """Its last minutes, where they fall into this half."""
    begins, ends = LIMITS[half]
    return rule.walk_in_minutes if begins < rule.ends <= ends else 0


def _known(need: Need, closures: Sequence[Closure], now: datetime) -> Known:
    around = span_of_days(need.day - AROUND, need.day + AROUND)
    people = db.session.scalars(people_to_place(need.day)).all()
    presences = db.session.scalars(presences_of_everybody(around)).all()
    places = sorted({need.place.id, *(each.place_id for each in presences)})
    promises = _promises([each.id for each in people], around, now)
    travels = by_pair(db.session.scalars(travels_among(places)))
    return Known(people, presences, promises, closures, travels)


def _promises(people: Sequence[int], during: Span, now: datetime) -> dict[int, list[Promise]]:
    found: dict[int, list[Promise]] = defaultdict(list)
    for row in db.session.execute(promises_kept(people, during, now)):
        span = Span(row.starts_at, row.ends_at)
        found[row.conseiller_id].append(Promise(row.kind, span, row.presence_id, row.buffer_minutes))
    return found
