"""Other workshops for whoever cannot come to one, or whose workshop is cancelled: with seats that they can have."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.workshops import Workshop, workshops_similar
from cnapp.services.waiting_list import counted

LOOKED_AT = 20
"""Of the nearest ones; some are closed, or waited for."""


def similar(workshop: Workshop, *, now: datetime) -> list[Workshop]:
    """Of its series, else of its title, else of its theme; the nearest first, in a fixed number of queries."""
    found = db.session.scalars(workshops_similar(workshop, now).limit(LOOKED_AT)).all()
    waited_for = counted([each.id for each in found])
    return [each for each in found if each.takes_registrations(now) and each.id not in waited_for]


def next_similar(workshop: Workshop, *, now: datetime) -> Workshop | None:
    return next(iter(similar(workshop, now=now)), None)


def same(workshop: Workshop, *, now: datetime) -> list[Workshop]:
    """Only of its series or its title."""
    return [each for each in similar(workshop, now=now) if _is_same(each, workshop)]


def _is_same(one: Workshop, other: Workshop) -> bool:
    return one.title == other.title or (one.series_id is not None and one.series_id == other.series_id)
