"""What copying a week reads: each a range of an index."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from cnapp.base.spans import Span
from cnapp.base.workdays import span_of_days
from cnapp.domain.commitments import Commitment, Kind, commitments_of
from cnapp.domain.planning import presences_whole
from cnapp.domain.presences import Presence, touching
from cnapp.domain.roster import RosterRule, rules_active

A_WEEK = timedelta(days=6)


def presences_to_copy(monday: date) -> Select[Presence]:
    """Whole, that begin in this week, in order."""
    return presences_whole(_of_week(select(Presence), monday)).order_by(Presence.starts_at, Presence.id)


def people_to_copy(monday: date) -> Select[int]:
    """Whose they are."""
    return _of_week(select(Presence.conseiller_id), monday).distinct().order_by(Presence.conseiller_id)


def presences_of_people(conseiller_ids: Sequence[int], during: Span) -> Select[Presence]:
    """Whole, that stand, in order."""
    theirs = Presence.conseiller_id.in_(conseiller_ids), *touching(during)
    return presences_whole(select(Presence).where(*theirs)).order_by(Presence.starts_at, Presence.id)


def rules_of_people(conseiller_ids: Sequence[int], monday: date) -> Select[RosterRule]:
    """In force in this week, with what decides on which days they hold."""
    return rules_active(monday, monday + A_WEEK).where(RosterRule.conseiller_id.in_(conseiller_ids))


def rule_days_taken_away(monday: date) -> Select[int | None, date | None]:
    """(rule, day) of what rules had made in this week and somebody withdrew."""
    days = Presence.rule_day.between(monday, monday + A_WEEK)
    return select(Presence.rule_id, Presence.rule_day).where(days, Presence.withdrawn_at.is_not(None))


def absences_of(conseiller_ids: Sequence[int], during: Span) -> Select[*tuple[Any, ...]]:
    """(conseiller, from, to), a row for each day."""
    taken = commitments_of(conseiller_ids, during).where(Commitment.kind == Kind.ABSENCE)
    return taken.with_only_columns(Commitment.conseiller_id, Commitment.starts_at, Commitment.ends_at)


def _of_week(presences: Select[Any], monday: date) -> Select[Any]:
    """Those that begin in it: what has lasted since Sunday night is not of this week."""
    week = span_of_days(monday, monday + A_WEEK)
    begins: ColumnElement[bool] = Presence.starts_at >= week.start
    return presences.where(*touching(week), begins)
