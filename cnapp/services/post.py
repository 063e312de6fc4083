"""The post: a worker takes a letter in hand for a while, hands it over, and says what became of it.

Whoever took it before and was away for too long may say nothing any more: each of these verbs raises ClaimLost then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Interval, Update, func, insert, literal, select, update

from cnapp.base.database import UtcInstant, db, lock_keys, write
from cnapp.base.tokens import new_public_id
from cnapp.domain.outbox import (
    CAUSED_AT_MOST,
    Beat,
    Channel,
    Due,
    Outcome,
    anything_waiting,
    caused_before,
    delay_after,
    last_beat,
    next_in_line,
    oldest_due,
    overtaking,
)

LEASE = timedelta(minutes=5)
"""Longer than any letter takes to be written and carried."""
LONGEST_ERROR = 40
LATE_AFTER = timedelta(minutes=10)


class ClaimLost(Exception):
    """Another worker has it in hand by now, or it is settled or gone."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A letter in hand; the token is of this time only."""

    due_id: int
    token: str


@dataclass(frozen=True, slots=True)
class Lag:
    """How the post goes; None: nothing waits, no worker has ever looked."""

    oldest_due_seconds: int | None
    last_beat_seconds: int | None


def is_anything_waiting(now: datetime) -> bool:
    """Read only, so that a worker with nothing to do is in nobody's channel."""
    return db.session.scalar(anything_waiting(now)) is not None


def claim(now: datetime) -> Claim | None:
    """Takes the next letter in hand until the lease ends."""
    present, ends = _lease(now)
    found = next_in_line(now, present=present).scalar_subquery()
    token = new_public_id()
    taken = {"claim": token, "claimed_until": ends, "tries": Due.tries + 1}
    due_id = db.session.connection().scalar(update(Due).where(Due.id == found).values(taken).returning(Due.id))
    return None if due_id is None else Claim(due_id, token)


def _lease(now: datetime) -> tuple[ColumnElement[datetime], ColumnElement[datetime]]:
    """The present and the end: by PostgreSQL's own clock, the same for workers of several machines."""
    if db.session.connection().dialect.name == "sqlite":
        return literal(now, UtcInstant()), literal(now + LEASE, UtcInstant())
    present: ColumnElement[datetime] = func.clock_timestamp()
    return present, present + literal(LEASE, Interval())


def letter_in_hand(claim: Claim) -> Due:
    due = db.session.scalar(select(Due).where(*_is_mine(claim)))
    if due is None:
        raise ClaimLost
    return due


def why_unsent(due: Due, *, now: datetime) -> Outcome | None:
    """What ends it before anything is written; None when it is to leave."""
    if due.is_too_late(now):
        return Outcome.TOO_LATE
    if db.session.scalar(overtaking(due)) is not None:
        return Outcome.OVERTAKEN
    return Outcome.CAPPED if _is_one_too_many(due) else None


def _is_one_too_many(due: Due) -> bool:
    """What the service itself has to say is never counted."""
    return due.caused_for is not None and (db.session.scalar(caused_before(due)) or 0) >= CAUSED_AT_MOST


def settle(
    claim: Claim, outcome: Outcome, *, channel: Channel | None = None, error: str | None = None, now: datetime
) -> None:
    """How it ended, and by which channel; a letter that failed says why in a code."""
    why = {} if error is None else {"last_error": error[:LONGEST_ERROR]}
    _mark(claim, settled_at=now, outcome=outcome, channel=channel, **why)


def put_off(claim: Claim, *, error: str, chance: float, now: datetime) -> None:
    """To be tried again, later each time."""
    until = now + delay_after(letter_in_hand(claim).tries, chance)
    _mark(claim, put_off_until=until, last_error=error[:LONGEST_ERROR])


def wait(claim: Claim, *, until: datetime, now: datetime) -> None:
    """For a better hour: no fault, and meanwhile it holds up no later letter. `now`, if it is later, wins."""
    _mark(claim, due_at=max(until, now), tries=Due.tries - 1)


def _mark(claim: Claim, **values: Any) -> None:
    marked = write(update(Due).where(*_is_mine(claim)).values(claim=None, claimed_until=None, **values))
    if not marked:
        raise ClaimLost


def _is_mine(claim: Claim) -> tuple[ColumnElement[bool], ...]:
    return Due.id == claim.due_id, Due.claim == claim.token


def beat(now: datetime) -> None:
    """A worker has looked."""
    lock_keys("beat")
    if not write(update(Beat).values(at=now)):
        write(insert(Beat).values(at=now))


def lag(now: datetime) -> Lag:
    waits_since, looked_at = db.session.scalar(oldest_due(now)), db.session.scalar(last_beat())
    return Lag(_seconds_since(waits_since, now), _seconds_since(looked_at, now))


class Late(StrEnum):
    """Why letters do not leave that could."""

    STOPPED = "no worker any more"
    NEVER = "no worker yet"


def why_late(lag: Lag) -> Late | None:
    """No worker for ten minutes, or none ever while something has been due for as long."""
    patience = LATE_AFTER.total_seconds()
    if lag.last_beat_seconds is not None:
        return Late.STOPPED if lag.last_beat_seconds >= patience else None
    return Late.NEVER if (lag.oldest_due_seconds or 0) >= patience else None


def release(key: str, *, now: datetime) -> int:
    """A parked letter is due anew; says whether there was one."""
    return write(_parked_again(now).where(Due.key == key))


def release_all(*, now: datetime) -> int:
    """Every parked letter; says how many."""
    return write(_parked_again(now))


def _parked_again(now: datetime) -> Update:
    anew = {"due_at": now, "tries": 0, "put_off_until": None}
    return update(Due).where(Due.outcome == Outcome.PARKED).values(settled_at=None, outcome=None, **anew)


def _seconds_since(instant: datetime | None, now: datetime) -> int | None:
    return None if instant is None else max(0, int((now - instant).total_seconds()))
