"""The rooms of a place, by the name on their door."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from cnapp.base.database import db
from cnapp.domain.places import Place, Room, RoomInUse, RoomUnknown
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.services.journal import By, record_about
from cnapp.services.places import about


def room(place: Place, name: str) -> Room:
    """Only of this place. Raises RoomUnknown."""
    found = db.session.scalar(select(Room).where(Room.place_id == place.id, Room.name == name))
    if found is None:
        raise RoomUnknown
    return found


def rooms_used(place: Place) -> set[int]:
    """Those that a presence or a rule names, past ones too."""
    named = exists().where(Presence.room_id == Room.id), exists().where(RosterRule.room_id == Room.id)
    used = select(Room.id).where(Room.place_id == place.id, named[0] | named[1])
    return set(db.session.scalars(used))


def add(place: Place, name: str, *, by: By, now: datetime) -> None:
    """The caller holds the place, here and below. Raises RoomTwice."""
    db.session.add(Room(place_id=place.id, name=name))
    record_about(about(place), "room_added", by=by, now=now, name=name)


def rename(place: Place, was: Room, name: str, *, by: By, now: datetime) -> None:
    """Presences and papers follow: they know the room, not its name. Raises RoomTwice."""
    if was.name == name:
        return
    old, was.name, place.updated_at = was.name, name, now
    record_about(about(place), "room_renamed", by=by, now=now, was=old, becomes=name)


def remove(place: Place, unused: Room, *, by: By, now: datetime) -> None:
    """Raises RoomInUse."""
    if unused.id in rooms_used(place):
        raise RoomInUse
    record_about(about(place), "room_removed", by=by, now=now, name=unused.name)
    db.session.delete(unused)
