"""Sessions of workshops that lost their time, with what decides about them: workshop, kits, who is registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.kits import Kit, loans_of_kits
from cnapp.domain.plan_lists import how_many_ahead, loans_with_kits, sessions_numbered
from cnapp.domain.plans import Displacement
from cnapp.domain.presences import Presence
from cnapp.domain.workshops import Workshop


@dataclass(frozen=True)
class SessionLine:
    """The line of a plan about a session."""

    line: Displacement
    workshop: Workshop
    registered: int
    kits: Sequence[Kit]
    """To be brought, with where each is kept."""
    is_last: bool
    """Nothing else of the workshop is to come: it can be held another day, or cancelled, by itself."""


@dataclass(frozen=True)
class LostSession:
    """The same for whoever looks for somebody to lead it."""

    told: SessionLine
    taken: Mapping[int, set[date]]
    """By kit, the days on which it is promised."""

    @property
    def span(self) -> Span:
        return self.told.line.span

    @property
    def place_id(self) -> int:
        return self.told.line.place_id

    @property
    def presence(self) -> Presence:
        return self.told.line.presence

    @property
    def presence_id(self) -> int:
        return self.told.line.presence_id

    @property
    def conseiller_id(self) -> int:
        return self.told.line.conseiller_id

    @property
    def language(self) -> str:
        return self.told.workshop.language

    @property
    def is_last(self) -> bool:
        return self.told.is_last

    def has_kits(self, day: date) -> bool:
        return not any(day in self.taken[kit.id] for kit in self.told.kits)


def session_lines(lines: Sequence[Displacement], *, now: datetime) -> list[SessionLine]:
    """Of the lines about workshops, in their order; in a fixed number of queries."""
    theirs = [(line, line.session) for line in lines if line.session]
    if not theirs:
        return []
    numbers = [session.id for _, session in theirs]
    known = {row[0]: (row[1], row[2]) for row in db.session.execute(sessions_numbered(numbers))}
    ahead = {row[0]: row[1] for row in db.session.execute(how_many_ahead({row[0].id for row in known.values()}, now))}
    kits = _kits(numbers)
    return [
        SessionLine(line, *known[session.id], kits[session.id], ahead.get(session.workshop_id, 0) == 1)
        for line, session in theirs
    ]


def lost_sessions(lines: Sequence[Displacement], *, until: date, now: datetime) -> list[LostSession]:
    """`until`: the last day on which one could be held instead."""
    told = session_lines(lines, now=now)
    taken: dict[int, set[date]] = defaultdict(set)
    kit_ids = {kit.id for each in told for kit in each.kits}
    for loan in db.session.scalars(loans_of_kits(kit_ids, Span(now, span_of_day(until).end))) if kit_ids else ():
        taken[loan.kit_id].add(day_of(loan.starts_at))
    return [LostSession(each, taken) for each in told]


def _kits(numbers: Sequence[int]) -> Mapping[int, list[Kit]]:
    kits: dict[int, list[Kit]] = defaultdict(list)
    for loan in db.session.scalars(loans_with_kits(numbers)):
        kits[loan.session_id].append(loan.kit)
    return kits
