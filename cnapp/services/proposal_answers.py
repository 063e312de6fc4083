"""Answers to the time that a plan gave: yes, and what is done when nobody answers. Another moment is a move.

Callers lock the appointment's conseiller, and commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from cnapp.base.database import db, write
from cnapp.domain.appointments import Appointment
from cnapp.domain.call_lists import call_for
from cnapp.domain.calls import Call, Ending
from cnapp.domain.courtesy import decent_hour
from cnapp.domain.outbox import Due
from cnapp.domain.plan_letters import calls_asking, letters_asking
from cnapp.domain.plan_queries import answer_noted, displacement_numbered, displacements_unanswered
from cnapp.domain.plans import ANSWERABLE, Displacement, NotProposed, Standing
from cnapp.domain.slots import Choice
from cnapp.services.asked import last_line, will_call
from cnapp.services.entrusting import call_first
from cnapp.services.journal import By, record
from cnapp.services.notices import may_be_called
from cnapp.services.tellings import reader_of

AT_MOST = 100
"""Lines that one look of a worker settles."""


def choice_of(appointment: Appointment) -> str:
    """What a yes says yes to: a place and a time."""
    return Choice(appointment.presence.place.slug, appointment.starts_at).value


def accept(appointment: Appointment, choice: str, *, by: By, now: datetime) -> None:
    """Yes to this very time. Again changes nothing. Raises NotProposed when it is not theirs, or not any more."""
    line = last_line(appointment)
    if line is None or choice_of(appointment) != choice or not appointment.is_upcoming(now):
        raise NotProposed
    if line.standing is not Standing.ACCEPTED:
        _say_yes(line, appointment, by=by, now=now)


def _say_yes(line: Displacement, appointment: Appointment, *, by: By, now: datetime) -> None:
    """Nobody need be called about it any more."""
    if not write(answer_noted(line.id, Standing.ACCEPTED, now, was=ANSWERABLE)):
        raise NotProposed
    db.session.refresh(line, ["standing", "settled_at", "answered_at"])
    write(update(Call).where(*calls_asking(appointment.id)).values(settled_at=now, outcome=Ending.OVERTAKEN))
    record("accepted", appointment, by=by, now=now, at=appointment.starts_at.isoformat())


def say_yes_by_phone(call: Call, *, by: By, now: datetime) -> None:
    """Whoever was reached comes; where nothing is asked of them this does nothing."""
    if call.appointment and call.asks_for_yes:
        accept(call.appointment, choice_of(call.appointment), by=by, now=now)


def unsay(call: Call, *, by: By, now: datetime) -> None:
    """The press that noted a yes is taken back; a yes that came by another way stands."""
    line = call.displacement
    if call.appointment and line and line.standing is Standing.ACCEPTED and line.answered_at == call.settled_at:
        write(answer_noted(line.id, Standing.PROPOSED, now, was=(Standing.ACCEPTED,)))
        record("answer_taken_back", call.appointment, by=by, now=now)


def unanswered(*, now: datetime) -> Sequence[tuple[int, int]]:
    """Lines whose time to answer is over, each with whom to lock."""
    return [(line, conseiller) for line, conseiller in db.session.execute(displacements_unanswered(now, AT_MOST))]


def settle_unanswered(line_id: int, *, now: datetime) -> None:
    """As the letter said: the time stays theirs, or somebody calls. Once, however many workers look."""
    line = db.session.scalar(displacement_numbered(line_id))
    appointment = line.appointment if line else None
    if line is None or appointment is None:
        return
    standing = Standing.TO_CALL if will_call(line, appointment) else Standing.KEPT
    if write(answer_noted(line.id, standing, now, was=(Standing.PROPOSED,))):
        record("unanswered", appointment, by=By.clock(), now=now, standing=standing)
        if standing is Standing.TO_CALL:
            _have_called(appointment, now)


def _have_called(appointment: Appointment, now: datetime) -> None:
    """The first of them who has a telephone; a message that was left is no answer."""
    asking = db.session.scalars(letters_asking(appointment)).all()
    due = next((each for each in asking if may_be_called(reader_of(each, appointment))), None)
    if due is None:
        return
    call_first(due.id, now=now)
    _call_again(due, now)


def _call_again(due: Due, now: datetime) -> None:
    call = db.session.scalar(call_for(due.id))
    if call and call.outcome is Ending.MESSAGE_LEFT:
        call.settled_at, call.outcome, call.call_again_at = None, None, decent_hour(now)
