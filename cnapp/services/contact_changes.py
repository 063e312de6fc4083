"""Another phone or e-mail for somebody of an appointment: letters go there, and what the old one held opens nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.contacts import Phone, is_mobile, mailbox_of
from cnapp.base.database import db
from cnapp.domain.accounts import TooManyTries, Try
from cnapp.domain.appointments import Appointment, Booker, NotUpcoming, Origin, upcoming_of
from cnapp.domain.citizens import Citizen
from cnapp.domain.journal import Actor
from cnapp.services import attempts
from cnapp.services.appointments import reissue, tell_anew
from cnapp.services.journal import By, record
from cnapp.services.parties import refuse_contact_of_many

CHANGES_A_DAY = 5
"""Of one appointment, by whoever holds its address: each may write to somebody new."""
DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Contacts:
    """Of one person, as they are to be; what is empty is none."""

    phone: Phone | None
    email: str | None

    @classmethod
    def of(cls, citizen: Citizen) -> Contacts:
        number = citizen.phone
        phone = Phone(number, citizen.phone_typed or number, is_mobile(number)) if number else None
        return cls(phone, citizen.email)

    @property
    def number(self) -> str | None:
        return self.phone.number if self.phone else None

    def same_as(self, other: Contacts) -> bool:
        """However the phone was typed."""
        return (self.number, self.email) == (other.number, other.email)

    @property
    def written_to(self) -> set[str]:
        """Where letters arrive, with the address of the appointment in them."""
        mobile = self.phone.number if self.phone and self.phone.is_mobile else None
        return {each for each in (self.email, mobile) if each}

    @property
    def keys(self) -> set[str]:
        """What tells that two bookings have the same contact."""
        return {each for each in (self.number, mailbox_of(self.email) if self.email else None) if each}


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody's contacts were, and are to be."""

    citizen: Citizen
    was: Contacts
    becomes: Contacts

    @property
    def fields(self) -> list[str]:
        both = (("phone", self.was.number, self.becomes.number), ("email", self.was.email, self.becomes.email))
        return [name for name, was, becomes in both if was != becomes]

    def write(self) -> None:
        phone = self.becomes.phone
        if "phone" in self.fields:
            self.citizen.phone = self.becomes.number
            self.citizen.phone_typed = phone.typed[:40] if phone else None
        self.citizen.write_to(self.becomes.email)


def people_of(appointment: Appointment) -> list[Citizen]:
    """The person helped, then whoever booked for them."""
    return [each for each in (appointment.person, appointment.booker) if each]


def conseillers_concerned(appointment: Appointment, *, now: datetime) -> list[int]:
    """Whom to lock: those of the other appointments of the same people too."""
    return [each.conseiller_id for each in _ahead(people_of(appointment), now)]


def correct(appointment: Appointment, wanted: Sequence[Contacts], *, by: By, link_key: str, now: datetime) -> bool:
    """Says whether anything changed; `wanted` stands in the order of `people_of`. All that lies ahead of them follows.

    Raises NotUpcoming, TooManyUpcoming, TooManyTries.
    """
    if not appointment.can_be_changed(now):
        raise NotUpcoming
    corrections = _corrections(appointment, wanted)
    if not corrections:
        return False
    if by.actor is Actor.CITIZEN:
        _judge(appointment, corrections, now)
    for each in corrections:
        each.write()
    _announce(corrections, by=by, link_key=link_key, now=now)
    return True


def _corrections(appointment: Appointment, wanted: Sequence[Contacts]) -> list[Correction]:
    pairs = zip(people_of(appointment), wanted, strict=True)
    asked = (Correction(citizen, Contacts.of(citizen), becomes) for citizen, becomes in pairs)
    return [each for each in asked if each.fields]


def _judge(appointment: Appointment, corrections: Sequence[Correction], now: datetime) -> None:
    """As if it were booked anew with these contacts."""
    who = f"contacts {appointment.public_id}"
    if attempts.count(Try.CODE_ADDRESS, who, now=now, minutes=DAY) >= CHANGES_A_DAY:
        raise TooManyTries
    attempts.note(Try.CODE_ADDRESS, who, now=now)
    if appointment.origin is Origin.ONLINE and appointment.booked_by is not Booker.PROFESSIONAL:
        new = sorted({key for each in corrections for key in each.becomes.keys - each.was.keys})
        refuse_contact_of_many(new, but=appointment, now=now)


def _announce(corrections: Sequence[Correction], *, by: By, link_key: str, now: datetime) -> None:
    """Whoever reads at an old contact must not open anything; whoever reads at a new one must be able to."""
    has_lost = any(each.was.written_to - each.becomes.written_to for each in corrections)
    has_new = any(each.becomes.written_to - each.was.written_to for each in corrections)
    fields = sorted({name for each in corrections for name in each.fields})
    for appointment in _ahead([each.citizen for each in corrections], now):
        record("contacts_changed", appointment, by=by, now=now, fields=fields)
        if has_lost:
            reissue(appointment, link_key=link_key, by=by, now=now)
        elif has_new:
            tell_anew(appointment, by=by, now=now)


def _ahead(people: Sequence[Citizen], now: datetime) -> Sequence[Appointment]:
    return db.session.scalars(upcoming_of([each.id for each in people], now)).all()
