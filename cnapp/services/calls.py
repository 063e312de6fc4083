"""The team's lists: calls to make, and how each went; letters to print and post are in services/paper.py."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import insert, select, update

from cnapp.base.database import db, lock_keys, write
from cnapp.domain.call_lists import (
    call_named,
    calls_open,
    calls_overtaken,
    calls_settled_on,
    calls_true,
    how_many_to_make,
)
from cnapp.domain.calls import (
    FURTHEST,
    UNTOLD,
    Answer,
    Call,
    CallAttempt,
    CallIsOver,
    CallUnknown,
    CannotBeTakenBack,
    Ending,
    NotedMeanwhile,
    NotWhileCalled,
)
from cnapp.domain.citizens import Citizen
from cnapp.domain.courtesy import decent_hour, is_decent
from cnapp.domain.outbox import Channel
from cnapp.domain.people import Staff
from cnapp.services import paper
from cnapp.services.appointments import cancel
from cnapp.services.entrusting import channels_for, post_instead
from cnapp.services.journal import By
from cnapp.services.letters import telling
from cnapp.services.proposal_answers import say_yes_by_phone, unsay
from cnapp.services.reach import reach_of
from cnapp.services.tellings import Telling

TRY_AGAIN = {True: timedelta(minutes=15), False: timedelta(hours=1)}
"""After nobody answered: sooner for what changes today."""

MEANS_YES = (Answer.REACHED, Answer.ALREADY_KNOWS)
"""Of whoever was given another time: they come."""


@dataclass(frozen=True, slots=True)
class Noted:
    """A button of the list: what came of the call, whose press, and the last attempt that the page knew."""

    answer: Answer
    by: By
    number: int
    again_at: datetime | None = None


@dataclass(frozen=True)
class Lists:
    """What somebody has to do now, later, and what was done today."""

    due: Sequence[Call]
    later: Sequence[Call]
    settled: Sequence[Call]
    untold: Sequence[Telling]
    to_post: int


def lists(staff: Staff, *, now: datetime) -> Lists:
    reach = reach_of(staff, now=now)
    calls = db.session.scalars(calls_open(reach, now)).all()
    return Lists(
        due=[each for each in calls if not each.waits(now)],
        later=[each for each in calls if each.waits(now)],
        settled=db.session.scalars(calls_settled_on(reach, now)).all(),
        untold=paper.untold(reach, now),
        to_post=paper.how_many_to_post(reach, now),
    )


def how_many_due(staff: Staff, *, now: datetime) -> int:
    return db.session.scalar(how_many_to_make(reach_of(staff, now=now), now)) or 0


def call_of(staff: Staff, public_id: str, *, now: datetime) -> Call:
    """Raises CallUnknown, also for another desk's."""
    found = db.session.scalar(call_named(public_id, reach_of(staff, now=now)))
    if found is None:
        raise CallUnknown
    return found


def note(call: Call, noted: Noted, *, now: datetime) -> None:
    """What came of an attempt. The same press again changes nothing. Raises NotedMeanwhile, CallIsOver, NotWhileCalled.

    Whoever does not come has their appointment cancelled as their own doing, whoever was given another time and is
    reached says yes to it: the conseiller must be locked.
    """
    if _is_noted(call, noted):
        return
    _refuse_unless_true(call, now)
    _judge(noted, now)
    _write_down(call, noted, now)
    _follow(call, noted, now)
    _go_on(call, noted, now)


def take_back(call: Call, noted: Noted, *, now: datetime) -> None:
    """« Revenir en arrière »: the call is to be made again. Raises NotedMeanwhile, CannotBeTakenBack."""
    if _is_noted(call, noted):
        return
    if not call.can_be_taken_back:
        raise CannotBeTakenBack
    _write_down(call, noted, now)
    unsay(call, by=noted.by, now=now)
    call.settled_at, call.outcome = None, None


def _is_noted(call: Call, noted: Noted) -> bool:
    """Whether the same hands did it already. Raises NotedMeanwhile for anything that the page did not know."""
    lock_keys(f"call:{call.public_id}")
    later = [each for each in _attempts(call) if each.number > noted.number]
    mine = noted.by.staff_id, noted.by.hand, noted.answer
    if any((each.staff_id, each.hand, each.answer) != mine for each in later):
        raise NotedMeanwhile
    return bool(later)


def _attempts(call: Call) -> Sequence[CallAttempt]:
    """As they stand once nobody else writes."""
    db.session.refresh(call, ["settled_at", "outcome", "call_again_at", "attempts"])
    return call.attempts


def _refuse_unless_true(call: Call, now: datetime) -> None:
    if db.session.scalar(calls_true(now).where(Call.id == call.id).with_only_columns(Call.id)) is None:
        raise CallIsOver


def _judge(noted: Noted, now: datetime) -> None:
    at = noted.again_at
    if at and not (now < at <= now + FURTHEST and is_decent(at)):
        raise NotWhileCalled


def _write_down(call: Call, noted: Noted, now: datetime) -> None:
    line = {"call_id": call.id, "number": call.number + 1, "at": now, "answer": noted.answer}
    whose = {"staff_id": noted.by.staff_id, "hand": noted.by.hand, "again_at": noted.again_at}
    write(insert(CallAttempt), {**line, **whose})


def _follow(call: Call, noted: Noted, now: datetime) -> None:
    """What an answer asks for beyond this call."""
    if noted.answer is Answer.NOT_COMING and call.appointment:
        cancel(call.appointment, by=known(noted.by), reason=None, now=now)
    if noted.answer in MEANS_YES:
        say_yes_by_phone(call, by=noted.by, now=now)
    if noted.answer is Answer.NO_CALLS:
        write(update(Citizen).where(Citizen.phone == call.citizen.phone).values(no_calls=True))
    if noted.answer.value in UNTOLD and call.due:
        told = telling(call.due, now=now)
        if told and Channel.PAPER in channels_for(told, call.due, now=now):
            post_instead(call.due)


def known(by: By) -> By:
    """Whoever it is about said so."""
    return By(by.actor, by.staff_id, by.hand, is_known=True)


def _go_on(call: Call, noted: Noted, now: datetime) -> None:
    """It ends, or is made again."""
    if call.ends_with(noted.answer):
        call.settled_at, call.outcome = now, Ending(noted.answer.value)
    else:
        call.call_again_at = noted.again_at or decent_hour(now + TRY_AGAIN[call.at_once])


def settle_overtaken(*, now: datetime) -> int:
    """What is true no more leaves the list by itself; this says so."""
    ids = db.session.scalars(select(Call.id).where(Call.id.in_(calls_overtaken(now)))).all()
    return write(update(Call).where(Call.id.in_(ids)).values(settled_at=now, outcome=Ending.OVERTAKEN))
