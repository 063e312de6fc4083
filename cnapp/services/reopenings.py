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
from cnapp.base.workdays import day_of, span_of_days
from cnapp.config import Settings
from cnapp.domain.closed_time import is_shut
from cnapp.domain.journal import Subject, entries_about, entries_saying
from cnapp.domain.people import Staff
from cnapp.domain.places import Closed, Closure, closures_from
from cnapp.domain.plan_queries import displacements_open, plans_of_closures
from cnapp.domain.plans import Displacement, RecoveryPlan, Trigger
from cnapp.domain.presences import Presence
from cnapp.domain.workshops import Workshop
from cnapp.services import leadings
from cnapp.services.closings import MADE_WAY, take_effect
from cnapp.services.displacements import presence_again, reinstate
from cnapp.services.journal import By, record_about
from cnapp.services.plans import thing
from cnapp.services.presence_cuts import stand_again

Detail = dict[str, Any]


def give_back(closure: Closure, is_given: Callable[[Detail], bool], *, by: By, now: datetime) -> list[Presence]:
    """The presences that gave way to it and that `is_given` names, where they can stand again; the last step first.

    What other closures took of them since is given back too: `keep_closed` lets these take it again.
    """
    entries = db.session.scalars(entries_saying(MADE_WAY, Subject.CLOSURE)).all()
    steps = [(entry.subject_id, each) for entry in entries for each in reversed(entry.detail["presences"])]
    own = [each for closure_id, each in steps if closure_id == closure.id and is_given(each)]
    touched = {number for each in own for number in (each["id"], *(made for made, _ in each["made"]))}
    others = [each for closure_id, each in steps if closure_id != closure.id and each["id"] in touched]
    stand_as: dict[int, int] = {}
    wanted = [each for _, each in steps if each in own or each in others]
    given = [stand_again(each, stand_as, by=by, now=now) for each in wanted]
    return list({each.id: each for each in given if each}.values())


def _records(closure: Closure) -> list[Detail]:
    entries = db.session.scalars(entries_about(Subject.CLOSURE, closure.id)).all()
    return [each.detail for each in reversed(entries) if each.what == MADE_WAY]


def keep_closed(known: Closure | None, during: Span, *, by: By, settings: Settings, now: datetime) -> None:
    """What stands again may lie inside another closure: it gives way to that one."""
    for other in db.session.scalars(closures_from(day_of(now))).all():
        if other is not known and other.starts_on <= day_of(during.end) and day_of(during.start) <= other.ends_on:
            take_effect(other, by=by, settings=settings, now=now)


def expect_again(was: Sequence[Closure], *, by: By, now: datetime) -> list[Displacement]:
    """Those who wait still, whatever plan they are in, and whose time is theirs again; in order.

    `was`: the closure as it was, and as it is. Whose time cannot be given back stays in the plan.
    """
    ahead = db.session.scalars(closures_from(day_of(now))).all()
    again = []
    for line in _waiting(was, now):
        if line.ends_at > now and _can_stand(line, ahead):
            with suppress(Refusal), attempt():
                _expect(line, by, now)
                again.append(line)
    return again


def _waiting(was: Sequence[Closure], now: datetime) -> list[Displacement]:
    found: dict[int, Displacement] = {}
    for each in was:
        first, last = max(each.starts_on, day_of(now)), each.ends_on
        if first <= last:
            there = None if each.place_id is None else [each.place_id]
            found |= {
                line.id: line for line in db.session.scalars(displacements_open(span_of_days(first, last), there))
            }
    return sorted(found.values(), key=lambda line: (line.starts_at, line.id))


def _can_stand(line: Displacement, closures: Sequence[Closure]) -> bool:
    """Where it was, and open."""
    service = Closed.WORKSHOPS if line.session_id else Closed.APPOINTMENTS
    if is_shut(line.place_id, line.span, closures, service):
        return False
    if line.session:
        return db.session.get_one(Workshop, line.session.workshop_id).place_id == line.place_id
    return presence_again(line) is not None


def _expect(line: Displacement, by: By, now: datetime) -> None:
    """Raises SlotTaken, OutsidePresence, LeaderRefused."""
    reinstate(line, by=by, now=now)
    for conseiller_id in _others_who_led(line):
        if line.session:
            with suppress(Refusal):
                leader = db.session.get_one(Staff, conseiller_id)
                leadings.lead(line.session, leader, line.place, by=by, now=now)


def _others_who_led(line: Displacement) -> list[int]:
    """As the journal of what closed their place says."""
    closure = line.plan.closure
    records = _records(closure) if closure and line.session_id else []
    led = [
        conseiller_id for each in records for session, conseiller_id in each["leaders"] if session == line.session_id
    ]
    return [each for each in dict.fromkeys(led) if each != line.conseiller_id]


def forget(closure: Closure, *, by: By, now: datetime) -> None:
    """The plans that it made stay, of a change of the roster by now; the closure itself goes."""
    for plan in db.session.scalars(plans_of_closures([closure.id])).all():
        record_about(thing(plan), "closure_removed", by=by, now=now)
    mine = update(RecoveryPlan).where(RecoveryPlan.closure_id == closure.id)
    write(mine.values(cause=Trigger.ROSTER, closure_id=None))
    db.session.expire_all()
    db.session.delete(closure)
    db.session.flush()
