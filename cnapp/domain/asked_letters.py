"""Letters that anybody may ask for on a page: one statement each, the same whether there is anybody to write to.

What a page answers, and how fast, then tells nobody who has an account or an appointment.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, and_, exists, func, insert, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from cnapp.base.contacts import mailbox_of
from cnapp.base.tokens import fingerprint
from cnapp.base.workdays import day_of
from cnapp.domain.accounts import LETTER_LINK_LASTS, PasswordLink
from cnapp.domain.appointments import Appointment, is_awaited, upcoming_of
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Channel, Due, Letter
from cnapp.domain.people import Staff
from cnapp.domain.registrations import ACTIVE, Registration, registrations_ahead
from cnapp.domain.workshops import Workshop

Columns = Mapping[InstrumentedAttribute[Any], object]
SHOWN_AT_MOST = 10
"""Appointments, and as many registrations, that one letter tells the codes of."""


def password_link(email: str, public_id: str, token: str, *, now: datetime) -> Insert:
    """A link for whoever has this address and may enter."""
    values: Columns = {
        PasswordLink.public_id: public_id,
        PasswordLink.token_hash: fingerprint(token),
        PasswordLink.created_at: now,
        PasswordLink.expires_at: now + LETTER_LINK_LASTS,
    }
    has_not_left = or_(Staff.in_post_until.is_(None), Staff.in_post_until >= day_of(now))
    able = Staff.email == email.casefold(), Staff.disabled_at.is_(None), has_not_left
    return _insert_one(PasswordLink.staff_id, values, select(Staff.id).where(*able))


def password_letter(public_id: str, *, now: datetime) -> Insert:
    """For whoever the link of this name is."""
    link = select(PasswordLink.staff_id).where(PasswordLink.public_id == public_id)
    values: Columns = {Due.key: f"{Letter.PASSWORD}/{public_id}", Due.letter: Letter.PASSWORD}
    return _insert_one(Due.staff_id, {**values, Due.due_at: now, Due.created_at: now}, link)


def codes_letter(channel: Channel, contact: str, public_id: str, *, now: datetime) -> Insert:
    """For whoever has something ahead and this e-mail or phone: by that very channel, to that very contact."""
    has_some = or_(_has_appointment(now), _has_registration(now))
    reader = select(Citizen.id).where(reached_by(channel, contact), has_some).order_by(Citizen.id.desc()).limit(1)
    values: Columns = {
        Due.key: f"{Letter.CODES}/{public_id}",
        Due.letter: Letter.CODES,
        Due.channel: channel,
        Due.caused_for: fingerprint(mailbox_of(contact) if channel is Channel.EMAIL else contact),
        Due.due_at: now,
        Due.created_at: now,
    }
    return _insert_one(Due.citizen_id, values, reader)


def _has_appointment(now: datetime) -> ColumnElement[bool]:
    concerns = or_(Appointment.person_id == Citizen.id, Appointment.booker_id == Citizen.id)
    return exists().where(concerns, is_awaited(now))


def _has_registration(now: datetime) -> ColumnElement[bool]:
    concerns = or_(Registration.person_id == Citizen.id, Registration.booker_id == Citizen.id)
    its_workshop = Workshop.id == Registration.workshop_id, Workshop.starts_at > now
    return exists().where(concerns, Registration.status.in_(ACTIVE), *its_workshop)


def appointments_ahead(channel: Channel, contact: str, *, now: datetime) -> Select[Appointment]:
    """Those that somebody with this very contact comes to, or booked."""
    return upcoming_of(select(Citizen.id).where(reached_by(channel, contact)), now).limit(SHOWN_AT_MOST)


def workshops_ahead(channel: Channel, contact: str, *, now: datetime) -> Select[Registration]:
    """The registrations of somebody with this very contact."""
    return registrations_ahead(select(Citizen.id).where(reached_by(channel, contact)), now).limit(SHOWN_AT_MOST)


def reached_by(channel: Channel, contact: str) -> ColumnElement[bool]:
    """Letter for letter: what stands after a « + » may be somebody else's box."""
    if channel is Channel.EMAIL:
        return and_(Citizen.mailbox == mailbox_of(contact), func.lower(Citizen.email) == contact.lower())
    return Citizen.phone == contact


def _insert_one(owner: InstrumentedAttribute[Any], values: Columns, found: Select[Any]) -> Insert:
    """A row with these values for whoever is found, or none."""
    written = [literal(value, column.type) for column, value in values.items()]
    return insert(owner.class_).from_select([owner, *values], found.add_columns(*written))
