"""A person says that they came, although somebody of the team noted that they did not. Callers lock the conseiller."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.journal import Subject, last_saying
from cnapp.services.journal import By, record

SAYS_CAME = "says_came"


def object_to_absence(appointment: Appointment, *, now: datetime) -> None:
    """The team reads it with the appointment; what was noted stays. Again changes nothing."""
    if appointment.status is Status.NOSHOW and objected_at(appointment) is None:
        record(SAYS_CAME, appointment, by=By.citizen(), now=now)


def objected_at(appointment: Appointment) -> datetime | None:
    """None as long as nobody has said so, or when the absence was taken back."""
    if appointment.status is not Status.NOSHOW:
        return None
    line = db.session.scalar(last_saying(SAYS_CAME, Subject.APPOINTMENT, appointment.id))
    return line.at if line else None
