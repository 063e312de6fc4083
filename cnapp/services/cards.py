"""Blank appointment cards: printed with a code that no booking has, filled in by hand, typed in later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from cnapp.base.database import db, lock_keys
from cnapp.domain.codes import ReservedCode, codes_reserved_by, handfuls_of
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.services.codes import reserve_code

CARDS_AT_MOST = 12
"""At one time."""
PRESSED_TWICE = timedelta(seconds=10)


def make_cards(place: Place, staff: Staff, count: int, *, now: datetime) -> datetime:
    """When they were made, which is what this handful is called; a button pressed twice makes them once."""
    lock_keys(f"cards:{staff.id}")
    mine = codes_reserved_by(staff.id).where(ReservedCode.place_id == place.id)
    last = db.session.scalars(mine.limit(1)).first()
    if last and last.reserved_at > now - PRESSED_TWICE and len(cards_made(staff, last.reserved_at)) == count:
        return last.reserved_at
    for _ in range(count):
        reserve_code(place, staff, now=now)
    return now


def cards_made(staff: Staff, at: datetime) -> Sequence[ReservedCode]:
    """Those of one handful that are still blank."""
    return db.session.scalars(codes_reserved_by(staff.id).where(ReservedCode.reserved_at == at)).all()


def handfuls(staff: Staff) -> Sequence[tuple[datetime, int]]:
    """When the cards that are still blank were made, and how many are left; newest first."""
    return [(at, count) for at, count in db.session.execute(handfuls_of(staff.id))]
