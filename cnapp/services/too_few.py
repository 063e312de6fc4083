"""Two days before a workshop that too few people come to, each coordinator is asked once to decide."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db, write_new
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.reminders import two_days_before
from cnapp.domain.too_few import coordinators, keys_written, registered_for, too_few_key, workshops_below
from cnapp.domain.workshops import Workshop
from cnapp.services.reminders import Row


def missing(*, now: datetime) -> list[Row]:
    """The letters that nobody has written yet; one that was made later than that needs none."""
    below = [each for each in db.session.scalars(workshops_below(now)) if _is_time(each, now)]
    readers = db.session.scalars(coordinators()).all() if below else []
    rows = [_row(workshop, reader.id, too_few_key(workshop, reader)) for workshop in below for reader in readers]
    written = set(db.session.scalars(keys_written([row["key"] for row in rows]))) if rows else set()
    return [row for row in rows if row["key"] not in written]


def _is_time(workshop: Workshop, now: datetime) -> bool:
    return workshop.created_at < two_days_before(workshop.starts_at) <= now


def _row(workshop: Workshop, staff_id: int, key: str) -> Row:
    return {"key": key, "letter": Letter.TOO_FEW, "workshop_id": workshop.id, "staff_id": staff_id, "version": 0}


def enlist(rows: list[Row], *, now: datetime) -> None:
    """Once each, however many workers run."""
    write_new(Due, [{**row, "due_at": now, "created_at": now} for row in rows], key="key")


def how_many_registered(workshop: Workshop) -> int:
    return db.session.scalar(registered_for(workshop.id)) or 0


def is_too_few(workshop: Workshop, *, now: datetime) -> bool:
    """Still: nobody said meanwhile that it is held."""
    return db.session.scalar(workshops_below(now).where(Workshop.id == workshop.id)) is not None
