"""A cancelled workshop comes back as it was, with everybody who was registered. Callers hold it still, and commit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cnapp.base.database import db
from cnapp.domain.kits import Kit
from cnapp.domain.registrations import SEATED, Registration, Standing, registrations_for, registrations_numbered
from cnapp.domain.workshops import Status, Workshop
from cnapp.services.journal import By
from cnapp.services.registration_letters import note
from cnapp.services.seats import take_seat
from cnapp.services.workshop_moves import kits_of
from cnapp.services.workshop_programmes import ProgrammeRefused, promise_kits

Known = dict[str, Any]


def remember(workshop: Workshop, *, now: datetime) -> Known:
    """What `revive` needs, as JSON holds it; nobody's name."""
    people = db.session.scalars(registrations_for(workshop.id)).all()
    return {
        "status": workshop.status,
        "kits": [kit.id for kit in kits_of(workshop, now)],
        "registrations": {str(each.id): _standing_of(each) for each in people},
    }


def _standing_of(registration: Registration) -> Known:
    until = registration.answer_by
    return {
        "status": registration.status,
        "lent": registration.is_lent,
        "answer_by": until.isoformat() if until else None,
    }


def revive(workshop: Workshop, known: Known, *, by: By, now: datetime) -> None:
    """Nobody is told by this alone.

    Raises ProgrammeRefused when one of its kits was promised to another workshop meanwhile.
    """
    workshop.status, workshop.cancelled_at = Status(known["status"]), None
    workshop.version, workshop.updated_at = workshop.version + 1, now
    db.session.flush()
    kits = [db.session.get_one(Kit, number) for number in known["kits"]]
    obstacles = promise_kits(workshop, kits, since=now)
    if obstacles:
        raise ProgrammeRefused(obstacles)
    numbers = [int(number) for number in known["registrations"]]
    for registration in db.session.scalars(registrations_numbered(numbers)).all():
        _register_again(registration, workshop, known["registrations"][str(registration.id)], by, now)


def _register_again(registration: Registration, workshop: Workshop, was: Known, by: By, now: datetime) -> None:
    status = Standing(was["status"])
    seat = take_seat(workshop, borrows=was["lent"]) if status in SEATED else None
    registration.status, registration.reason, registration.seat_id = status, None, seat.id if seat else None
    registration.answer_by = datetime.fromisoformat(was["answer_by"]) if was["answer_by"] else None
    db.session.flush()
    note("revived", registration, by=by, now=now)
