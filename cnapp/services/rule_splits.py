"""A roster rule changed from one day on: it ends the day before, and another takes over what it had made since.

Callers lock everybody of `rules.people_concerned`, and commit.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import update

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.domain.rule_plan import RulePlan
from cnapp.services.journal import By, record_about, refuse_if_changed
from cnapp.services.rule_plan import plan_from
from cnapp.services.rules import Agreed, PlanDiffers, Press, about, new_rule_id, terms

A_DAY = timedelta(days=1)


class SplitTooEarly(Refusal):
    sentence = "Choisissez un jour après le premier jour du roulement, et pas dans le passé."


class SplitTooLate(Refusal):
    sentence = "Ce roulement est fini ce jour-là : choisissez un jour plus tôt."


def can_split(rule: RosterRule, day: date, *, now: datetime) -> bool:
    """Whether it can be changed from this day on, and stay as it is before."""
    return max(rule.from_on + A_DAY, day_of(now)) <= day <= (rule.until_on or date.max)


def refuse_outside(rule: RosterRule, day: date, *, now: datetime) -> None:
    """Raises SplitTooEarly, SplitTooLate."""
    if rule.until_on and day > rule.until_on:
        raise SplitTooLate
    if not can_split(rule, day, now=now):
        raise SplitTooEarly


def split(wanted: RosterRule, agreed: Agreed, *, by: By, now: datetime) -> RulePlan:
    """`wanted` has the id of the rule that it follows, and holds from its own first day on.

    Raises ChangedMeanwhile, PlanDiffers, SplitTooEarly, SplitTooLate.
    """
    rule = db.session.get_one(RosterRule, wanted.id)
    refuse_if_changed(about(rule), agreed.number)
    refuse_outside(rule, wanted.from_on, now=now)
    plan = plan_from(wanted, weeks=agreed.weeks, displaces=agreed.displaces, now=now)
    if plan.fingerprint != agreed.fingerprint:
        raise PlanDiffers
    _end(rule, wanted.from_on - A_DAY, by=by, now=now)
    _begin(wanted, rule, agreed.key, by=by, now=now)
    _hand_over(rule, wanted)
    Press(wanted, by, now).carry_out(plan)
    return plan


def _end(rule: RosterRule, last: date, *, by: By, now: datetime) -> None:
    was = rule.until_on.isoformat() if rule.until_on else None
    rule.until_on, rule.updated_at = last, now
    db.session.flush()
    told = {"fields": ["until"], "was": {"until": was}, "becomes": {"until": last.isoformat()}}
    record_about(about(rule), "ended", by=by, now=now, **told)


def _begin(wanted: RosterRule, rule: RosterRule, key: str, *, by: By, now: datetime) -> None:
    wanted.id, wanted.public_id, wanted.updated_at = None, new_rule_id(key, by), now  # type: ignore[assignment]
    db.session.add(wanted)
    db.session.flush()
    record_about(about(wanted), "created", by=by, now=now, follows=rule.public_id, **terms(wanted))


def _hand_over(rule: RosterRule, wanted: RosterRule) -> None:
    """Also what somebody withdrew or changed by hand: the other rule leaves it alone as this one did."""
    since = Presence.rule_id == rule.id, Presence.rule_day >= wanted.from_on
    db.session.execute(update(Presence).where(*since).values(rule_id=wanted.id))
