"""How often a calendar is read: counted by tens in this process, and the tens in the database.

A calendar read every five minutes, as most are, writes nothing; a leaked address that is hammered is slowed down,
however many processes serve it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock

from cnapp.domain.accounts import FeedToken, TooManyTries, Try
from cnapp.services import attempts

AT_ONCE = 10
TENS_AT_MOST = 12
MINUTES = 10
"""120 reads in ten minutes: Thunderbird may ask every minute, and several devices share an address."""


class Tally:
    """Reads of one process that are not in the database yet."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._reads: dict[str, tuple[datetime, int]] = {}
        """By address: the first of them, and how many."""

    def completes_ten(self, feed: FeedToken, now: datetime) -> bool:
        """Counts one more. Those that began ten minutes ago are forgotten."""
        with self._lock:
            since, count = self._reads.pop(feed.token_hash, (now, 0))
            if now - since >= timedelta(minutes=MINUTES):
                since, count = now, 0
            if count + 1 < AT_ONCE:
                self._reads[feed.token_hash] = since, count + 1
            return count + 1 >= AT_ONCE


def refuse_too_many(feed: FeedToken, *, now: datetime) -> None:
    """Raises TooManyTries."""
    if attempts.count(Try.FEED, feed.token_hash, now=now, minutes=MINUTES) >= TENS_AT_MOST:
        raise TooManyTries


def note_ten(feed: FeedToken, *, now: datetime) -> None:
    attempts.note(Try.FEED, feed.token_hash, now=now)
