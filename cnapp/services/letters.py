"""What a letter has to say, and to whom, from the state of the moment when it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, appointment_numbered
from cnapp.domain.citizens import Citizen
from cnapp.domain.offers import Offer, offer_of_letter
from cnapp.domain.outbox import CHANGES, Due, Letter
from cnapp.domain.people import Staff
from cnapp.services.notices import told_people


@dataclass(frozen=True)
class Telling:
    """One letter to one reader: the person helped, whoever booked for them, or somebody of the team."""

    letter: Letter
    reader: Citizen | Staff
    appointment: Appointment | None = None
    """The one that it is about, if it is about one."""
    more: Mapping[str, object] = field(default_factory=dict)
    """What else its words need, by name."""
    offer: Offer | None = None
    """The time that is held for its reader."""

    @property
    def is_to_the_person(self) -> bool:
        return self.appointment is not None and self.reader is self.appointment.person


Teller = Callable[[Due, datetime], Telling | None]
"""None when there is nothing to say any more."""


def telling(due: Due, *, now: datetime) -> Telling | None:
    """None when there is nothing to say any more."""
    return TELLERS[due.letter](due, now)


def _change(due: Due, now: datetime) -> Telling | None:
    appointment = _appointment(due)
    if appointment is None or not _still_matters(due, appointment, now):
        return None
    return Telling(due.letter, reader_of(due, appointment), appointment)


def _appointment(due: Due) -> Appointment | None:
    return db.session.scalar(appointment_numbered(due.appointment_id)) if due.appointment_id else None


def _still_matters(due: Due, appointment: Appointment, now: datetime) -> bool:
    """A later change has a letter of its own, which tells the last state."""
    if due.version < appointment.version:
        return False
    if due.letter in (Letter.CONFIRMED, Letter.MOVED):
        return appointment.is_upcoming(now)
    return not appointment.is_over(now)


def reader_of(due: Due, appointment: Appointment) -> Citizen:
    told = told_people(appointment.told, appointment.person, appointment.booker)
    return told[-1] if due.is_second else told[0]


def _offered(due: Due, now: datetime) -> Telling | None:
    """Nothing once somebody has answered, or it is too late to."""
    offer = db.session.scalar(offer_of_letter(due.key))
    if offer is None or not offer.is_held(now):
        return None
    return Telling(due.letter, offer.wait.citizen, offer.wait.appointment, offer=offer)


TELLERS: Mapping[Letter, Teller] = {**dict.fromkeys(CHANGES, _change), Letter.OFFERED: _offered}
