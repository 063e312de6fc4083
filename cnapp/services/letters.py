"""What a letter has to say, and to whom, from the state of the moment when it is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, appointment_numbered
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Due, Letter
from cnapp.services.notices import told_people


@dataclass(frozen=True)
class Telling:
    """One letter about an appointment, to one reader: the person helped, or whoever booked for them."""

    letter: Letter
    appointment: Appointment
    reader: Citizen

    @property
    def is_to_the_person(self) -> bool:
        return self.reader is self.appointment.person


def telling(due: Due, *, now: datetime) -> Telling | None:
    """None when nobody can be written to by e-mail, or there is nothing to say any more."""
    appointment = db.session.scalar(appointment_numbered(due.appointment_id))
    if appointment is None or not _still_matters(due, appointment, now):
        return None
    told = Telling(due.letter, appointment, _reader(due, appointment))
    return told if told.reader.email else None


def _still_matters(due: Due, appointment: Appointment, now: datetime) -> bool:
    """A later change has a letter of its own, which tells the last state."""
    if due.version < appointment.version:
        return False
    if due.letter in (Letter.CONFIRMED, Letter.MOVED):
        return appointment.is_upcoming(now)
    return not appointment.is_over(now)


def _reader(due: Due, appointment: Appointment) -> Citizen:
    told = told_people(appointment.told, appointment.person, appointment.booker)
    return told[-1] if due.is_second else told[0]
