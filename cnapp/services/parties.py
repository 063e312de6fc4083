"""Who an appointment is for and who books it: from the answers to the rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.contacts import Phone, mailbox_of, read_email, read_phone
from cnapp.base.database import db, lock_keys
from cnapp.base.tokens import new_public_id
from cnapp.domain.answers import Answers
from cnapp.domain.appointments import Appointment, Booker, Origin, Told, upcoming_online_with
from cnapp.domain.citizens import UPCOMING_AT_MOST, Citizen, NameMissing, TooManyUpcoming


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as they were typed in; contacts already read (base/contacts)."""

    name: str
    phone: Phone | None = None
    email: str | None = None
    structure: str | None = None
    language: str | None = None
    no_calls: bool = False
    may_leave_message: bool = False
    no_reminders: bool = False

    @property
    def has_mobile(self) -> bool:
        return self.phone is not None and self.phone.is_mobile

    address: str | None = None

    @property
    def keys(self) -> list[str]:
        """What tells that two bookings have the same contact."""
        return [*([self.phone.number] if self.phone else []), *([mailbox_of(self.email)] if self.email else [])]


@dataclass(frozen=True, slots=True)
class Party:
    """The person helped (new, or known already), whoever booked for them, and the door they came by."""

    person: Someone | Citizen
    origin: Origin
    booked_by: Booker = Booker.SELF
    booker: Someone | Citizen | None = None
    told: Told = Told.PERSON
    needs: tuple[str, ...] = ()
    code: str | None = None
    """Of a card filled in by hand; a new one otherwise."""

    @property
    def keys(self) -> list[str]:
        return [key for each in (self.person, self.booker) if each for key in each.keys]

    @property
    def is_limited(self) -> bool:
        """Desks, the phone line and professionals may book as many as people need."""
        return self.origin is Origin.ONLINE and self.booked_by is not Booker.PROFESSIONAL


def party_of(answers: Answers) -> Party:
    """Who comes and who books, from answers that the forms have judged."""
    needs = tuple(need.value for need in answers.needs)
    booker = booker_of(answers)
    told = answers.told
    return Party(person_of(answers), Origin.ONLINE, answers.booked_by, booker=booker, told=told, needs=needs)


def person_of(answers: Answers) -> Someone:
    return Someone(
        answers.text("name"),
        phone=read_phone(answers.text("phone")),
        email=read_email(answers.text("email")),
        language=answers.text("language") or None,
        no_calls=answers.says("no_calls"),
        may_leave_message=answers.says("may_leave_message"),
        no_reminders=answers.says("no_reminders"),
        address=answers.text("address") or None,
    )


def booker_of(answers: Answers) -> Someone | None:
    if not answers.is_for_another:
        return None
    phone, email = read_phone(answers.text("booker_phone")), read_email(answers.text("booker_email"))
    structure, no_reminders = answers.text("structure") or None, answers.says("no_reminders")
    return Someone(answers.text("booker_name"), phone, email, structure=structure, no_reminders=no_reminders)


def refuse_too_many(party: Party, *, now: datetime) -> None:
    """Raises TooManyUpcoming."""
    if party.is_limited:
        refuse_contact_of_many(party.keys, now=now)


def refuse_contact_of_many(keys: Sequence[str], *, but: Appointment | None = None, now: datetime) -> None:
    """At most three upcoming appointments a contact, counted while nobody else books with it; `but` this one.

    Raises TooManyUpcoming.
    """
    if not keys:
        return
    lock_keys(*(f"contact:{key}" for key in keys))
    counted = upcoming_online_with(keys, keys, now)
    others = counted.where(Appointment.id != but.id) if but else counted
    if (db.session.scalar(others) or 0) >= UPCOMING_AT_MOST:
        raise TooManyUpcoming


def keep_citizen(someone: Someone | Citizen, *, now: datetime) -> Citizen:
    """The row of a person; a new one unless they are known. Raises NameMissing."""
    if isinstance(someone, Citizen):
        return someone
    if not someone.name:
        raise NameMissing
    citizen = Citizen(
        public_id=new_public_id(),
        structure=someone.structure,
        phone=someone.phone.number if someone.phone else None,
        phone_typed=someone.phone.typed[:40] if someone.phone else None,
        no_calls=someone.no_calls,
        may_leave_message=someone.may_leave_message,
        no_reminders=someone.no_reminders,
        address=someone.address,
        language=someone.language,
        created_at=now,
    )
    citizen.be_called(someone.name)
    citizen.write_to(someone.email)
    db.session.add(citizen)
    return citizen
