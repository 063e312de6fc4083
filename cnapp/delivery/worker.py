"""The post worker: takes one letter after another in hand, and sees each to its end.

At least once: who is killed between hand-over and mark leaves a letter that goes again, with the same Message-ID.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from cnapp.base.clock import Clock
from cnapp.base.database import db, transaction
from cnapp.delivery.carriers import Permanent, Temporary
from cnapp.delivery.errands import Errand
from cnapp.delivery.parcels import NoChannelOpen, Parcel, TooEarly
from cnapp.domain.outbox import Due, Outcome
from cnapp.services import entrusting, post
from cnapp.services.post import Claim, ClaimLost

SECONDS_BETWEEN_LOOKS = 1
SECONDS_AFTER_A_FAULT = 5
BETWEEN_BEATS = timedelta(seconds=30)
log = logging.getLogger("cnapp.post")
Mark = Callable[..., None]
"""Says of a claim what became of it: `mark(claim, now=…)`."""


@dataclass(frozen=True)
class PostOffice:
    """Who makes letters ready, what is done between them, and the chance that spreads what is tried again."""

    parcel: Callable[[Due, datetime], Parcel | None]
    """None: nobody to tell, or nothing to say any more. May raise NoChannelOpen or TooEarly."""
    errands: Sequence[Errand] = ()
    """With each beat."""
    chance: Callable[[], float] = random.random


def work(office: PostOffice, *, clock: Clock, is_over: Callable[[], bool]) -> None:
    """Until it is over: the letter in hand is seen to its end first. A database that does not answer is waited for."""
    beaten_at: datetime | None = None
    while not is_over():
        now = clock()
        try:
            if beaten_at is None or now - beaten_at >= BETWEEN_BEATS:
                look_round(office, now)
                beaten_at = now
            pause = 0 if work_once(office, now) else SECONDS_BETWEEN_LOOKS
        except SQLAlchemyError:
            log.exception("database")
            db.session.rollback()
            pause = SECONDS_AFTER_A_FAULT
        time.sleep(pause)


def work_off(office: PostOffice, *, clock: Clock) -> None:
    """Whatever is due, then no more."""
    look_round(office, clock())
    while work_once(office, clock()):
        pass


def look_round(office: PostOffice, now: datetime) -> None:
    """An errand that fails holds up no letter."""
    with transaction(survives_power_cut=False):
        post.beat(now)
    for errand in office.errands:
        try:
            errand(now)
        except Exception:
            log.exception("errand")
            db.session.rollback()


def work_once(office: PostOffice, now: datetime) -> bool:
    """The next letter, from hand to hand; says whether there was one."""
    claim = _take(now)
    if claim is None:
        return False
    try:
        mark = _see_to(claim, office, now)
        with transaction():
            mark(claim, now=now)
    except ClaimLost:
        log.warning("claim lost", extra={"fields": {"due": claim.due_id}})
    return True


def _take(now: datetime) -> Claim | None:
    """A claim that a power cut forgets is made again: it need not wait for the disk."""
    waits = post.is_anything_waiting(now)
    db.session.rollback()
    if not waits:
        return None
    with transaction(survives_power_cut=False):
        return post.claim(now)


def _see_to(claim: Claim, office: PostOffice, now: datetime) -> Mark:
    due = post.letter_in_hand(claim)
    ended = post.why_unsent(due, now=now)
    if ended:
        return partial(post.settle, outcome=ended)
    try:
        parcel = office.parcel(due, now)
    except OperationalError:
        raise  # the database's fault: the letter is taken up again when its lease has ended
    except NoChannelOpen:
        return partial(post.put_off, error="not set", chance=office.chance())
    except TooEarly as early:
        return partial(post.wait, until=early.until)
    except Exception as mistake:
        return _park(claim, mistake)
    db.session.rollback()
    if parcel is None:
        return partial(post.settle, outcome=Outcome.UNNEEDED)
    if parcel.is_called_first:
        with transaction():
            entrusting.call_first(claim.due_id, now=now)
    return _hand_over(claim, parcel, office)


def _hand_over(claim: Claim, parcel: Parcel, office: PostOffice) -> Mark:
    """With no transaction open: a carrier may take its time."""
    if parcel.send is None:
        return partial(entrusting.entrust, channel=parcel.channel)
    try:
        parcel.send()
    except Temporary as fault:
        _tell("put off", claim, fault.code)
        return partial(post.put_off, error=fault.code, chance=office.chance())
    except Permanent as fault:
        _tell("given up", claim, fault.code)
        return partial(entrusting.give_up, channel=parcel.channel, error=fault.code)
    except Exception as mistake:
        return _park(claim, mistake)
    return partial(post.settle, outcome=Outcome.SENT, channel=parcel.channel)


def _park(claim: Claim, mistake: Exception) -> Mark:
    """One letter that cannot be written holds up no other."""
    log.exception("parked", extra={"fields": {"due": claim.due_id}})
    return partial(post.settle, outcome=Outcome.PARKED, error=type(mistake).__name__)


def _tell(what: str, claim: Claim, code: str) -> None:
    log.warning(what, extra={"fields": {"due": claim.due_id, "code": code}})
