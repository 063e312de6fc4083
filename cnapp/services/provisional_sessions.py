"""Workshops follow their place to where it is meanwhile, when all of their sessions and all their leaders can.

Callers lock everybody, and commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime

from cnapp.base.database import attempt, db
from cnapp.base.refusals import Refusal
from cnapp.config import Settings
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services.journal import By
from cnapp.services.workshop_moves import ahead, change_programme, kits_of
from cnapp.services.workshops import Programme


def move(
    place: Place, led: Iterable[tuple[Displacement, Sequence[Staff]]], *, by: By, settings: Settings, now: datetime
) -> None:
    """`led`: sessions that are displaced, with those who led them; one that cannot follow stays so.

    Whoever is registered is told, as for any change of place.
    """
    by_workshop: dict[int, list[tuple[WorkshopSession, Sequence[Staff]]]] = defaultdict(list)
    for line, leaders in led:
        if line.session:
            by_workshop[line.session.workshop_id].append((line.session, leaders))
    for workshop_id, sessions in by_workshop.items():
        programme = _programme(db.session.get_one(Workshop, workshop_id), sessions, now)
        if programme:
            with suppress(Refusal), attempt():
                change_programme(workshop_id, place, programme, by=by, settings=settings, now=now)


def _programme(
    workshop: Workshop, sessions: Sequence[tuple[WorkshopSession, Sequence[Staff]]], now: datetime
) -> Programme | None:
    """None where some of its sessions stay, or not the same people lead them all."""
    displaced = {session.id for session, _ in sessions}
    teams = {tuple(sorted(each.id for each in leaders)) for _, leaders in sessions}
    coming = ahead(workshop, now)
    if len(teams) != 1 or displaced != {each.id for each in coming}:
        return None
    return Programme(tuple(each.span for each in coming), tuple(sessions[0][1]), tuple(kits_of(workshop, now)))
