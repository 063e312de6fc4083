"""Roster rules: planned, made, changed, ended, with the presences that follow from them.

Callers lock everybody of `people_concerned`, and commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import fingerprint, new_public_id
from cnapp.domain.commitments import expired_holds
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.planning import Plan, plan_of
from cnapp.domain.plans import Trigger
from cnapp.domain.presences import Presence
from cnapp.domain.roster import (
    RosterRule,
    Row,
    RuleUnknown,
    presences_by_rule,
    rule_named,
    rules_all,
)
from cnapp.domain.rule_plan import RulePlan, Step
from cnapp.services import planning
from cnapp.services.journal import By, Thing, record_about, refuse_if_changed
from cnapp.services.planning import facts
from cnapp.services.plans import begin, tell_coordination
from cnapp.services.roster_plans import Lost, displace_all, let_go, lost
from cnapp.services.rule_plan import plan_for

TERMS = (
    *("conseiller_id", "place_id", "room_id", "weekday", "starts", "ends", "pause_starts", "pause_ends"),
    *("every_weeks", "from_on", "until_on", "takes_appointments", "takes_walk_ins", "walk_in_minutes"),
)
"""What a coordinator decides of a rule."""


class PlanDiffers(Refusal):
    sentence = "Des permanences ou des rendez-vous ont changé entre-temps : voici ce qui arriverait maintenant."


@dataclass(frozen=True, slots=True)
class Agreed:
    """What somebody had seen when they pressed."""

    weeks: int
    """How far ahead presences are laid out."""
    fingerprint: str
    """Of the plan."""
    number: int = 0
    """Of the last line of the rule's journal."""
    key: str = ""
    """One page, one new rule."""
    displaces: bool = False
    """Whoever is booked becomes a line of a plan."""


def rules_listed() -> Sequence[RosterRule]:
    return db.session.scalars(rules_all()).all()


def rule_known(public_id: str) -> RosterRule:
    """Raises RuleUnknown."""
    rule = db.session.scalar(rule_named(public_id))
    if rule is None:
        raise RuleUnknown
    return rule


def to_choose(rule: RosterRule | None, *, now: datetime) -> tuple[Sequence[Staff], Sequence[Place]]:
    """Whom and where a rule can place from today on; what it already has as well."""
    people, places = planning.to_choose(now=now)
    if rule and rule.conseiller not in people:
        people = [*people, rule.conseiller]
    if rule and rule.place not in places:
        places = [*places, rule.place]
    return people, places


def about(rule: RosterRule) -> Thing:
    return Subject.RULE, rule.id


def behind(presence: Presence) -> RosterRule | None:
    """The rule that made it, if one did."""
    return db.session.get(RosterRule, presence.rule_id) if presence.rule_id else None


def people_concerned(wanted: RosterRule, *, now: datetime) -> list[int]:
    """Whom to lock: whoever has the rule, or presences of it, and whoever is to have it."""
    having = select(RosterRule.conseiller_id).where(RosterRule.id == wanted.id)
    present = presences_by_rule(wanted.id or 0, now).with_only_columns(Presence.conseiller_id).order_by(None)
    return sorted({wanted.conseiller_id, *db.session.scalars(having.union(present))})


def made_with(key: str, by: By) -> RosterRule | None:
    """What an earlier press of the same page made."""
    return db.session.scalar(rule_named(new_rule_id(key, by)))


def create(wanted: RosterRule, agreed: Agreed, *, by: By, now: datetime) -> RulePlan:
    """Raises PlanDiffers."""
    plan = _agreed_plan(wanted, agreed, now)
    wanted.public_id, wanted.updated_at = new_rule_id(agreed.key, by), now
    db.session.add(wanted)
    db.session.flush()
    record_about(about(wanted), "created", by=by, now=now, **terms(wanted))
    Press(wanted, by, now).carry_out(plan)
    return plan


def change(wanted: RosterRule, agreed: Agreed, *, by: By, now: datetime) -> RulePlan:
    """Its presences follow, also where the rule itself is as it was. Raises ChangedMeanwhile, PlanDiffers."""
    rule = db.session.get_one(RosterRule, wanted.id)
    refuse_if_changed(about(rule), agreed.number)
    plan = _agreed_plan(wanted, agreed, now)
    was, becomes = terms(rule), terms(wanted)
    changed = [name for name in was if was[name] != becomes[name]]
    if changed:
        _take_over(rule, wanted, now)
        verb = "ended" if changed == ["until"] and wanted.until_on else "changed"
        before, after = ({name: values[name] for name in changed} for values in (was, becomes))
        record_about(about(rule), verb, by=by, now=now, fields=changed, was=before, becomes=after)
    Press(wanted, by, now).carry_out(plan)
    return plan


def _take_over(rule: RosterRule, wanted: RosterRule, now: datetime) -> None:
    for name in TERMS:
        setattr(rule, name, getattr(wanted, name))
    rule.updated_at = now
    db.session.flush()


def terms(rule: RosterRule) -> dict[str, Any]:
    """A rule as plain values that the journal keeps."""
    return {
        "conseiller": rule.conseiller.public_id,
        "place": rule.place.slug,
        "room": rule.room.name if rule.room else None,
        "weekday": rule.weekday,
        "hours": [_plain(rule.starts), _plain(rule.ends)],
        "pause": [_plain(rule.pause_starts), _plain(rule.pause_ends)] if rule.pause_starts else None,
        "every_weeks": rule.every_weeks,
        "from": _plain(rule.from_on),
        "until": _plain(rule.until_on),
        "takes": [rule.takes_appointments, rule.takes_walk_ins],
        "walk_in_minutes": rule.walk_in_minutes,
    }


def _plain(moment: date | time | None) -> str | None:
    return moment.isoformat() if moment else None


def new_rule_id(key: str, by: By) -> str:
    """One page, one rule; never a colleague's."""
    return fingerprint(f"rule by {by.staff_id} {key}")[:32]


def lost_by(step: Step, *, now: datetime) -> Lost:
    """Who would lose their time in a presence that a step changes or withdraws."""
    presence, row = step.presence, step.becomes
    if presence is None:
        raise ValueError("a step that makes a presence")
    if row is None or step.changes_hands:
        return lost(presence, None, now=now)
    pause = Span(row["pause_starts_at"], row["pause_ends_at"]) if row["pause_starts_at"] else None
    place = db.session.get_one(Place, row["place_id"])
    wished = Plan(presence.conseiller, place, None, Span(row["starts_at"], row["ends_at"]), pause)
    return lost(presence, wished, now=now)


def touched_by(plan: RulePlan, *, now: datetime) -> int:
    """How many appointments and sessions it would displace."""
    steps = [step for step in plan.effects if step.presence] if plan.displaces else []
    return sum(lost_by(step, now=now).count for step in steps)


def _agreed_plan(wanted: RosterRule, agreed: Agreed, now: datetime) -> RulePlan:
    plan = plan_for(wanted, weeks=agreed.weeks, displaces=agreed.displaces, now=now)
    if plan.fingerprint != agreed.fingerprint:
        raise PlanDiffers
    return plan


@dataclass(frozen=True, slots=True)
class Press:
    """One press on one rule; everybody whose time it touches is locked."""

    rule: RosterRule
    """As it is wanted."""
    by: By
    now: datetime

    def carry_out(self, plan: RulePlan) -> None:
        """In the order in which the plan was judged."""
        self._free_expired_holds([step.presence for step in plan.effects if step.presence])
        left = self._displace(plan) if plan.displaces else set()
        for step in plan.effects:
            self._do(step, left)

    def _displace(self, plan: RulePlan) -> set[int]:
        """Answers the presences whose place somebody was expected at and that is another one now."""
        gone = {step.day: (step, lost_by(step, now=self.now)) for step in plan.effects if step.presence}
        found = [each for _, each in gone.values()]
        let_go(found)
        if any(each.count for each in found):
            recovery = begin(Trigger.ROSTER, by=self.by, now=self.now)
            displace_all(recovery, found, by=self.by, now=self.now)
            tell_coordination(recovery, by=self.by, now=self.now)
        touched = [(step.presence, step.becomes) for step, each in gone.values() if each.count]
        return {each.id for each, row in touched if each and row and row["place_id"] != each.place_id}

    def _do(self, step: Step, left: set[int]) -> None:
        if step.presence and step.becomes and not step.changes_hands and step.presence.id not in left:
            self._change(step.presence, step.becomes)
            return
        if step.presence:
            self._withdraw(step.presence)
        if step.becomes:
            self._add(step.day, step.becomes)

    def _free_expired_holds(self, touched: list[Presence]) -> None:
        if touched:
            during = Span(min(each.starts_at for each in touched), max(each.ends_at for each in touched))
            people = sorted({each.conseiller_id for each in touched})
            db.session.execute(expired_holds(people, during, self.now))

    def _withdraw(self, presence: Presence) -> None:
        """It leaves its rule, which may fall on that day again: only what was withdrawn by hand stays in its place."""
        presence.withdrawn_at = self.now
        presence.rule_id = presence.rule_day = None
        self._note(presence, "withdrawn", was=facts(plan_of(presence)))

    def _change(self, presence: Presence, becomes: Row) -> None:
        was = facts(plan_of(presence))
        for name, value in becomes.items():
            setattr(presence, name, value)
        self._settle(presence)
        after = facts(plan_of(presence))
        changed = [name for name in was if was[name] != after[name]]
        before, after = ({name: values[name] for name in changed} for values in (was, after))
        self._note(presence, "changed", was=before, becomes=after)

    def _add(self, day: date, becomes: Row) -> None:
        presence = Presence(**becomes, public_id=new_public_id(), rule_id=self.rule.id, rule_day=day, version=0)
        presence.conseiller = self.rule.conseiller
        self._settle(presence)
        db.session.add(presence)
        self._note(presence, "added", becomes=facts(plan_of(presence)))

    def _settle(self, presence: Presence) -> None:
        """At the place of the rule, or where it is meanwhile."""
        is_home = presence.place_id == self.rule.place.id
        presence.place = self.rule.place if is_home else db.session.get_one(Place, presence.place_id)
        presence.room = self.rule.room if is_home else None

    def _note(self, presence: Presence, what: str, **detail: Any) -> None:
        presence.updated_at = self.now
        presence.version += 1
        db.session.flush()
        about_it = Subject.PRESENCE, presence.id
        record_about(about_it, what, by=self.by, now=self.now, rule=self.rule.public_id, **detail)
