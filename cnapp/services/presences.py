"""Presences made from the roster: one row per half-day, up to a horizon, never twice, never where nobody can be."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from cnapp.base.database import db, refusal_of
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import day_of
from cnapp.domain.places import Closure, closures_between
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule, Row, people_on_roster, rule_days_made, rules_active

log = logging.getLogger("cnapp.roster")


def extend_roster(*, now: datetime, weeks: int) -> int:
    """Makes what is missing from today to the same weekday `weeks` later, included; answers how many were made.

    Not made: what has begun, and what RosterRule.obstacle_on names (a pause may pass over a midday closure).
    What stands in the way, such as a presence made by hand, wins: the rule's own is left out, counted in the log,
    and tried again next time.
    """
    today = day_of(now)
    missing = _missing(today, today + timedelta(weeks=weeks))
    return _make((row for row in missing if row["starts_at"] > now), now, new_public_id)


def people_extended(*, now: datetime, weeks: int) -> Sequence[int]:
    """Whom to lock before: a rule that somebody changes meanwhile is then read as it was, or as it becomes."""
    today = day_of(now)
    return db.session.scalars(people_on_roster(today, today + timedelta(weeks=weeks))).all()


def make_presences(first: date, last: date, *, now: datetime, new_id: Callable[[], str] = new_public_id) -> int:
    """The missing presences of every rule between two days, both included, in the past too."""
    return _make(_missing(first, last), now, new_id)


def _make(missing: Iterable[Row], now: datetime, new_id: Callable[[], str]) -> int:
    rows = [{**row, "public_id": new_id(), "updated_at": now} for row in missing]
    made = sum(_insert(list(own)) for _, own in groupby(rows, lambda row: row["conseiller_id"]))
    if made < len(rows):
        log.warning("roster presences refused", extra={"refused": len(rows) - made, "made": made})
    return made


@dataclass(frozen=True)
class _Occurrence:
    """A rule on one of its days."""

    rule: RosterRule
    day: date

    @property
    def order(self) -> tuple[int, date, Any, int]:
        return self.rule.conseiller_id, self.day, self.rule.starts, self.rule.id


def _missing(first: date, last: date) -> Iterator[Row]:
    """By conseiller, then in the order of time."""
    rules = db.session.scalars(rules_active(first, last)).all()
    made = {(row.rule_id, row.rule_day) for row in db.session.execute(rule_days_made(first, last))}
    closures = list(db.session.scalars(closures_between(first, last)))
    found = [_Occurrence(rule, day) for rule in rules for day in rule.days(first, last) if (rule.id, day) not in made]
    for each in sorted(found, key=lambda occurrence: occurrence.order):
        row = _row(each, closures)
        if row:
            yield row


def _row(occurrence: _Occurrence, closures: list[Closure]) -> Row | None:
    rule, day = occurrence.rule, occurrence.day
    if rule.obstacle_on(day, closures):
        return None
    return {**rule.presence_on(day, closures), "rule_id": rule.id, "rule_day": day}


def _insert(rows: list[Row]) -> int:
    """All at once; one by one only where a guard refuses some of them."""
    if _is_accepted(rows):
        return len(rows)
    return sum(_is_accepted([row]) for row in rows) if len(rows) > 1 else 0


def _is_accepted(rows: list[Row]) -> bool:
    try:
        with db.session.begin_nested():
            db.session.execute(insert(Presence), rows)
    except IntegrityError as error:
        if refusal_of(error) is None:
            raise
        return False
    return True
