"""A presence gives way to a closure: withdrawn, shorter, in two, or at the provisional place; and stands again later.

Callers lock everybody, and commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from cnapp.base.database import attempt, db, write
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import new_public_id
from cnapp.domain.cuts import cut
from cnapp.domain.displaced import holds_inside
from cnapp.domain.journal import Subject
from cnapp.domain.places import Closed, Closure, Place, closures_between, hours_on
from cnapp.domain.planning import Plan, commitments_inside, misfits, plan_of
from cnapp.domain.presences import Presence
from cnapp.services.carrying import put_in, take_out
from cnapp.services.journal import By, record_about
from cnapp.services.planning import facts

INSTANTS = ("starts_at", "ends_at", "pause_starts_at", "pause_ends_at", "edited_at")
KEPT = (*INSTANTS, "takes_appointments", "takes_walk_ins", "walk_in_minutes")
"""What of a presence is written again when it stands as it was."""


class States:
    """Which versions of presences are as an earlier one was, since what came between was taken back."""

    def __init__(self) -> None:
        self._earlier: dict[tuple[int, int], int] = {}

    def note(self, presence_id: int, version: int, as_in: int) -> None:
        self._earlier[presence_id, version] = as_in

    def earliest(self, presence_id: int, version: int) -> int:
        while (presence_id, version) in self._earlier:
            version = self._earlier[presence_id, version]
        return version

    def of(self, presence_id: int) -> int:
        return self.earliest(presence_id, db.session.get_one(Presence, presence_id).version)


@dataclass(frozen=True)
class Left:
    """A presence that gave way: how it was, and what was made for it; `detail` is what the journal keeps."""

    presence: Presence
    was: dict[str, Any]
    made: Sequence[Presence]

    @property
    def detail(self) -> dict[str, Any]:
        made = [[each.id, each.version] for each in self.made]
        ends = {"before": self.was["version"], "version": self.presence.version}
        return {"id": self.presence.id, **ends, "was": self.was, "made": made}


def leave(presence: Presence, lost: Sequence[Span], closure: Closure, *, by: By, now: datetime) -> Left | None:
    """None where it stays as it is: nothing of it is lost, or the way to somebody’s next place would be too short."""
    if closure.closes is Closed.APPOINTMENTS and not (presence.takes_appointments or presence.takes_walk_ins):
        return None
    kept = [each.span for each in db.session.scalars(commitments_inside(presence.id))]
    parts = cut(plan_of(presence), lost, kept, closure.closes)
    if parts == [plan_of(presence)]:
        return None
    step = _Step(presence, closure, by, now)
    if not parts and closure.provisional_place:
        with suppress(Refusal), attempt():
            return step.move(closure.provisional_place)
    with suppress(Refusal), attempt():
        return step.become(parts)
    return None


@dataclass(frozen=True)
class _Step:
    """One presence under one closure."""

    presence: Presence
    closure: Closure
    by: By
    now: datetime

    def move(self, place: Place) -> Left:
        """Raises what keeps anybody from being there that day, TooLittleTravel."""
        there = replace(plan_of(self.presence), place=place, room=None)
        closures = db.session.scalars(closures_between(there.day, there.day)).all()
        for reason in misfits(there, closures, hours_on(place.opening_hours, there.day)):
            raise reason
        was = self._withdraw()
        return Left(self.presence, was, [self._add(there)])

    def become(self, parts: Sequence[Plan]) -> Left:
        """The first of them is the presence itself. Raises TooLittleTravel."""
        if not parts:
            return Left(self.presence, self._withdraw(), ())
        carried = take_out(self.presence, parts[0].span)
        was = self._change(parts[0])
        made = [self._add(each) for each in parts[1:]]
        put_in(carried, made)
        return Left(self.presence, was, made)

    def _withdraw(self) -> dict[str, Any]:
        was, before = kept_of(self.presence), facts(plan_of(self.presence))
        self.presence.withdrawn_at = self.now
        self._note(self.presence, "withdrawn", was=before)
        return was

    def _change(self, part: Plan) -> dict[str, Any]:
        was, before = kept_of(self.presence), facts(plan_of(self.presence))
        for name, value in part.columns.items():
            setattr(self.presence, name, value)
        self.presence.edited_at = self.now
        after = facts(part)
        different = [name for name in before if before[name] != after[name]]
        detail = {
            "was": {name: before[name] for name in different},
            "becomes": {name: after[name] for name in different},
        }
        self._note(self.presence, "changed", **detail)
        return was

    def _add(self, part: Plan) -> Presence:
        made = Presence(public_id=new_public_id(), version=0, **part.columns)
        db.session.add(made)
        self._note(made, "added", becomes=facts(part))
        return made

    def _note(self, presence: Presence, what: str, **detail: Any) -> None:
        presence.version += 1
        presence.updated_at = self.now
        db.session.flush()
        whose = {"closure": self.closure.public_id, **detail}
        record_about((Subject.PRESENCE, presence.id), what, by=self.by, now=self.now, **whose)


def kept_of(presence: Presence) -> dict[str, Any]:
    """As plain values."""
    values = {name: getattr(presence, name) for name in KEPT}
    plain = {name: each.isoformat() if isinstance(each, datetime) else each for name, each in values.items()}
    return {**plain, "version": presence.version}


def stand_again(detail: dict[str, Any], states: States, *, by: By, now: datetime) -> Presence | None:
    """As it was before it gave way; None where somebody has changed it since, or its conseiller is elsewhere by now."""
    presence = db.session.get_one(Presence, detail["id"])
    left = [(presence.id, detail["version"]), *detail["made"]]
    is_over = datetime.fromisoformat(detail["was"]["ends_at"]) <= now
    if is_over or any(states.of(number) != states.earliest(number, version) for number, version in left):
        return None
    made = [db.session.get_one(Presence, number) for number, _ in detail["made"]]
    with suppress(Refusal), attempt():
        _stand(presence, made, detail["was"], by=by, now=now)
        states.note(presence.id, presence.version, detail["before"])
        return presence
    return None


def _stand(presence: Presence, made: Sequence[Presence], was: dict[str, Any], *, by: By, now: datetime) -> None:
    """Times that are only held give way. Raises TwoPlacesAtOnce, TooLittleTravel, PresenceHasBookings (elsewhere)."""
    carried = [each for one in made if one.place_id == presence.place_id for each in take_out(one, None)]
    for each in made:
        write(holds_inside(each.id, each.span))
        each.withdrawn_at = now
        _noted(each, "withdrawn", by, now, was=facts(plan_of(each)))
    for name in KEPT:
        value = was[name]
        setattr(presence, name, datetime.fromisoformat(value) if value and name in INSTANTS else value)
    presence.withdrawn_at = None
    _noted(presence, "restored", by, now, becomes=facts(plan_of(presence)))
    put_in(carried, [presence])


def _noted(presence: Presence, what: str, by: By, now: datetime, **detail: Any) -> None:
    presence.version += 1
    presence.updated_at = now
    db.session.flush()
    record_about((Subject.PRESENCE, presence.id), what, by=by, now=now, **detail)
