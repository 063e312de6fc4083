"""Workshops that fewer people come to than it takes: when the coordination is asked to decide."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, func, select

from cnapp.base.workdays import day_of
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshops import Status, Workshop

DECIDED = (Status.PUBLISHED, Status.WITHDRAWN)
KEPT = "kept"
"""What the journal says of one that is held although few are registered."""
WITHIN = timedelta(days=3)
"""Two whole days before, whatever the hour."""
STAFF_NAMED = 16
"""Characters of a reader's public id in the key of their letter."""


def registered_for(workshop_id: int) -> Select[int]:
    """How many have a seat of their own."""
    theirs = Registration.workshop_id == workshop_id, Registration.status == Standing.REGISTERED
    return select(func.count()).select_from(Registration).where(*theirs)


def workshops_below(now: datetime) -> Select[Workshop]:
    """Of the days to come, with fewer registered than it takes; not where somebody said that they are held."""
    theirs = Registration.workshop_id == Workshop.id, Registration.status == Standing.REGISTERED
    registered = select(func.count()).select_from(Registration).where(*theirs).correlate(Workshop).scalar_subquery()
    is_kept = exists().where(Entry.subject == Subject.WORKSHOP, Entry.subject_id == Workshop.id, Entry.what == KEPT)
    comes = Workshop.status.in_(DECIDED), Workshop.starts_at > now, Workshop.starts_at <= now + WITHIN
    return select(Workshop).where(*comes, registered < Workshop.at_least, ~is_kept)


def coordinators() -> Select[Staff]:
    return select(Staff).where(Staff.role == Role.COORDINATOR, Staff.disabled_at.is_(None)).order_by(Staff.id)


def too_few_key(workshop: Workshop, reader: Staff) -> str:
    """Once for each of them, workshop and day on which it starts."""
    day = f"{day_of(workshop.starts_at):%Y%m%d}"
    return f"{Letter.TOO_FEW}/{workshop.public_id}/{day}/{reader.public_id[:STAFF_NAMED]}"


def day_told_of(due: Due) -> date:
    return datetime.strptime(due.key.split("/")[2], "%Y%m%d").date()


def keys_written(keys: list[str]) -> Select[str]:
    return select(Due.key).where(Due.key.in_(keys))
