"""Plans to read: what made each of them necessary, and how far it is handled."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from cnapp.base.database import db
from cnapp.domain.absences import Absence
from cnapp.domain.places import Place
from cnapp.domain.plan_lists import absences_of_plans, places_numbered, plans_handled, plans_with_work
from cnapp.domain.plan_queries import counted_by_standing, how_many_open
from cnapp.domain.plans import RecoveryPlan, Standing


@dataclass(frozen=True)
class Story:
    """One plan, what it is for, and how many stand where."""

    plan: RecoveryPlan
    absences: Sequence[Absence]
    """In order; also those that were taken back."""
    place: Place | None
    """That closes or moves; None: every place, or none."""
    provisional: Place | None
    """Where a place that moves is meanwhile."""
    counted: Counter[Standing]

    @property
    def left(self) -> int:
        """Still to handle."""
        return self.counted[Standing.OPEN]

    @property
    def touched(self) -> int:
        return self.counted.total()


@dataclass(frozen=True)
class Listing:
    """Both newest first."""

    to_handle: Sequence[Story]
    handled: Sequence[Story]


def listing() -> Listing:
    """In a fixed number of queries."""
    with_work = db.session.scalars(plans_with_work()).all()
    handled = db.session.scalars(plans_handled()).all()
    told = stories([*with_work, *handled])
    return Listing(told[: len(with_work)], told[len(with_work) :])


def story(plan: RecoveryPlan) -> Story:
    return stories([plan])[0]


def stories(plans: Sequence[RecoveryPlan]) -> list[Story]:
    """In the order of the plans."""
    ids = [each.id for each in plans]
    absences: dict[int, list[Absence]] = defaultdict(list)
    for absence in db.session.scalars(absences_of_plans(ids)):
        absences[absence.plan_id].append(absence)
    counted: dict[int, Counter[Standing]] = defaultdict(Counter)
    for plan_id, standing, number in db.session.execute(counted_by_standing(ids)):
        counted[plan_id][standing] = number
    places = _places(plans)
    return [_story(each, absences[each.id], counted[each.id], places) for each in plans]


def how_many_to_handle() -> int:
    """People and sessions that have no time any more, and nobody has decided about."""
    return db.session.scalar(how_many_open()) or 0


def _places(plans: Sequence[RecoveryPlan]) -> dict[int, Place]:
    closures = [each.closure for each in plans if each.closure]
    numbers = {number for each in closures for number in (each.place_id, each.provisional_place_id) if number}
    return {each.id: each for each in db.session.scalars(places_numbered(numbers))}


def _story(
    plan: RecoveryPlan, absences: Sequence[Absence], counted: Counter[Standing], places: dict[int, Place]
) -> Story:
    closure = plan.closure
    place = places.get(closure.place_id or 0) if closure else None
    provisional = places.get(closure.provisional_place_id or 0) if closure else None
    return Story(plan, absences, place, provisional, counted)
