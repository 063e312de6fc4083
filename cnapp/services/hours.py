"""When a place is open, by season; and which presences no longer fit once that changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete

from cnapp.base.database import db
from cnapp.domain.ahead import is_open_for, presences_ahead
from cnapp.domain.places import HoursLine, OpeningHours, Place
from cnapp.domain.presences import Presence
from cnapp.services.journal import By, record_about
from cnapp.services.places import about


def stretches_of(place: Place) -> list[HoursLine]:
    return sorted(HoursLine.of(row) for row in place.opening_hours)


def misfits(place: Place, stretches: Iterable[HoursLine], *, now: datetime) -> list[Presence]:
    """Presences ahead whose work would fall outside these hours, in order."""
    hours = [stretch.row() for stretch in stretches]
    here = db.session.scalars(presences_ahead(now).where(Presence.place_id == place.id))
    return [presence for presence in here if not is_open_for(presence, hours)]


def change(place: Place, stretches: Sequence[HoursLine], *, by: By, now: datetime) -> None:
    """All of them at once. The caller holds the place."""
    if sorted(stretches) == stretches_of(place):
        return
    db.session.execute(delete(OpeningHours).where(OpeningHours.place_id == place.id))
    for stretch in stretches:
        row = stretch.row()
        row.place_id = place.id
        db.session.add(row)
    place.updated_at = now
    db.session.flush()
    db.session.expire(place, ["opening_hours"])
    record_about(about(place), "hours_changed", by=by, now=now, stretches=len(stretches))
