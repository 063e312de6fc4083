"""What happens to an appointment leaves a line in the journal, and letters to whoever is told of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert

from cnapp.base.database import db, write
from cnapp.base.tokens import fingerprint
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import Actor
from cnapp.domain.outbox import CHANGE_OF_MIND, Due, Letter, letter_keys
from cnapp.services.journal import By, record
from cnapp.services.notices import told_people
from cnapp.services.team_letters import Meeting, tell_team


def announce(
    appointment: Appointment,
    letter: Letter,
    *,
    by: By,
    now: datetime,
    left_at: datetime | None = None,
    due_at: datetime | None = None,
) -> None:
    """A change that everyone concerned is told of. `due_at`: when, if not within the minute."""
    appointment.version += 1
    appointment.updated_at = now
    db.session.flush()
    write_letters(appointment, letter, by=by, now=now, due_at=due_at or due_of(appointment, left_at, now))


def due_of(appointment: Appointment, left_at: datetime | None, now: datetime) -> datetime:
    """Within the minute; at once when it touches today, by the time that it has or the one that it leaves."""
    is_urgent = any(day_of(at) == day_of(now) for at in (appointment.starts_at, left_at) if at)
    return now if is_urgent else now + CHANGE_OF_MIND


def write_letters(appointment: Appointment, letter: Letter, *, by: By, now: datetime, due_at: datetime) -> None:
    """Of its state as it is, one for each reader."""
    about = {"appointment_id": appointment.id, "version": appointment.version, "letter": letter}
    keys = letter_keys(letter, appointment)
    causes = _contacts(appointment) if by.actor is Actor.CITIZEN else [None] * len(keys)
    for key, caused_for in zip(keys, causes, strict=True):
        write(insert(Due), {"key": key, **about, "caused_for": caused_for, "due_at": due_at, "created_at": now})


def note(
    what: str, appointment: Appointment, *, by: By, left: Meeting | None = None, now: datetime, **detail: Any
) -> None:
    """A line of the journal, and word to those of the team whose next hours it changes."""
    record(what, appointment, by=by, now=now, **detail)
    tell_team(appointment, left, by=by, now=now)


def _contacts(appointment: Appointment) -> list[str | None]:
    """Of each who is told, as a fingerprint: what a visitor of the site makes us write to."""
    readers = told_people(appointment.told, appointment.person, appointment.booker)
    contacts = (each.mailbox or each.phone for each in readers)
    return [fingerprint(contact) if contact else None for contact in contacts]
