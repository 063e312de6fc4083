"""A week of presences copied onto another: seen first, then made at once.

Callers lock `people_concerned`, and commit.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import span_of_days, week_code
from cnapp.domain.places import closures_between, travels_among
from cnapp.domain.travels import by_pair
from cnapp.domain.week_copies import CopyDiffers, CopyNotWhole, Known, WeekCopy, copy_of_week
from cnapp.domain.week_copy_queries import (
    A_WEEK,
    absences_of,
    people_to_copy,
    presences_of_people,
    presences_to_copy,
    rule_days_taken_away,
    rules_of_people,
)
from cnapp.services import planning, presses
from cnapp.services.journal import By

COPIED = "week_copied"
AROUND = timedelta(days=1)
"""A neighbour to travel from or to is never further away."""


@dataclass(frozen=True)
class Weeks:
    """Both by their Monday."""

    source: date
    target: date


@dataclass(frozen=True)
class Agreed:
    """What somebody had seen when they pressed; `whole`: all of it or nothing."""

    fingerprint: str
    whole: bool = False


def plan_for(weeks: Weeks, *, now: datetime) -> WeekCopy:
    """In a fixed number of queries."""
    return copy_of_week(_known(weeks, now), weeks.target - weeks.source)


def people_concerned(weeks: Weeks) -> Sequence[int]:
    return db.session.scalars(people_to_copy(weeks.source)).all()


def copy(weeks: Weeks, agreed: Agreed, *, by: By, now: datetime) -> WeekCopy:
    """Makes what is possible; where nothing is left to make, nothing is written. Raises CopyDiffers, CopyNotWhole."""
    plan = plan_for(weeks, now=now)
    if not plan.made:
        return plan
    if plan.fingerprint != agreed.fingerprint:
        raise CopyDiffers
    if agreed.whole and plan.left:
        raise CopyNotWhole
    source = week_code(weeks.source)
    wished = [line.plan for line in plan.made if line.plan]
    made = [planning.add(each, by=by, now=now, copied_from=source) for each in wished]
    target = week_code(weeks.target)
    presses.note(COPIED, [each.id for each in made], by=by, now=now, week=target, copied_from=source)
    return plan


def _known(weeks: Weeks, now: datetime) -> Known:
    sources = db.session.scalars(presences_to_copy(weeks.source)).all()
    people, sunday = sorted({each.conseiller_id for each in sources}), weeks.target + A_WEEK
    there = db.session.scalars(presences_of_people(people, span_of_days(weeks.target - AROUND, sunday + AROUND))).all()
    places = sorted({each.place_id for each in (*sources, *there)})
    return Known(
        sources=sources,
        there=there,
        rules=db.session.scalars(rules_of_people(people, weeks.target)).all(),
        taken_away=frozenset((row[0], row[1]) for row in db.session.execute(rule_days_taken_away(weeks.target))),
        absences=_absences(people, span_of_days(weeks.target, sunday)),
        closures=db.session.scalars(closures_between(weeks.target, sunday)).all(),
        travels=by_pair(db.session.scalars(travels_among(places))),
        now=now,
    )


def _absences(people: Sequence[int], during: Span) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = defaultdict(list)
    for conseiller_id, starts_at, ends_at in db.session.execute(absences_of(people, during)):
        found[conseiller_id].append(Span(starts_at, ends_at))
    return found
