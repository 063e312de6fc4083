"""A place ends although people are expected there afterwards: they become lines of a plan, in the same transaction.

Callers hold the place, lock everybody, and commit.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime

from cnapp.base.database import attempt, db, write
from cnapp.base.refusals import Refusal
from cnapp.domain.ahead import Reach, holds_in, presences_in
from cnapp.domain.places import Place
from cnapp.domain.plans import RecoveryPlan, Trigger
from cnapp.services import places, planning
from cnapp.services.displacements import displace, displace_gathering
from cnapp.services.journal import By
from cnapp.services.plans import begin, tell_coordination


def end(place: Place, last: date, *, by: By, now: datetime) -> RecoveryPlan | None:
    """Nobody is there after this day; None where nobody was expected. Raises BookingsAhead for what is under way."""
    reaches = places.outside(place, place.valid_from, last, now=now)
    bookings = [each for each in places.bookings(reaches, now=now) if each.starts_at > now]
    gatherings = [each for each in places.gatherings(reaches, now=now) if each.session.starts_at > now]
    plan = begin(Trigger.ROSTER, by=by, now=now) if bookings or gatherings else None
    if plan:
        for appointment in bookings:
            displace(appointment, plan, by=by, now=now)
        for gathering in gatherings:
            displace_gathering(gathering, plan, by=by, now=now)
        tell_coordination(plan, by=by, now=now)
    _withdraw(reaches, by, now)
    places.end(place, last, by=by, now=now)
    return plan


def _withdraw(reaches: Sequence[Reach], by: By, now: datetime) -> None:
    """So that whoever would have been there is free; one that leaves too little time to travel stays."""
    for reach in reaches:
        write(holds_in(reach, now))
    found = db.session.scalars(presences_in(reaches, now)).all() if reaches else ()
    for presence in found:
        with suppress(Refusal), attempt():
            planning.withdraw(presence, by=by, now=now)
