"""What letters on lost times have to say: to whoever was to come, and to the coordination."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from cnapp.base.database import db
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment, appointment_numbered
from cnapp.domain.outbox import Channel, Due, Letter
from cnapp.domain.people import Staff
from cnapp.domain.plan_letters import LEFT_OPEN, told_before
from cnapp.domain.plan_queries import last_displacement
from cnapp.domain.plans import ANSWERABLE, Displacement, RecoveryPlan, Standing
from cnapp.services.accounts import may_enter
from cnapp.services.asked import asked_of, told_of
from cnapp.services.channels import channels_to
from cnapp.services.notices import may_be_called
from cnapp.services.plans import lines_of
from cnapp.services.tellings import Teller, Telling, reader_of

WRITTEN = {Channel.EMAIL, Channel.SMS}
Lost = tuple[Appointment, Displacement]
Told = Sequence[Any]
"""(letter, whether it was told), the last first."""


def _displaced(due: Due, now: datetime) -> Telling | None:
    """As long as it has no time; nothing to whoever knows it, when a plan was applied and undone meanwhile."""
    found = _lost(due)
    if found is None or not found[0].is_displaced or not found[0].address_answers(now):
        return None
    told = _told(due)
    is_undone = bool(told) and tuple(told[0]) == (Letter.REPLACED, False)
    return None if is_undone and _last(told) is Letter.DISPLACED else _telling(due, found)


def _replaced(due: Due, now: datetime) -> Telling | None:
    found = _lost(due)
    if found is None or not found[0].is_upcoming(now):
        return None
    appointment, line = found
    if line.standing not in (*ANSWERABLE, Standing.ACCEPTED):
        return None
    is_quiet = line.is_unmoved and _last(_told(due)) not in LEFT_OPEN
    return _telling(due, found, is_quiet=is_quiet, more={"asked": asked_of(line, appointment, now=now)})


def _reinstated(due: Due, now: datetime) -> Telling | None:
    """Only to whoever was told that it does not take place, or at another time."""
    found = _lost(due)
    if found is None or not found[0].is_upcoming(now) or _last(_told(due)) not in LEFT_OPEN:
        return None
    return _telling(due, found)


def _lost(due: Due) -> Lost | None:
    """None when a later change has a letter of its own."""
    appointment = db.session.scalar(appointment_numbered(due.appointment_id)) if due.appointment_id else None
    if appointment is None or due.version < appointment.version:
        return None
    line = db.session.scalar(last_displacement(appointment.id).execution_options(populate_existing=True))
    return (appointment, line) if line else None


def _told(due: Due) -> Told:
    return db.session.execute(told_before(due)).all()


def _last(told: Told) -> Letter | None:
    """What they know."""
    return next((letter for letter, was_told in told if was_told), None)


def _telling(due: Due, lost: Lost, *, is_quiet: bool = False, more: Mapping[str, object] | None = None) -> Telling:
    appointment, line = lost
    reader = reader_of(due, appointment)
    return Telling(due.letter, reader, appointment, more or {}, displacement=line, is_quiet=is_quiet)


def _absent(due: Due, now: datetime) -> Telling | None:
    """Unless all of it was taken back meanwhile."""
    plan = db.session.get(RecoveryPlan, due.plan_id) if due.plan_id else None
    reader = db.session.get_one(Staff, due.staff_id, populate_existing=True)
    if plan is None or not may_enter(reader, now):
        return None
    lines = lines_of(plan)
    touched = [line for line in lines if line.standing is not Standing.REINSTATED]
    if lines and not touched:
        return None
    return Telling(due.letter, reader, more={"plan": plan, **_counts(touched, now)})


def _counts(lines: Sequence[Displacement], now: datetime) -> dict[str, int]:
    people = [line for line in lines if line.appointment]
    to_call = [line for line in people if _is_to_call(line, now)]
    return {"people": len(people), "to_call": len(to_call), "sessions": len(lines) - len(people)}


def _is_to_call(line: Displacement, now: datetime) -> bool:
    """Nobody can write to them, or it is today; and they have a telephone."""
    readers = told_of(line.appointment) if line.appointment else []
    is_written_to = any(WRITTEN & set(channels_to(each, Letter.DISPLACED)) for each in readers)
    is_urgent = day_of(line.starts_at) == day_of(now)
    return (is_urgent or not is_written_to) and any(may_be_called(each) for each in readers)


PLAN_TELLERS: Mapping[Letter, Teller] = {
    Letter.DISPLACED: _displaced,
    Letter.REPLACED: _replaced,
    Letter.REINSTATED: _reinstated,
    Letter.ABSENT: _absent,
}
