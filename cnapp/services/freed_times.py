"""Time that a cancelled workshop gives back: opened to appointments, for whoever lost their time or waits for one.

Callers lock the conseillers, and commit. Who waits is then offered a time by the worker, like any that is free.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from cnapp.base.database import attempt, db
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plan_queries import how_many_open
from cnapp.domain.planning import Plan
from cnapp.domain.presences import Presence, touching
from cnapp.domain.waits import waits_at
from cnapp.domain.workshops import Workshop
from cnapp.services import planning
from cnapp.services.journal import By

LEAST = timedelta(minutes=30)
"""Shorter, and nobody can be received."""


@dataclass(frozen=True)
class Freed:
    """Somebody who was to lead a session, and now has no place to be at."""

    conseiller: Staff
    place: Place
    span: Span


@dataclass(frozen=True)
class Wanting:
    """How many lost their time and have no other yet; how many wait for one that would suit them at this place."""

    displaced: int
    waiting: int

    def __bool__(self) -> bool:
        return bool(self.displaced or self.waiting)


def freed_by(workshop: Workshop, *, now: datetime) -> list[Freed]:
    """What is still to come of a cancelled workshop, in order, for each who was to lead it and is nowhere else."""
    led = list(_led(workshop, now))
    if not led:
        return []
    whole = Span(min(each.span.start for each in led), max(each.span.end for each in led))
    theirs = Presence.conseiller_id.in_({each.conseiller.id for each in led})
    busy = db.session.scalars(select(Presence).where(theirs, *touching(whole))).all()
    return [each for each in led if not _is_somewhere(each, busy)]


def _led(workshop: Workshop, now: datetime) -> Iterator[Freed]:
    for session in workshop.sessions:
        if session.starts_at > now:
            for leading in session.leadings:
                if leading.commitment_id is None:
                    yield Freed(leading.conseiller, workshop.place, session.span)


def _is_somewhere(freed: Freed, busy: Collection[Presence]) -> bool:
    return any(each.conseiller_id == freed.conseiller.id and each.span.overlaps(freed.span) for each in busy)


def wanting_at(place: Place, *, now: datetime) -> Wanting:
    displaced = db.session.scalar(how_many_open()) or 0
    waiting = db.session.scalar(select(func.count()).select_from(waits_at([place.id], now).subquery())) or 0
    return Wanting(displaced, waiting)


def open_to_appointments(workshop: Workshop, *, by: By, now: datetime) -> list[Presence]:
    """A presence of its own for each stretch where somebody can be; the others are left out."""
    made = []
    for freed in freed_by(workshop, now=now):
        if freed.span.end - freed.span.start >= LEAST:
            with suppress(Refusal), attempt():
                made.append(planning.add(Plan(freed.conseiller, freed.place, None, freed.span), by=by, now=now))
    return made
