"""Reading the sessions that stand in somebody's day, at a place, inside a presence: each table once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.domain.kits import loans_of
from cnapp.domain.workshop_days import (
    Gathering,
    loans_to,
    sessions_ahead,
    sessions_at,
    sessions_in,
    sessions_inside,
    sessions_led,
)
from cnapp.domain.workshops import Workshop


@dataclass(frozen=True)
class Led:
    """A session in somebody's time: which promise of theirs it is, inside which presence."""

    gathering: Gathering
    commitment_id: int | None
    presence_id: int


def led_by(conseiller_ids: Collection[int], during: Span) -> list[Led]:
    """In order of time."""
    rows = db.session.execute(sessions_led(conseiller_ids, during)).all()
    return [Led(Gathering(row[1], row[2], row[3]), row[0].commitment_id, row[0].presence_id) for row in rows]


def sessions_by_leader(conseiller_ids: Collection[int], during: Span) -> list[tuple[int, Gathering]]:
    """The same, each beside whose time it takes; a session with two of these leaders stands twice."""
    rows = db.session.execute(sessions_led(conseiller_ids, during)).all()
    return [(row[0].conseiller_id, Gathering(row[1], row[2], row[3])) for row in rows]


def with_kits(led: list[Led]) -> list[Led]:
    """The same with what to bring."""
    if not led:
        return led
    names: dict[int, list[str]] = defaultdict(list)
    for loan in db.session.scalars(loans_to([each.gathering.session.id for each in led])):
        names[loan.session_id].append(loan.kit.name)
    return [replace(each, gathering=_bringing(each.gathering, names)) for each in led]


def kits_of(workshop: Workshop) -> list[str]:
    """Names of those that are brought to any of its sessions."""
    return list(dict.fromkeys(loan.kit.name for loan in db.session.scalars(loans_of(workshop.id))))


def inside(presence_id: int) -> list[Gathering]:
    """What is promised of a presence to workshops."""
    return [Gathering(row[1], row[2], row[3]) for row in db.session.execute(sessions_inside(presence_id))]


def ahead_of(conseiller_id: int, *, now: datetime) -> list[Gathering]:
    """What somebody is still to lead."""
    return [Gathering(row[1], row[2], row[3]) for row in db.session.execute(sessions_ahead(conseiller_id, now))]


def at_place(place_id: int, during: Span) -> list[Gathering]:
    """What a desk tells people of."""
    return [Gathering(*row) for row in db.session.execute(sessions_at(place_id, during))]


def to_come(during: Span, place_id: int | None, *, now: datetime) -> list[Gathering]:
    """At one place, or at all of them."""
    return [Gathering(*row) for row in db.session.execute(sessions_in(during, place_id, now))]


def _bringing(gathering: Gathering, names: dict[int, list[str]]) -> Gathering:
    return replace(gathering, kits=tuple(names[gathering.session.id]))
