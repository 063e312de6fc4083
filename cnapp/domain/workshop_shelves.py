"""The coordinator's lists of workshops: those to come, drafts, past and cancelled ones; and who has seats in them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, case, func, select

from cnapp.base.workdays import day_of
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.registrations import ACTIVE, Registration, Standing
from cnapp.domain.workshops import Status, Workshop, workshops_whole

DECIDED_BEFORE = timedelta(days=2)
KEPT = "kept"
"""What the journal says of one that is held although few are registered."""


class Shelf(StrEnum):
    """Where a workshop is looked for; the values stand in addresses."""

    COMING = "a-venir"
    DRAFTS = "brouillons"
    PAST = "passes"
    CANCELLED = "annules"


def _shelf_of(now: datetime) -> ColumnElement[str]:
    return case(
        (Workshop.status == Status.CANCELLED, Shelf.CANCELLED.value),
        (Workshop.status == Status.DRAFT, Shelf.DRAFTS.value),
        (Workshop.ends_at > now, Shelf.COMING.value),
        else_=Shelf.PAST.value,
    )


def workshops_on(shelf: Shelf, now: datetime) -> Select[Workshop]:
    """What is to come in its order, what is over from the latest."""
    order = (Workshop.starts_at, Workshop.id)
    is_over = shelf in (Shelf.PAST, Shelf.CANCELLED)
    here = workshops_whole().where(_shelf_of(now) == shelf.value)
    return here.order_by(*(column.desc() for column in order)) if is_over else here.order_by(*order)


def how_many_on_shelves(now: datetime) -> Select[str, int]:
    shelf = _shelf_of(now)
    return select(shelf, func.count()).select_from(Workshop).group_by(shelf)


def seats_by_standing(workshop_ids: Collection[int]) -> Select[int, Standing, int]:
    """(workshop, standing, how many), of the active ones."""
    here = Registration.workshop_id.in_(workshop_ids), Registration.status.in_(ACTIVE)
    how_many = select(Registration.workshop_id, Registration.status, func.count()).where(*here)
    return how_many.group_by(Registration.workshop_id, Registration.status)


def kept_among(workshop_ids: Collection[int]) -> Select[int]:
    """Those of which somebody said that they are held, with few people too."""
    about = Entry.subject == Subject.WORKSHOP, Entry.subject_id.in_(workshop_ids)
    return select(Entry.subject_id).where(*about, Entry.what == KEPT)


def waits_for_decision(workshop: Workshop, registered: int, now: datetime) -> bool:
    """Two days before, fewer people are registered than it takes."""
    stands = workshop.status in (Status.PUBLISHED, Status.WITHDRAWN) and not workshop.is_past(now)
    is_near = day_of(workshop.starts_at) - day_of(now) <= DECIDED_BEFORE
    return stands and is_near and registered < workshop.at_least
