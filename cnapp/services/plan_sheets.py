"""What the page of a plan says beside its lines: workshops, who could lead them, what a takeover leaves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.kits import Kit
from cnapp.domain.people import Staff, staff_named
from cnapp.domain.plan_lists import loans_with_kits, presences_numbered, sessions_numbered, staff_numbered
from cnapp.domain.plans import Displacement
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services.session_plans import StandIn, stand_ins


@dataclass(frozen=True)
class SessionLine:
    """A session that nobody leads any more, or did not."""

    line: Displacement
    session: WorkshopSession
    workshop: Workshop
    registered: int
    able: Sequence[tuple[Staff, StandIn]] = field(default=())
    """Who could lead it, the best first."""
    kits: Sequence[Kit] = field(default=())
    """To be brought, with where each is kept."""


def session_lines(lines: Sequence[Displacement], *, now: datetime) -> list[SessionLine]:
    """Of the lines about workshops, in their order; in a fixed number of queries."""
    theirs = [(line, line.session) for line in lines if line.session]
    if not theirs:
        return []
    numbers = [session.id for _, session in theirs]
    known = {row[0]: (row[1], row[2]) for row in db.session.execute(sessions_numbered(numbers))}
    able = _able([line for line, _ in theirs if line.is_open], now)
    kits = _kits(numbers)
    return [
        SessionLine(line, session, *known[session.id], able.get(line.id, ()), kits[session.id])
        for line, session in theirs
    ]


def _able(lines: Sequence[Displacement], now: datetime) -> Mapping[int, Sequence[tuple[Staff, StandIn]]]:
    found = stand_ins(lines, now=now)
    numbers = {each.colleague.id for some in found.values() for each in some}
    people = {each.id: each for each in db.session.scalars(staff_numbered(numbers))}
    return {number: [(people[each.colleague.id], each) for each in some] for number, some in found.items()}


def _kits(numbers: Sequence[int]) -> Mapping[int, list[Kit]]:
    kits: dict[int, list[Kit]] = defaultdict(list)
    for loan in db.session.scalars(loans_with_kits(numbers)):
        kits[loan.session_id].append(loan.kit)
    return kits


def presences_with(numbers: Collection[int]) -> Mapping[int, Presence]:
    """By their number, with their places."""
    return {each.id: each for each in db.session.scalars(presences_numbered(numbers))}


def leader_named(public_id: str) -> Staff | None:
    return db.session.scalar(staff_named(public_id))
