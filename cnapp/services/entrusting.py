"""What letters cannot do, the team does: which are called, or posted, and how they get on its lists."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert, update

from cnapp.base.database import db, lock_keys, write
from cnapp.base.tokens import new_public_id
from cnapp.domain.appointments import Origin
from cnapp.domain.call_lists import call_for
from cnapp.domain.calls import Call, Reason
from cnapp.domain.citizens import Citizen
from cnapp.domain.courtesy import decent_hour
from cnapp.domain.journal import Subject, last_of
from cnapp.domain.outbox import OF_A_PLAN, Channel, Due, Letter, Outcome
from cnapp.services import post
from cnapp.services.channels import channels_to
from cnapp.services.letters import telling
from cnapp.services.post import Claim
from cnapp.services.tellings import Telling
from cnapp.services.urgency import changes_today

BY_TEAM = (Channel.CALL, Channel.PAPER)
"""Always open: somebody of the team does it."""
CHANGED = {Letter.MOVED: "moved", Letter.CANCELLED: "cancelled", Letter.REVOKED: "revoked"}
"""Verbs of the journal."""
KNOWN_BY = {Letter.REGISTERED: "accepted", Letter.WORKSHOP_CANCELLED: "revoked"}
"""The same of registrations."""
MUST_BE_TOLD = (Letter.MOVED, Letter.REVOKED, *OF_A_PLAN, Letter.WORKSHOP_CHANGED, Letter.WORKSHOP_CANCELLED)
"""Without it somebody comes in vain."""
HAD_PAPER = (Origin.COUNTER, Origin.CONSEILLER, Origin.WALK_IN)
"""Doors where the confirmation was handed over."""
POST_TAKES = timedelta(days=4)


def channels_for(told: Telling, due: Due, *, now: datetime) -> list[Channel]:
    """The one that was asked for, else those that suit; nobody calls or posts what is known, or would come too late."""
    channels = channels_to(told.reader, told.letter)
    if told.letter is Letter.CODES:
        return [each for each in channels if due.channel in (None, each)]
    comes_at = told.comes_at(now)
    if not set(channels) & set(BY_TEAM) or comes_at is None:
        return channels
    if told.is_quiet or _is_known(told):
        return [each for each in channels if each not in BY_TEAM]
    has_time = comes_at - now >= POST_TAKES
    return [each for each in channels if each is not Channel.PAPER or has_time]


def is_called_first(told: Telling, due: Due, *, now: datetime) -> bool:
    """What changes the same day is told by voice too, whatever is written."""
    is_urgent = told.letter in MUST_BE_TOLD and changes_today(told, due, now=now)
    return is_urgent and Channel.CALL in channels_for(told, due, now=now)


def _is_known(told: Telling) -> bool:
    """Whoever is to be told did it, or stood there."""
    about = told.registration or told.appointment
    if about and told.letter in (Letter.CONFIRMED, Letter.REGISTERED) and about.origin in HAD_PAPER:
        return True
    verb = (KNOWN_BY if told.registration else CHANGED).get(told.letter)
    if about is None or verb is None:
        return False
    subject = Subject.REGISTRATION if told.registration else Subject.APPOINTMENT
    entry = db.session.scalar(last_of([about.id], [verb], subject))
    return entry is not None and entry.is_known


def call_first(due_id: int, *, now: datetime) -> None:
    """Before anything is written."""
    due = db.session.get(Due, due_id)
    told = telling(due, now=now) if due else None
    if due and told:
        _put_on_list(due, told, now)


def entrust(claim: Claim, *, channel: Channel, now: datetime) -> None:
    """A letter in hand that the team calls or posts. Raises ClaimLost."""
    due = post.letter_in_hand(claim)
    told = telling(due, now=now)
    if told and channel is Channel.CALL:
        _put_on_list(due, told, now)
    post.settle(claim, Outcome.ENTRUSTED if told else Outcome.UNNEEDED, channel=channel, now=now)


def give_up(claim: Claim, *, channel: Channel, error: str, now: datetime) -> None:
    """A letter in hand that was refused for good. Raises ClaimLost."""
    due = post.letter_in_hand(claim)
    post.settle(claim, Outcome.GIVEN_UP, channel=channel, error=error, now=now)
    entrust_what_failed(due, now=now)


def entrust_what_failed(due: Due, *, now: datetime) -> None:
    """A letter given up, now or by a later report: called where that matters, else posted, else it stays visible."""
    told = telling(due, now=now)
    channels = channels_for(told, due, now=now) if told else []
    if told and Channel.CALL in channels:
        _put_on_list(due, told, now)
    elif Channel.PAPER in channels:
        post_instead(due)


def post_instead(due: Due) -> None:
    """A letter that nobody can be called about."""
    write(update(Due).where(Due.id == due.id).values(outcome=Outcome.ENTRUSTED, channel=Channel.PAPER))


def _put_on_list(due: Due, told: Telling, now: datetime) -> None:
    """Once for each letter, however often it is asked."""
    lock_keys(f"call:{due.id}")
    if not isinstance(told.reader, Citizen) or db.session.scalar(call_for(due.id)):
        return
    at_once = told.letter in MUST_BE_TOLD and changes_today(told, due, now=now)
    about = {"appointment_id": due.appointment_id, "registration_id": due.registration_id}
    due_at = now if at_once else decent_hour(now)
    _add(Reason.LETTER, told.reader, due_at, now, due_id=due.id, place_id=_desk_of(told), at_once=at_once, **about)


def _desk_of(told: Telling) -> int | None:
    """The place whose desk calls."""
    if told.registration:
        return told.registration.workshop.place_id
    return told.appointment.presence.place_id if told.appointment else None


def _add(reason: Reason, citizen: Citizen, due_at: datetime, now: datetime, **columns: object) -> None:
    db.session.flush()
    row = {"public_id": new_public_id(), "reason": reason, "citizen_id": citizen.id, "at_once": False}
    write(insert(Call), {**row, "due_at": due_at, "created_at": now, **columns})


def ask_for_call(citizen: Citizen, due_at: datetime, *, now: datetime, **wishes: object) -> None:
    """« Être rappelé »: the phone line's. The row of the person stands already."""
    _add(Reason.CALLBACK, citizen, due_at, now, **wishes)
