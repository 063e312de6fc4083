"""Which other presence of a conseiller stands in the way of a plan: the same time, or too little time to travel."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Select

from cnapp.base.spans import Span
from cnapp.domain.planning import Plan, presences_whole
from cnapp.domain.presences import LONGEST_HOURS, Presence, presences_of
from cnapp.domain.travels import Travels, minutes_lacking


@dataclass(frozen=True)
class InTheWay:
    """Another presence of the same conseiller; `minutes` of travel to or from it, when they are the trouble."""

    presence: Presence
    minutes: int = 0

    def is_before(self, plan: Plan) -> bool:
        return self.presence.starts_at < plan.span.start


def overlapping(plan: Plan, others: Iterable[Presence]) -> InTheWay | None:
    return next((InTheWay(other) for other in others if other.span.overlaps(plan.span)), None)


def too_near(plan: Plan, others: Iterable[Presence], travels: Travels) -> InTheWay | None:
    """The first neighbour that cannot be reached in time."""
    for other in others:
        first, second = sorted((other.span, plan.span))
        minutes = minutes_lacking(second.start - first.end, travels, here=plan.place.id, there=other.place_id)
        if minutes:
            return InTheWay(other, minutes)
    return None


def presences_around(plan: Plan, except_id: int | None = None) -> Select[Presence]:
    """Those of the same conseiller from half a day before to half a day after, without the one that changes."""
    near = timedelta(hours=LONGEST_HOURS)
    around = Span(plan.span.start - near, plan.span.end + near)
    return presences_whole(presences_of(plan.conseiller.id, around)).where(Presence.id != except_id)
