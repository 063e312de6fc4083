"""What happens to a registration leaves a line in the journal and a letter to whoever is told of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from cnapp.base.database import db, write
from cnapp.base.tokens import fingerprint
from cnapp.base.workdays import day_of
from cnapp.domain.journal import Actor, Subject
from cnapp.domain.outbox import CHANGE_OF_MIND, OF_A_LIST, Due, Letter, letter_keys
from cnapp.domain.registration_letters import letters_overtaken, letters_unneeded, letters_unsaid
from cnapp.domain.registrations import Registration, registrations_for
from cnapp.services.journal import By, record_about
from cnapp.services.notices import told_people


def announce(
    registration: Registration, letter: Letter, *, by: By, now: datetime, left: Collection[datetime] = ()
) -> None:
    """A change that everyone concerned is told of. `left`: times at which nobody comes any more."""
    registration.version += 1
    registration.updated_at = now
    db.session.flush()
    write_letters(registration, letter, by=by, now=now, left=left)


def write_letters(
    registration: Registration, letter: Letter, *, by: By, now: datetime, left: Collection[datetime] = ()
) -> None:
    """Of its state as it is: due within the minute, at once when it touches today."""
    touches_today = registration.workshop.is_held_on(day_of(now)) or any(day_of(at) == day_of(now) for at in left)
    is_urgent = letter in OF_A_LIST or touches_today
    about = {"registration_id": registration.id, "version": registration.version, "letter": letter}
    due_at = now if is_urgent else now + CHANGE_OF_MIND
    readers = told_people(registration.told, registration.person, registration.booker)
    for key, reader in zip(letter_keys(letter, registration), readers, strict=True):
        caused = fingerprint(reader.keys[-1]) if by.actor is Actor.CITIZEN and reader.keys else None
        write(insert(Due), {"key": key, **about, "caused_for": caused, "due_at": due_at, "created_at": now})


def unsay(workshop_id: int, since: datetime, *, by: By, now: datetime) -> None:
    """What was written at that instant or later is not said; what had not left before it is said all the same."""
    unsaid = {row[0]: row[1] for row in db.session.execute(letters_unsaid(workshop_id, since))}
    write(letters_overtaken(workshop_id, now))
    people = db.session.scalars(registrations_for(workshop_id).execution_options(populate_existing=True)).all()
    for each in people:
        write_letters(each, unsaid.get(each.id, Letter.WORKSHOP_CHANGED), by=by, now=now)
    write(letters_unneeded([each.id for each in people if each.id not in unsaid], now))


def note(what: str, registration: Registration, *, by: By, now: datetime, **detail: Any) -> None:
    """A line of its journal."""
    record_about((Subject.REGISTRATION, registration.id), what, by=by, now=now, **detail)
