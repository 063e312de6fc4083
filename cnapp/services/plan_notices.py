"""What hangs on the door of each place where somebody is missing: from when to when, never who was expected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.absences import Absence
from cnapp.domain.places import Place
from cnapp.domain.plan_lists import presences_missed
from cnapp.domain.plan_queries import covers_of
from cnapp.domain.plans import RecoveryPlan
from cnapp.domain.presences import Presence
from cnapp.services.lost_sessions import SessionLine, session_lines
from cnapp.services.plan_lists import Story
from cnapp.services.plan_sheets import presences_with
from cnapp.services.plans import lines_of


@dataclass(frozen=True)
class DoorNotice:
    """One sheet. `gaps`: when nobody receives there, in order; none for a closure, whose days are said instead.

    `workshops`: those that are cancelled, or held another day.
    """

    place: Place
    gaps: Sequence[Span] = ()
    workshops: Sequence[SessionLine] = ()

    def is_today(self, now: datetime) -> bool:
        """Of today alone."""
        return {day_of(each.start) for each in self.gaps} == {day_of(now)}


def door_notices(plan: RecoveryPlan, story: Story, *, now: datetime) -> list[DoorNotice]:
    """By the name of the place. Whoever is replaced already is not missing; what is over is not said."""
    if plan.closure:
        places = {line.place_id: line.place for line in lines_of(plan)}
        return [DoorNotice(each) for each in _by_name([story.place] if story.place else list(places.values()))]
    gaps: dict[int, set[Span]] = defaultdict(set)
    places = {}
    for place, span in _missed(plan, story) if story.absences else _lost(plan):
        places[place.id] = place
        if span.end > now:
            gaps[place.id].add(span)
    gone = _workshops_gone(plan, now)
    places |= {each.line.place_id: each.line.place for each in gone}
    sheets = [
        DoorNotice(place, sorted(gaps[place.id]), [each for each in gone if each.line.place_id == place.id])
        for place in _by_name(list(places.values()))
    ]
    return [each for each in sheets if each.gaps or each.workshops]


def _workshops_gone(plan: RecoveryPlan, now: datetime) -> list[SessionLine]:
    """Whose hour was decided: nobody is awaited then."""
    decided = [line for line in lines_of(plan) if line.session and not line.is_open and line.ends_at > now]
    return [each for each in session_lines(decided, now=now) if not _is_held_then(each)]


def _is_held_then(each: SessionLine) -> bool:
    session = each.line.session
    return each.workshop.stands and session is not None and session.starts_at == each.line.starts_at


def _by_name(places: Sequence[Place]) -> list[Place]:
    return sorted(places, key=lambda each: each.name)


def _missed(plan: RecoveryPlan, story: Story) -> list[tuple[Place, Span]]:
    """Where the absent were to receive, also whoever comes without appointment."""
    standing = [each for each in story.absences if each.withdrawn_at is None]
    if not standing:
        return []
    during = Span(min(each.starts_at for each in standing), max(each.ends_at for each in standing))
    covered = _covered(plan)
    theirs = db.session.scalars(presences_missed({each.conseiller_id for each in standing}, during)).all()
    found = [(each, gap) for each in theirs for gap in _within(each, standing)]
    return [(each.place, left) for each, gap in found for left in gap.minus(covered[each.id])]


def _covered(plan: RecoveryPlan) -> dict[int, list[Span]]:
    """When a colleague is there instead, by the presence that lost its conseiller."""
    covers = db.session.scalars(covers_of(plan.id)).all()
    made = presences_with([each.made_id for each in covers])
    spans: dict[int, list[Span]] = defaultdict(list)
    for each in covers:
        spans[each.presence_id].append(made[each.made_id].span)
    return spans


def _within(presence: Presence, standing: Sequence[Absence]) -> list[Span]:
    """The parts of a presence in which its conseiller is absent."""
    theirs = [each.span for each in standing if each.conseiller_id == presence.conseiller_id]
    return [presence.span.within(span) for span in theirs if presence.span.overlaps(span)]


def _lost(plan: RecoveryPlan) -> list[tuple[Place, Span]]:
    """Of a change of the roster: what people were promised."""
    return [(line.place, line.span) for line in lines_of(plan)]
