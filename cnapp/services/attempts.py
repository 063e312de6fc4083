"""Counting tries in the database, so that no number of processes or restarts forgets them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert

from cnapp.base.database import db, write
from cnapp.base.tokens import fingerprint
from cnapp.domain.accounts import Attempt, Try, tries_since


def count(what: Try, who: str, *, now: datetime, minutes: int = 15) -> int:
    return db.session.scalar(tries_since(what, who, now - timedelta(minutes=minutes))) or 0


def note(what: Try, who: str, *, now: datetime) -> None:
    write(insert(Attempt), {"what": what, "who": fingerprint(who), "at": now})
