"""« Être rappelé »: anybody asks for a call; a number is called once, however often it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cnapp.base.contacts import Phone
from cnapp.base.database import db, lock_keys
from cnapp.domain.accounts import TooManyTries, Try
from cnapp.domain.call_lists import callbacks_to
from cnapp.domain.calls import AskedForNoCalls, Call, Ending, Part, callback_time
from cnapp.services import attempts
from cnapp.services.entrusting import ask_for_call
from cnapp.services.parties import Someone, keep_citizen

A_NUMBER = 3
"""In a day: after each was settled."""
AN_ADDRESS = 20
IN_ALL = 120
"""In 15 minutes. A library has 20 computers behind one address."""
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants to be called back, when and about what."""

    name: str
    phone: Phone
    preferred: Part
    topic: str | None


def ask(asking: Asking, *, address: str, now: datetime) -> None:
    """The try is noted and must be committed. Raises TooManyTries, AskedForNoCalls, NameMissing."""
    lock_keys("tries:callbacks")
    number = asking.phone.number
    _refuse_hushed(number)
    if db.session.scalar(callbacks_to(number).where(Call.settled_at.is_(None)).limit(1)):
        return
    _count(number, address, now)
    citizen = keep_citizen(Someone(asking.name, asking.phone, may_leave_message=False), now=now)
    due_at = callback_time(asking.preferred, now)
    ask_for_call(citizen, due_at, now=now, preferred=asking.preferred, topic=asking.topic)


def _refuse_hushed(number: str) -> None:
    """Who said « ne m’appelez plus » is not called because somebody typed their number."""
    if db.session.scalar(callbacks_to(number).where(Call.outcome == Ending.NO_CALLS).limit(1)):
        raise AskedForNoCalls


def _count(number: str, address: str, now: datetime) -> None:
    limits = ((number, A_NUMBER, DAY), (f"from {address}", AN_ADDRESS, 15), ("all", IN_ALL, 15))
    if any(attempts.count(Try.CALLBACK, who, now=now, minutes=minutes) >= most for who, most, minutes in limits):
        raise TooManyTries
    for who, _, _ in limits:
        attempts.note(Try.CALLBACK, who, now=now)
