"""Codes of bookings: a new one that nobody has, one reserved for a blank card, one taken from such a card."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db, later, read, write
from cnapp.base.tokens import new_code
from cnapp.domain.codes import CodeNotReserved, ReservedCode, is_taken, reservation_ended
from cnapp.domain.people import Staff
from cnapp.domain.places import Place


def free_code() -> str:
    """On no booking and on no card."""
    while True:
        code = new_code()
        if not read(_IS_TAKEN, {"code": code}).scalar():
            return code


_IS_TAKEN = is_taken(later("code"))


def reserve_code(place: Place, staff: Staff, *, now: datetime) -> ReservedCode:
    """For a card that is printed blank."""
    reserved = ReservedCode(code=free_code(), place_id=place.id, staff_id=staff.id, reserved_at=now)
    db.session.add(reserved)
    db.session.flush()
    return reserved


def take_reserved(code: str) -> str:
    """The code of a card, which becomes a booking's: once only. Raises CodeNotReserved."""
    if write(reservation_ended(code)) != 1:
        raise CodeNotReserved
    return code
