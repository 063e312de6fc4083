"""Recovery plans: begun with what displaces people, and told to the coordination at once. Callers commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from cnapp.base.database import db, write
from cnapp.base.tokens import new_public_id
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.places import Closure
from cnapp.domain.plan_queries import displacements_of, plan_named
from cnapp.domain.plans import Displacement, PlanUnknown, RecoveryPlan, Trigger
from cnapp.domain.too_few import STAFF_NAMED, coordinators
from cnapp.services.journal import By, Thing, record_about


def find(public_id: str) -> RecoveryPlan:
    """Raises PlanUnknown."""
    plan = db.session.scalar(plan_named(public_id))
    if plan is None:
        raise PlanUnknown
    return plan


def thing(plan: RecoveryPlan) -> Thing:
    return Subject.PLAN, plan.id


def lines_of(plan: RecoveryPlan) -> Sequence[Displacement]:
    """By the hour that was lost."""
    return db.session.scalars(displacements_of(plan.id)).all()


def begin(cause: Trigger, *, closure: Closure | None = None, by: By, now: datetime) -> RecoveryPlan:
    """Empty yet. Only staff make one."""
    plan = RecoveryPlan(
        public_id=new_public_id(),
        cause=cause,
        closure_id=closure.id if closure else None,
        made_by_id=by.staff_id,
        created_at=now,
    )
    db.session.add(plan)
    db.session.flush()
    record_about(thing(plan), "begun", by=by, now=now, cause=cause)
    return plan


def tell_coordination(plan: RecoveryPlan, *, by: By, now: datetime) -> None:
    """At once, to each of them but whoever entered it."""
    for reader in db.session.scalars(coordinators()):
        if reader.id != by.staff_id:
            key = f"{Letter.ABSENT}/{plan.public_id}/0/{reader.public_id[:STAFF_NAMED]}"
            about = {"letter": Letter.ABSENT, "plan_id": plan.id, "staff_id": reader.id, "version": 0}
            write(insert(Due), {"key": key, **about, "due_at": now, "created_at": now})
