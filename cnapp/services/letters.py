"""What a letter has to say, and to whom, from the state of the moment when it is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.accounts import password_link_named
from cnapp.domain.appointments import Appointment, Status, appointment_numbered
from cnapp.domain.asked_letters import appointments_ahead, workshops_ahead
from cnapp.domain.citizens import Citizen
from cnapp.domain.offers import offer_of_letter
from cnapp.domain.outbox import CHANGES, REMINDERS, Channel, Due, Letter, later_to_same_reader
from cnapp.domain.people import Staff
from cnapp.domain.reminders import is_of_use
from cnapp.services.accounts import may_enter
from cnapp.services.plan_tellings import PLAN_TELLERS
from cnapp.services.registration_tellings import REGISTRATION_TELLERS
from cnapp.services.team_letters import news_for
from cnapp.services.tellings import Teller, Telling, reader_of


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


def _reminder(due: Due, now: datetime) -> Telling | None:
    """Of the time that still stands, to whoever has not refused it."""
    appointment = _appointment(due)
    if appointment is None or due.version < appointment.version or not appointment.is_upcoming(now):
        return None
    reader = reader_of(due, appointment)
    if reader.no_reminders or not is_of_use(due.letter, appointment.starts_at, now):
        return None
    return Telling(due.letter, reader, appointment)


def _absence(due: Due, now: datetime) -> Telling | None:
    """Only as long as the team says that the person did not come."""
    appointment = _appointment(due)
    if appointment is None or appointment.status is not Status.NOSHOW:
        return None
    return Telling(due.letter, reader_of(due, appointment), appointment)


def _schedule(due: Due, now: datetime) -> Telling | None:
    """How their day stands: a later change that they are told of too says so better."""
    appointment, reader = _appointment(due), db.session.get_one(Staff, due.staff_id, populate_existing=True)
    if appointment is None or not reader.schedule_letters or db.session.scalar(later_to_same_reader(due)) is not None:
        return None
    news = news_for(reader, appointment, due, now=now)
    return Telling(due.letter, reader, appointment, {"news": news}) if news and may_enter(reader, now) else None


def _password(due: Due, now: datetime) -> Telling | None:
    link = db.session.scalar(password_link_named(due.key.rpartition("/")[2]))
    if link is None or not link.opens(now) or not may_enter(link.staff, now):
        return None
    return Telling(due.letter, link.staff, more={"link": link})


def _codes(due: Due, now: datetime) -> Telling | None:
    """Only what concerns the contact that asked."""
    reader = db.session.get_one(Citizen, due.citizen_id, populate_existing=True)
    channel = due.channel or Channel.EMAIL
    contact = reader.email if channel is Channel.EMAIL else reader.phone
    found = {
        "appointments": db.session.scalars(appointments_ahead(channel, contact or "", now=now)).all(),
        "registrations": db.session.scalars(workshops_ahead(channel, contact or "", now=now)).all(),
    }
    return Telling(due.letter, reader, more=found) if contact and any(found.values()) else None


def _offered(due: Due, now: datetime) -> Telling | None:
    """Nothing once somebody has answered, or it is too late to."""
    offer = db.session.scalar(offer_of_letter(due.key))
    if offer is None or not offer.is_held(now):
        return None
    return Telling(due.letter, offer.wait.citizen, offer.wait.appointment, offer=offer)


TELLERS: Mapping[Letter, Teller] = {
    **dict.fromkeys(CHANGES, _change),
    **dict.fromkeys(REMINDERS, _reminder),
    Letter.MISSED: _absence,
    Letter.CODES: _codes,
    Letter.PASSWORD: _password,
    Letter.SCHEDULE: _schedule,
    Letter.OFFERED: _offered,
    **REGISTRATION_TELLERS,
    **PLAN_TELLERS,
}
