"""« Annuler la dernière modification », of one presence or of all that one press changed. Callers lock, and commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from cnapp.base.database import attempt, db
from cnapp.base.refusals import Refusal
from cnapp.domain.journal import Entry, Subject, last_lines, line_numbered
from cnapp.domain.places import Place, Room
from cnapp.domain.plan_queries import displacements_of_presence
from cnapp.domain.planning import Plan, plan_of, presences_whole
from cnapp.domain.plans import Displacement
from cnapp.domain.presences import Presence
from cnapp.domain.undoings import (
    ChangedSince,
    PressUnknown,
    TooOldToUndo,
    Undo,
    Undoing,
    pause_before,
    span_before,
    undoing_of,
)
from cnapp.services import planning, presses
from cnapp.services.displacements import reinstate
from cnapp.services.histories import Line
from cnapp.services.journal import THE_SERVICE, By
from cnapp.services.reinforcements import REINFORCED
from cnapp.services.week_copies import COPIED

UNDONE = "press_undone"
RECEPTION = ("takes_appointments", "takes_walk_ins", "walk_in_minutes")


@dataclass(frozen=True)
class Press:
    """What one press did to several presences, and what would take each back, the last first."""

    entry: Entry
    undoings: list[Undoing]


def look(presence: Presence) -> Undoing:
    """Raises NoChangeToUndo, ChangedByRule, TooOldToUndo."""
    last = db.session.scalar(last_lines(Subject.PRESENCE, [presence.id]))
    return undoing_of(presence, last)


def undo(presence: Presence, *, by: By, now: datetime) -> list[Displacement]:
    """Itself a change, that can be taken back; answers who is expected there again.

    Raises what `look` does, and what the change itself would.
    """
    return _carry_out(look(presence), by, now)


def not_undone(lines: Iterable[Line]) -> list[Line]:
    """Of these lines of the service's journal, newest first, those of presses that can be taken back."""
    told = [each for each in lines if each.entry.what in (COPIED, REINFORCED, UNDONE)]
    undone = {each.entry.detail.get("undoes") for each in told}
    return [each for each in told if each.entry.what != UNDONE and each.entry.number not in undone]


def look_at_press(number: int) -> Press:
    """By the line of the service's journal. Raises PressUnknown, ChangedSince."""
    entry = db.session.scalar(line_numbered(*THE_SERVICE, number))
    if entry is None or entry.what not in (COPIED, REINFORCED):
        raise PressUnknown
    written: dict[int, int] = dict(entry.detail["lines"])
    last = {each.subject_id: each for each in db.session.scalars(last_lines(Subject.PRESENCE, list(written)))}
    if any(each not in last or last[each].number != line for each, line in written.items()):
        raise ChangedSince
    presences = {each.id: each for each in _presences(list(written))}
    return Press(entry, [undoing_of(presences[each], last[each]) for each in reversed(written)])


def people_concerned(number: int) -> Sequence[int]:
    """Whom to lock before a press is taken back. Raises PressUnknown."""
    entry = db.session.scalar(line_numbered(*THE_SERVICE, number))
    if entry is None or entry.what not in (COPIED, REINFORCED):
        raise PressUnknown
    ids = [presence_id for presence_id, _ in entry.detail["lines"]]
    return db.session.scalars(select(Presence.conseiller_id).where(Presence.id.in_(ids)).distinct()).all()


def undo_press(number: int, *, by: By, now: datetime) -> Press:
    """All of it or nothing. Raises what `look_at_press` does, and what each change itself would."""
    press = look_at_press(number)
    for undoing in press.undoings:
        _carry_out(undoing, by, now)
    touched = [each.presence.id for each in press.undoings]
    presses.note(UNDONE, touched, by=by, now=now, week=press.entry.detail["week"], undoes=number)
    return press


def _carry_out(undoing: Undoing, by: By, now: datetime) -> list[Displacement]:
    presence, number = undoing.presence, undoing.entry.number
    if undoing.undo is Undo.WITHDRAW:
        planning.withdraw(presence, by=by, now=now, undoes=number)
        return []
    if undoing.undo is Undo.RESTORE:
        planning.restore(presence, by=by, now=now, undoes=number)
    else:
        planning.change(presence, _plan_before(undoing), by=by, now=now, undoes=number)
        _give_back(undoing)
    return _expect_again(presence, by, now)


def _expect_again(presence: Presence, by: By, now: datetime) -> list[Displacement]:
    """Whom the change had displaced and who wait still; whose time cannot be given back stays in the plan."""
    again = []
    for line in db.session.scalars(displacements_of_presence(presence.id, now)).all():
        with suppress(Refusal), attempt():
            reinstate(line, by=by, now=now)
            again.append(line)
    return again


def _give_back(undoing: Undoing) -> None:
    """As before, the roster looks after it."""
    if undoing.was_of_the_roster:
        undoing.presence.edited_at = None
        db.session.flush()


def _plan_before(undoing: Undoing) -> Plan:
    """Raises TooOldToUndo where its room or place is no more."""
    plan, was = plan_of(undoing.presence), undoing.was
    place = db.session.get(Place, was["place_id"]) if "place_id" in was else plan.place
    room = db.session.get(Room, was["room_id"] or 0) if "room_id" in was else plan.room
    if place is None or (was.get("room_id") and room is None):
        raise TooOldToUndo
    receives = {name: was[name] for name in RECEPTION if name in was}
    span, pause = span_before(plan, was), pause_before(plan, was)
    return replace(plan, place=place, room=room, span=span, pause=pause, **receives)


def _presences(ids: Sequence[int]) -> Sequence[Presence]:
    return db.session.scalars(presences_whole(select(Presence).where(Presence.id.in_(ids)))).all()
