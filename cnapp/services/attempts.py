"""Counting tries in the database, so that no number of processes or restarts forgets them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert

from cnapp.base.database import read, write
from cnapp.base.tokens import fingerprint
from cnapp.domain.accounts import TRIES_SINCE, Attempt, Try


def count(what: Try, who: str, *, now: datetime, minutes: int = 15) -> int:
    counted = {"what": what, "fingerprint": fingerprint(who), "since": now - timedelta(minutes=minutes)}
    return read(TRIES_SINCE, counted).scalar_one()


def note(what: Try, who: str, *, now: datetime) -> None:
    write(insert(Attempt), {"what": what, "who": fingerprint(who), "at": now})
