"""A closure is taken back, or takes less: what gave way stands again, and whoever has no other time is expected again.

Callers lock everybody, and commit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import update

from cnapp.base.database import attempt, db, write
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_days
from cnapp.config import Settings
from cnapp.domain.closed_time import closed_spans, is_shut
from cnapp.domain.journal import GAVE_BACK, MADE_WAY, Subject, entries_about, entries_saying
from cnapp.domain.people import Staff
from cnapp.domain.places import Closed, Closure, closures_from
from cnapp.domain.plan_queries import displacements_open, plans_of_closures
from cnapp.domain.plans import Displacement, RecoveryPlan, Trigger
from cnapp.domain.presences import Presence
from cnapp.domain.workshops import Workshop
from cnapp.services import leadings
from cnapp.services.closings import take_effect
from cnapp.services.displacements import presence_again, reinstate
from cnapp.services.journal import By, record_about
from cnapp.services.plans import thing
from cnapp.services.presence_cuts import States, stand_again

Detail = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """A closure as it was, and as it is from now on; one that is taken back has no day left."""

    was: Closure
    known: Closure

    def touches(self, place_id: int, day: date) -> bool:
        return any(each.touches(place_id, day) for each in (self.was, self.known))

    def gives(self, step: Detail) -> bool:
        """Whether it takes nothing of a presence any more, or something else than before."""
        presence, whole = db.session.get_one(Presence, step["id"]), _span_before(step)
        before, after = (_taken(each, presence.place_id, whole) for each in (self.was, self.known))
        return before != after or not after[0]

    def reaches(self, step: Detail) -> bool:
        """Whether it concerned the day and the place of what gave way to another one."""
        day, presence = day_of(_span_before(step).start), db.session.get_one(Presence, step["id"])
        return self.touches(presence.place_id, day)


def _span_before(step: Detail) -> Span:
    return Span(*(datetime.fromisoformat(step["was"][name]) for name in ("starts_at", "ends_at")))


def _taken(closure: Closure, place_id: int, whole: Span) -> tuple[list[Span], Closed, int | None]:
    lost = closed_spans(place_id, whole, [closure], closure.closes)
    return lost, closure.closes, closure.provisional_place_id


def give_back(turn: Turn, states: States, *, by: By, now: datetime) -> list[Presence]:
    """The presences that gave way to it and that it lets go, where they can stand again; the last step first.

    Those too that stayed away when an earlier closure went, for a workshop or another closure kept them there. What
    other closures took of them since is given back as well: `keep_closed` lets these take it again.
    """
    steps, standing = _steps(states, now), {each.id for each in db.session.scalars(closures_from(day_of(now)))}
    own = [each for closure_id, each in steps if _is_own(turn, closure_id, each, standing)]
    wanted = list(_with_later([each for _, each in steps], own))
    found = (stand_again(each, states, by=by, now=now) for each in reversed(wanted))
    given = list({each.id: each for each in found if each}.values())
    said = [[each.id, each.version, states.of(each.id)] for each in given if each.withdrawn_at is None]
    if said:
        record_about((Subject.CLOSURE, turn.known.id), GAVE_BACK, by=by, now=now, presences=said)
    return given


def _steps(states: States, now: datetime) -> list[tuple[int, Detail]]:
    """What closures took that is not over, in order, each with its closure; notes what was given back."""
    for entry in db.session.scalars(entries_saying(GAVE_BACK, Subject.CLOSURE)):
        for number, version, as_in in entry.detail["presences"]:
            states.note(number, version, as_in)
    entries = db.session.scalars(entries_saying(MADE_WAY, Subject.CLOSURE)).all()
    told = [(entry.subject_id, each) for entry in reversed(entries) for each in entry.detail["presences"]]
    return [(closure_id, each) for closure_id, each in told if _span_before(each).end > now]


def _is_own(turn: Turn, closure_id: int, step: Detail, standing: Collection[int]) -> bool:
    if closure_id == turn.known.id:
        return turn.gives(step)
    return closure_id not in standing and turn.reaches(step)


def _with_later(steps: Iterable[Detail], own: Collection[Detail]) -> Iterator[Detail]:
    """These, and what was taken since of the presences that they took or made."""
    touched: set[int] = set()
    for each in steps:
        if each in own or each["id"] in touched:
            touched |= {each["id"], *(made for made, _ in each["made"])}
            yield each


def _records(closure: Closure) -> list[Detail]:
    entries = db.session.scalars(entries_about(Subject.CLOSURE, closure.id)).all()
    return [each.detail for each in reversed(entries) if each.what == MADE_WAY]


def keep_closed(known: Closure, back: Sequence[Presence], *, by: By, settings: Settings, now: datetime) -> None:
    """What stands again may lie inside another closure: it gives way to that one."""
    if not back:
        return
    during = Span(min(each.starts_at for each in back), max(each.ends_at for each in back))
    for other in db.session.scalars(closures_from(day_of(now))).all():
        if other is not known and other.starts_on <= day_of(during.end) and day_of(during.start) <= other.ends_on:
            take_effect(other, by=by, settings=settings, now=now)


def expect_again(turn: Turn, *, by: By, now: datetime) -> list[Displacement]:
    """Those who wait still, whatever plan they are in, and whose time is theirs again; in order.

    Whose time cannot be given back stays in the plan.
    """
    ahead = db.session.scalars(closures_from(day_of(now))).all()
    again = []
    for line in _waiting((turn.was, turn.known), now):
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
    for conseiller_id in others_who_led(line):
        if line.session:
            with suppress(Refusal):
                leader = db.session.get_one(Staff, conseiller_id)
                leadings.lead(line.session, leader, line.place, by=by, now=now)


def others_who_led(line: Displacement) -> list[int]:
    """Ids, as the journal of what closed their place says."""
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
