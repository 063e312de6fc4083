"""Letters to the team: whom a change in their next 24 hours is told to, and what there is to say of it then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import insert

from cnapp.base.database import db, write
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import first_move_since
from cnapp.domain.outbox import CHANGE_OF_MIND, Due, Letter
from cnapp.domain.people import Staff
from cnapp.domain.team_letters import readers_of
from cnapp.services.journal import By

AHEAD = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where and when an appointment is, and with whom."""

    at: datetime
    conseiller_id: int
    presence_id: int

    def is_soon(self, now: datetime) -> bool:
        return is_soon(self.at, now)


class What(StrEnum):
    """What a change is for whoever reads of it."""

    ADDED = "added"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    GONE = "gone"
    """To another time, with somebody else or elsewhere."""


@dataclass(frozen=True, slots=True)
class News:
    """`at`: the time that it is about; `was`: the one that it had before."""

    what: What
    at: datetime
    was: datetime | None = None


def is_soon(at: datetime, now: datetime) -> bool:
    return now < at <= now + AHEAD


def meeting_of(appointment: Appointment) -> Meeting:
    return Meeting(appointment.starts_at, appointment.conseiller_id, appointment.presence_id)


def tell_team(appointment: Appointment, left: Meeting | None, *, by: By, now: datetime) -> None:
    """A letter for each whom it concerns, but for whoever did it. Costs nothing where it is not soon."""
    if not is_soon(appointment.starts_at, now) and not (left and left.is_soon(now)):
        return
    meetings = [meeting_of(appointment), *([left] if left else [])]
    for staff_id, public_id in _readers(meetings, now):
        if staff_id != by.staff_id:
            _write(appointment, staff_id, public_id, now)


def _readers(meetings: list[Meeting], now: datetime) -> list[tuple[int, str]]:
    soon = [each for each in meetings if each.is_soon(now)]
    conseillers, presences = [each.conseiller_id for each in soon], [each.presence_id for each in soon]
    found = db.session.execute(readers_of(conseillers, presences, day_of(now)))
    return [(staff_id, public_id) for staff_id, public_id in found]


def _write(appointment: Appointment, staff_id: int, public_id: str, now: datetime) -> None:
    """In a minute, even when it is of today: whoever changes something often goes on changing it."""
    key = f"{Letter.SCHEDULE}/{appointment.public_id}/{appointment.version}/{public_id}"
    about = {"appointment_id": appointment.id, "version": appointment.version, "staff_id": staff_id}
    due = {"key": key, "letter": Letter.SCHEDULE, **about, "due_at": now + CHANGE_OF_MIND, "created_at": now}
    write(insert(Due), due)


def news_for(reader: Staff, appointment: Appointment, due: Due, *, now: datetime) -> News | None:
    """None when there is nothing to say any more: it has begun, or would have."""
    was = _moved_from(appointment, due)
    news = _news(reader, appointment, was, is_first=due.version == 1)
    return news if news and news.at > now else None


def _news(reader: Staff, appointment: Appointment, was: datetime | None, *, is_first: bool) -> News | None:
    if not _is_of(reader, appointment):
        return News(What.GONE, was) if was else None
    if not appointment.stands:
        return News(What.CANCELLED, appointment.starts_at)
    what = What.ADDED if is_first else What.CHANGED
    return News(what, appointment.starts_at, was if was != appointment.starts_at else None)


def _is_of(reader: Staff, appointment: Appointment) -> bool:
    is_at_their_desk = appointment.presence.place_id in [each.id for each in reader.places]
    return appointment.conseiller_id == reader.id or is_at_their_desk


def _moved_from(appointment: Appointment, due: Due) -> datetime | None:
    """The time that the reader last knew: before the first of the moves that this letter tells."""
    entry = db.session.scalar(first_move_since(appointment.id, due.created_at - CHANGE_OF_MIND))
    return datetime.fromisoformat(entry.detail["was"]) if entry else None
