"""Changing a workshop that stands: what is said of it, how many can come, and that it is held with few people."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db
from cnapp.config import Settings
from cnapp.domain.registrations import Standing
from cnapp.domain.workshop_shelves import KEPT, kept_among, seats_by_standing
from cnapp.domain.workshops import CapacityTooSmall, Workshop, WorkshopOver
from cnapp.services.changes import write
from cnapp.services.journal import By, record_about
from cnapp.services.seats import hold_still, sweep_holds
from cnapp.services.waiting_list import give_free_seats
from cnapp.services.workshops import Facts, thing


def refuse_over(workshop: Workshop, now: datetime) -> None:
    """Raises WorkshopOver."""
    if not workshop.stands or workshop.ends_at <= now:
        raise WorkshopOver


def change_facts(workshop_id: int, facts: Facts, *, by: By, settings: Settings, now: datetime) -> None:
    """Nobody is told; seats that are added go to who waits; its place stays. Raises WorkshopOver, CapacityTooSmall."""
    workshop = hold_still(workshop_id)
    refuse_over(workshop, now)
    sweep_holds(workshop, now=now)
    if facts.capacity < workshop.taken:
        raise CapacityTooSmall(workshop.taken, registered_in(workshop.id))
    fields = write(workshop, facts)
    if not fields:
        return
    workshop.updated_at = now
    db.session.flush()
    record_about(thing(workshop), "changed", by=by, now=now, fields=fields)
    give_free_seats(workshop, settings=settings, now=now)


def registered_in(workshop_id: int) -> int:
    """Neither held nor offered."""
    counted = {row[1]: row[2] for row in db.session.execute(seats_by_standing([workshop_id]))}
    return counted.get(Standing.REGISTERED, 0)


def keep(workshop_id: int, *, by: By, now: datetime) -> None:
    """It is held, although few are registered. Again changes nothing. Raises WorkshopOver."""
    workshop = hold_still(workshop_id)
    refuse_over(workshop, now)
    if db.session.scalar(kept_among([workshop.id]).limit(1)) is None:
        record_about(thing(workshop), KEPT, by=by, now=now)
