"""Workshops follow their place to where it is meanwhile, when all of their sessions and all their leaders can.

Callers lock everybody, and commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cnapp.base.database import attempt, db
from cnapp.base.refusals import Refusal
from cnapp.config import Settings
from cnapp.domain.journal import FOLLOWED, MADE_WAY, Subject, entries_saying, lines_saying
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement
from cnapp.domain.workshops import Workshop, workshops_standing
from cnapp.services.journal import By, last_number_of, record_about
from cnapp.services.workshop_moves import TOLD, ahead, change_programme, kits_of, leaders_of
from cnapp.services.workshops import Programme, thing

Teams = Mapping[int, Sequence[Staff]]
"""Who leads each session, by its id."""


@dataclass(frozen=True)
class Away:
    """A workshop that followed its place, and that nobody has moved otherwise since."""

    workshop: Workshop
    home_id: int
    """The place where it was before it followed anything."""
    lines: tuple[int, ...]
    """Displacements that were settled by it."""
    closure_id: int
    """Whose journal says so."""


def move(
    place: Place, led: Iterable[tuple[Displacement, Sequence[Staff]]], *, by: By, settings: Settings, now: datetime
) -> list[dict[str, Any]]:
    """`led`: sessions that are displaced, with those who led them; one that cannot follow stays so.

    Whoever is registered is told, as for any change of place. Answers what the journal keeps of those that followed.
    """
    by_workshop: dict[int, list[tuple[Displacement, Sequence[Staff]]]] = defaultdict(list)
    for line, leaders in led:
        if line.session:
            by_workshop[line.session.workshop_id].append((line, leaders))
    homes = {each.workshop.id: each for each in away(now=now)} if by_workshop else {}
    followed = []
    for workshop_id, sessions in by_workshop.items():
        workshop, before = db.session.get_one(Workshop, workshop_id), homes.get(workshop_id)
        home_id, lines = (before.home_id, before.lines) if before else (workshop.place_id, ())
        programme = _whole(workshop, {line.session_id or 0: team for line, team in sessions}, now)
        if programme:
            with suppress(Refusal), attempt():
                number = take_along(workshop, place, programme, by=by, settings=settings, now=now)
                followed.append(detail_of(workshop_id, home_id, [*lines, *(line.id for line, _ in sessions)], number))
    return followed


def _whole(workshop: Workshop, led: Teams, now: datetime) -> Programme | None:
    """None where some of its sessions stay."""
    return programme_of(workshop, led, now) if {each.id for each in ahead(workshop, now)} == set(led) else None


def programme_of(workshop: Workshop, led: Teams, now: datetime) -> Programme | None:
    """As it is; `led`: who led its sessions that have lost them.

    None where some of these are not known, or not the same people are to lead them all.
    """
    coming = ahead(workshop, now)
    teams = {each.id: tuple(each.leaders or led.get(each.id, ())) for each in coming}
    is_led = all(each.leadings for each in coming)
    if not is_led and len({tuple(sorted(each.id for each in team)) for team in teams.values()}) != 1:
        return None
    leaders = leaders_of(coming) if is_led else teams[coming[0].id]
    if not leaders:
        return None
    return Programme(tuple(each.span for each in coming), tuple(leaders), tuple(kits_of(workshop, now)))


def take_along(
    workshop: Workshop, place: Place, programme: Programme, *, by: By, settings: Settings, now: datetime
) -> int:
    """Answers the number of the line in its journal. Raises what changing a programme does."""
    was = workshop.place_id
    change_programme(workshop.id, place, programme, by=by, settings=settings, now=now)
    record_about(thing(workshop), FOLLOWED, by=by, now=now, was=was, becomes=place.id)
    return last_number_of(thing(workshop))


def detail_of(workshop_id: int, home_id: int, lines: Iterable[int], number: int) -> dict[str, Any]:
    """What the journal of a closure keeps; `number`: the last line of the workshop's own journal."""
    return {"id": workshop_id, "home": home_id, "lines": list(lines), "number": number}


def away(*, now: datetime) -> list[Away]:
    """Those that are not over, in order: three queries, however many there are."""
    last: dict[int, tuple[int, dict[str, Any]]] = {}
    for entry in db.session.scalars(entries_saying(MADE_WAY, Subject.CLOSURE)):
        for each in entry.detail.get("workshops", ()):
            last.setdefault(each["id"], (entry.subject_id, each))
    if not last:
        return []
    moved = _last_moves(last)
    return [
        Away(workshop, detail["home"], tuple(detail["lines"]), closure_id)
        for workshop in db.session.scalars(workshops_standing(last, now))
        for closure_id, detail in [last[workshop.id]]
        if moved.get(workshop.id, 0) <= detail["number"]
    ]


def _last_moves(workshop_ids: Iterable[int]) -> dict[int, int]:
    """By workshop, the last line of its journal that says it was given another place or time."""
    lines = db.session.scalars(lines_saying("changed", Subject.WORKSHOP, list(workshop_ids))).all()
    moves = sorted((each.number, each.subject_id) for each in lines if TOLD.intersection(each.detail["fields"]))
    return {workshop_id: number for number, workshop_id in moves}
