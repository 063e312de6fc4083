"""What the post worker does before it looks for letters: free times and seats offered to whoever waits, unanswered
ones freed."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

from cnapp.base.database import db, transaction
from cnapp.config import Settings
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.offers import Offer, OfferedAlready
from cnapp.services.holds import TooManyHolds
from cnapp.services.matches import Match, matches
from cnapp.services.offers import expire, offer, overdue, people_to_lock
from cnapp.services.seats import hold_still
from cnapp.services.slots import conseillers_at
from cnapp.services.waiting_list import sweep, to_sweep
from cnapp.services.waits import end_past, past


def offer_times(settings: Settings, now: datetime) -> None:
    """One round: what is held for nobody any more is free first; each offer stands or falls by itself."""
    ended = past(now=now)
    if ended:
        with transaction():
            end_past(ended, now=now)
    for offer_id in overdue(now=now):
        with transaction(*people_to_lock(db.session.get_one(Offer, offer_id))):
            expire(offer_id, now=now)
    for match in matches(settings, now=now):
        _offer(match, settings, now)
    db.session.rollback()


def _offer(match: Match, settings: Settings, now: datetime) -> None:
    """A time that somebody else took meanwhile is no longer offered: the next round looks again."""
    with suppress(SlotTaken, OutsidePresence, TooManyHolds, OfferedAlready), transaction(*conseillers_at(match.choice)):
        offer(match, settings=settings, now=now)


def offer_seats(settings: Settings, now: datetime) -> None:
    """Of workshops: each is held still by itself, so that nobody who registers waits for more than one."""
    workshop_ids = to_sweep(now=now)
    db.session.rollback()
    for workshop_id in workshop_ids:
        with transaction():
            sweep(hold_still(workshop_id), settings=settings, now=now)
