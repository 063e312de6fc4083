"""Sessions of workshops that lost their time, with what decides about them: workshop, kits, who is registered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.kits import Kit, loans_of_kits
from cnapp.domain.plan_lists import how_many_ahead, loans_with_kits, sessions_numbered
from cnapp.domain.plans import Displacement
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
    kits_away: Collection[date] = ()
    """Days on which one of its kits is promised; nobody asks unless another day is looked for."""


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


def with_kits_away(told: Sequence[SessionLine], *, until: date, now: datetime) -> list[SessionLine]:
    """`until`: the last day that is asked about."""
    kit_ids = {kit.id for each in told for kit in each.kits}
    if not kit_ids:
        return list(told)
    away: dict[int, set[date]] = defaultdict(set)
    for loan in db.session.scalars(loans_of_kits(kit_ids, Span(now, span_of_day(until).end))):
        away[loan.kit_id].add(day_of(loan.starts_at))
    return [replace(each, kits_away=set().union(*(away[kit.id] for kit in each.kits))) for each in told]


def _kits(numbers: Sequence[int]) -> Mapping[int, list[Kit]]:
    kits: dict[int, list[Kit]] = defaultdict(list)
    for loan in db.session.scalars(loans_with_kits(numbers)):
        kits[loan.session_id].append(loan.kit)
    return kits
