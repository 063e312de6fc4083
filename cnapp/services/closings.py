"""A closure takes effect: whoever is expected inside it is displaced, and nobody is there any more to be booked.

Callers lock everybody, and commit. Nothing is cancelled; what is under way goes on to its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cnapp.base.database import db, write
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_days
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.closed_time import lost_to
from cnapp.domain.displaced import appointments_touched_in, holds_inside, is_under_way
from cnapp.domain.journal import MADE_WAY, Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Closed, Closure
from cnapp.domain.plan_queries import displacements_of, plans_of_closures
from cnapp.domain.planning import presences_whole
from cnapp.domain.plans import Displacement, RecoveryPlan, Trigger
from cnapp.domain.presences import Presence, presences_during
from cnapp.domain.workshop_days import Gathering
from cnapp.services import provisional_sessions, workshop_days
from cnapp.services.displacements import displace, displace_gathering
from cnapp.services.journal import By, record_about
from cnapp.services.plans import begin, tell_coordination
from cnapp.services.presence_cuts import Left, leave


@dataclass(frozen=True)
class Touched:
    """What lies inside a closure."""

    presences: Sequence[Presence]
    appointments: Sequence[Appointment] = ()
    gatherings: Sequence[Gathering] = ()

    @property
    def is_anybody(self) -> bool:
        return bool(self.appointments or self.gatherings)


@dataclass
class Effect:
    """What a closure did."""

    plan: RecoveryPlan | None = None
    left: list[Left] = field(default_factory=list)
    led: list[tuple[Displacement, Sequence[Staff]]] = field(default_factory=list)
    """Sessions, with those who led them."""
    followed: list[dict[str, Any]] = field(default_factory=list)
    """Workshops that are held at the provisional place, as the journal keeps them."""


def touched_by(closure: Closure, *, now: datetime) -> Touched:
    """Also of one that is only thought of. Reads each table once."""
    first, last = max(closure.starts_on, day_of(now)), closure.ends_on
    if last < first:
        return Touched(())
    during = span_of_days(first, last)
    there = presences_whole(presences_during(during))
    if closure.place_id is not None:
        there = there.where(Presence.place_id == closure.place_id)
    found = [each for each in db.session.scalars(there).unique() if lost_of(closure, each, now)]
    return Touched(found, _appointments(closure, found, now), _gatherings(closure, during, now))


def lost_of(closure: Closure, presence: Presence, now: datetime) -> list[Span]:
    return lost_to(closure, presence.place_id, presence.span, now)


def _appointments(closure: Closure, presences: Sequence[Presence], now: datetime) -> list[Appointment]:
    if not presences or not closure.stops(Closed.APPOINTMENTS):
        return []
    during = Span(presences[0].starts_at, max(each.ends_at for each in presences))
    found = db.session.scalars(appointments_touched_in([each.id for each in presences], during)).all()
    return [each for each in found if _is_lost(closure, each.presence.place_id, each.span, now)]


def _gatherings(closure: Closure, during: Span, now: datetime) -> list[Gathering]:
    if not closure.stops(Closed.WORKSHOPS):
        return []
    found = workshop_days.to_come(during, closure.place_id, now=now)
    led = [each for each in found if any(leading.commitment_id for leading in each.session.leadings)]
    return [each for each in led if _is_lost(closure, each.workshop.place_id, each.span, now)]


def _is_lost(closure: Closure, place_id: int, span: Span, now: datetime) -> bool:
    """Not whom somebody is receiving as it begins."""
    lost = lost_to(closure, place_id, span, now)
    return bool(lost) and not is_under_way(span.start, lost[0], now)


def take_effect(closure: Closure, *, by: By, settings: Settings, now: datetime) -> Effect:
    """Whoever is touched becomes a line of its plan, which is made when there is anybody."""
    touched, effect = touched_by(closure, now=now), Effect()
    if touched.is_anybody:
        effect.plan = _plan_of(closure, by, now)
    _displace(touched, effect, by, now)
    if closure.closes is not Closed.WORKSHOPS:
        for presence in touched.presences:
            _leave(closure, presence, effect, by, now)
    if closure.provisional_place:
        there = closure.provisional_place
        effect.followed += provisional_sessions.move(there, effect.led, by=by, settings=settings, now=now)
    _remember(closure, effect, by, now)
    if effect.plan:
        tell_coordination(effect.plan, by=by, now=now)
    return effect


def _plan_of(closure: Closure, by: By, now: datetime) -> RecoveryPlan:
    """The one that somebody works on already, or a new one."""
    for plan in db.session.scalars(plans_of_closures([closure.id])):
        if any(line.is_open for line in db.session.scalars(displacements_of(plan.id))):
            return plan
    cause = Trigger.MOVE if closure.provisional_place_id else Trigger.CLOSURE
    return begin(cause, closure=closure, by=by, now=now)


def _displace(touched: Touched, effect: Effect, by: By, now: datetime) -> None:
    if effect.plan is None:
        return
    for appointment in touched.appointments:
        displace(appointment, effect.plan, by=by, now=now)
    for gathering in touched.gatherings:
        leaders = gathering.session.leaders
        effect.led.append((displace_gathering(gathering, effect.plan, by=by, now=now), leaders))


def _leave(closure: Closure, presence: Presence, effect: Effect, by: By, now: datetime) -> None:
    lost = lost_of(closure, presence, now)
    for each in lost:
        write(holds_inside(presence.id, each))
    if presence.withdrawn_at is None:
        left = leave(presence, lost, closure, by=by, now=now)
        effect.left += [left] if left else []


def _remember(closure: Closure, effect: Effect, by: By, now: datetime) -> None:
    if effect.left or effect.led:
        leaders = [[line.session_id, each.id] for line, team in effect.led for each in team]
        detail = {"presences": [each.detail for each in effect.left], "leaders": leaders, "workshops": effect.followed}
        record_about((Subject.CLOSURE, closure.id), MADE_WAY, by=by, now=now, **detail)
