"""Minutes between places, the same both ways; where nobody entered any, the default."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select

from cnapp.base.database import db
from cnapp.domain.ahead import TravelTooLong, presences_of_travellers, too_close
from cnapp.domain.journal import Subject
from cnapp.domain.places import Place, Travel, travels_among
from cnapp.domain.presences import Presence
from cnapp.domain.travels import by_pair
from cnapp.services.journal import By, record_about

ABOUT = (Subject.TRAVEL, 1)
"""The table as a whole: a pair belongs to two places."""
Trip = tuple[Presence, Presence]


def minutes_from(place: Place) -> dict[int, int]:
    """By the other place's id."""
    own = or_(Travel.from_place_id == place.id, Travel.to_place_id == place.id)
    rows = db.session.scalars(select(Travel).where(own))
    return {row.to_place_id if row.from_place_id == place.id else row.from_place_id: row.minutes for row in rows}


def broken(place: Place, wanted: Mapping[int, int | None], *, now: datetime) -> list[Trip]:
    """Presences ahead that follow one another too closely if these were the minutes."""
    rows = db.session.scalars(presences_of_travellers(place.id, now)).all()
    minutes = by_pair(db.session.scalars(travels_among(sorted({row.place_id for row in rows}))))
    for other_id, needed in wanted.items():
        pair = frozenset((place.id, other_id))
        minutes.pop(pair, None)
        if needed is not None:
            minutes[pair] = needed
    return [(before, after) for before, after in too_close(rows, minutes) if after.starts_at > now]


def change(place: Place, wanted: Mapping[int, int | None], *, by: By, now: datetime) -> None:
    """None: the default. The caller holds the table and locks everybody. Raises TravelTooLong."""
    if broken(place, wanted, now=now):
        raise TravelTooLong
    before = minutes_from(place)
    changed = {other: needed for other, needed in wanted.items() if before.get(other) != needed}
    for other, needed in changed.items():
        _write(place, other, needed)
    if changed:
        minutes = {str(other): needed for other, needed in changed.items()}
        record_about(ABOUT, "changed", by=by, now=now, place_id=place.id, minutes=minutes)


def _write(place: Place, other_id: int, minutes: int | None) -> None:
    low, high = sorted((place.id, other_id))
    row = db.session.get(Travel, (low, high))
    if minutes is None:
        if row:
            db.session.delete(row)
    elif row:
        row.minutes = minutes
    else:
        db.session.add(Travel(from_place_id=low, to_place_id=high, minutes=minutes))
