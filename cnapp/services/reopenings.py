"""A closure is taken back, or takes less: what gave way stands again, and whoever has no other time is expected again.

Callers lock everybody, and commit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from sqlalchemy import update

from cnapp.base.database import attempt, db, write
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.closed_time import is_shut
from cnapp.domain.journal import Subject, entries_about
from cnapp.domain.people import Staff
from cnapp.domain.places import Closed, Closure, closures_from
from cnapp.domain.plans import (
    Displacement,
    RecoveryPlan,
    Trigger,
    displacements_of,
    plans_of_closures,
)
from cnapp.domain.presences import Presence
from cnapp.domain.workshops import Workshop
from cnapp.services import leadings
from cnapp.services.closings import MADE_WAY, take_effect
from cnapp.services.displacements import reinstate
from cnapp.services.journal import By, record_about
from cnapp.services.plans import thing
from cnapp.services.presence_cuts import stand_again

Detail = dict[str, Any]


def give_back(closure: Closure, is_given: Callable[[Detail], bool], *, by: By, now: datetime) -> list[Presence]:
    """The presences that gave way to it and that `is_given` names, where they can stand again; the last step first."""
    steps = [each for record in _records(closure) for each in reversed(record["presences"])]
    given = [stand_again(each, by=by, now=now) for each in steps if is_given(each)]
    return [each for each in given if each]


def _records(closure: Closure) -> list[Detail]:
    entries = db.session.scalars(entries_about(Subject.CLOSURE, closure.id)).all()
    return [each.detail for each in reversed(entries) if each.what == MADE_WAY]


def keep_closed(known: Closure | None, during: Span, *, by: By, settings: Settings, now: datetime) -> None:
    """What stands again may lie inside another closure: it gives way to that one."""
    for other in db.session.scalars(closures_from(day_of(now))).all():
        if other is not known and other.starts_on <= day_of(during.end) and day_of(during.start) <= other.ends_on:
            take_effect(other, by=by, settings=settings, now=now)


def expect_again(closure: Closure, *, by: By, now: datetime) -> list[Displacement]:
    """Those of its plans who wait still, and whose time is theirs again; in order. The others stay in the plan."""
    ahead = db.session.scalars(closures_from(day_of(now))).all()
    lines = [line for plan in _plans(closure) for line in db.session.scalars(displacements_of(plan.id))]
    again = []
    for line in sorted(lines, key=lambda each: (each.starts_at, each.id)):
        if line.is_open and line.ends_at > now and _can_stand(line, ahead):
            with suppress(Refusal), attempt():
                _expect(line, closure, by, now)
                again.append(line)
    return again


def _plans(closure: Closure) -> Sequence[RecoveryPlan]:
    return db.session.scalars(plans_of_closures([closure.id])).all()


def _can_stand(line: Displacement, closures: Sequence[Closure]) -> bool:
    """Where it was, and open."""
    service = Closed.WORKSHOPS if line.session_id else Closed.APPOINTMENTS
    if is_shut(line.place_id, line.span, closures, service):
        return False
    if line.session:
        return db.session.get_one(Workshop, line.session.workshop_id).place_id == line.place_id
    presence = line.presence
    is_there = presence.withdrawn_at is None and presence.place_id == line.place_id
    return is_there and presence.span.covers(line.span)


def _expect(line: Displacement, closure: Closure, by: By, now: datetime) -> None:
    """Raises SlotTaken, OutsidePresence, LeaderRefused."""
    reinstate(line, by=by, now=now)
    for session_id, conseiller_id in (each for record in _records(closure) for each in record["leaders"]):
        if line.session and session_id == line.session_id and conseiller_id != line.conseiller_id:
            with suppress(Refusal):
                leader = db.session.get_one(Staff, conseiller_id)
                leadings.lead(line.session, leader, line.place, by=by, now=now)


def forget(closure: Closure, *, by: By, now: datetime) -> None:
    """The plans that it made stay, of a change of the roster by now; the closure itself goes."""
    for plan in _plans(closure):
        record_about(thing(plan), "closure_removed", by=by, now=now)
    mine = update(RecoveryPlan).where(RecoveryPlan.closure_id == closure.id)
    write(mine.values(cause=Trigger.ROSTER, closure_id=None))
    db.session.expire_all()
    db.session.delete(closure)
    db.session.flush()
