"""What a desk does for anybody: finds their booking, moves it, cancels it.

Callers lock the conseillers concerned, and commit. Taking a booking is services/additions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select

from cnapp.base.contacts import PhoneNotUnderstood, read_phone
from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.absences_noted import absences_noted
from cnapp.domain.accounts import TooManyTries, Try
from cnapp.domain.appointments import Appointment, Status, appointment_named
from cnapp.domain.consultations import Way
from cnapp.domain.desks import FOUND_AT_MOST, appointments_found, appointments_with_phone, is_at
from cnapp.domain.journal import ChangedMeanwhile, Subject
from cnapp.domain.people import Staff
from cnapp.domain.slots import Choice, Wish
from cnapp.services import appointments, attempts, contact_changes
from cnapp.services.contact_changes import Contacts, people_of
from cnapp.services.desks import places_for
from cnapp.services.journal import By, changes_since

LOOKS_BACK = timedelta(days=30)
SEARCHES_AN_ACCOUNT = 120
"""In 15 minutes: more than a desk needs, fewer than it takes to copy the list of people."""
VERBS = {Status.EXCUSED: appointments.cancel, Status.REVOKED: appointments.revoke}


class TooLittleTyped(Refusal):
    sentence = "Écrivez au moins 3 lettres d’un mot du nom, ou un numéro de téléphone complet."


@dataclass(frozen=True, slots=True)
class Press:
    """A button of a page: whose press, and the last line of the journal that the page knew."""

    by: By
    number: int


@dataclass(frozen=True, slots=True)
class Ending:
    """How an appointment ends before its time: by whom, and why, as a code."""

    status: Status
    reason: str | None


def opens(staff: Staff, appointment: Appointment) -> bool:
    """Whether a desk needs neither code nor name for it."""
    return staff.phone_line or is_at(appointment, [place.id for place in staff.places])


def appointment_for(staff: Staff, public_id: str, granted: Collection[str]) -> Appointment | None:
    """Of the desk's own places, or opened with its code; any other is none."""
    appointment = db.session.scalar(appointment_named(public_id))
    if appointment and (public_id in granted or opens(staff, appointment)):
        return appointment
    return None


def way_to(staff: Staff, appointment: Appointment) -> Way:
    """What lets a desk open it."""
    if staff.phone_line:
        return Way.PHONE_LINE
    return Way.PLACE if opens(staff, appointment) else Way.CODE


def count_search(staff: Staff, *, now: datetime) -> None:
    """Raises TooManyTries."""
    if attempts.count(Try.SEARCH, staff.public_id, now=now) >= SEARCHES_AN_ACCOUNT:
        raise TooManyTries
    attempts.note(Try.SEARCH, staff.public_id, now=now)


def found(staff: Staff, typed: str, *, now: datetime) -> Sequence[Appointment]:
    """At the desk's own places, by name or telephone: those of today and to come, then those of the last 30 days.

    Raises TooLittleTyped.
    """
    place_ids = [place.id for place in places_for(staff, now=now)]
    today = span_of_day(day_of(now)).start
    whole = _with_number(place_ids, typed, now)
    if whole is None:
        whole = appointments_found(place_ids, typed, now - LOOKS_BACK)
    if whole is None:
        raise TooLittleTyped
    coming = db.session.scalars(whole.where(Appointment.starts_at >= today)).all()
    past = whole.where(Appointment.starts_at < today).order_by(None).order_by(Appointment.starts_at.desc())
    return [*coming, *db.session.scalars(past)][:FOUND_AT_MOST]


def _with_number(place_ids: Sequence[int], typed: str, now: datetime) -> Select[Appointment] | None:
    """None for what is no telephone number."""
    try:
        phone = read_phone(typed)
    except PhoneNotUnderstood:
        return None
    return appointments_with_phone(place_ids, phone.number, now - LOOKS_BACK) if phone else None


def move(appointment: Appointment, wish: Wish, choice: Choice, *, press: Press, now: datetime) -> None:
    """Pressed twice, it is moved once. Raises ChangedMeanwhile, NotUpcoming, SlotTaken."""
    is_there = choice == Choice(appointment.presence.place.slug, appointment.starts_at)
    if not _done_already(appointment, press, is_there):
        appointments.move_directly(appointment, wish, choice, by=press.by, now=now)


def end(appointment: Appointment, ending: Ending, *, press: Press, now: datetime) -> None:
    """Its time is free at once. Pressed twice, it ends once. Raises ChangedMeanwhile, NotUpcoming."""
    if not _done_already(appointment, press, appointment.status is ending.status):
        VERBS[ending.status](appointment, by=press.by, reason=ending.reason, now=now)


def correct(
    appointment: Appointment, wanted: Sequence[Contacts], *, press: Press, link_key: str, now: datetime
) -> None:
    """Pressed twice, it changes once. Raises ChangedMeanwhile, NotUpcoming."""
    is_so = [Contacts.of(each).same_as(contacts) for each, contacts in zip(people_of(appointment), wanted, strict=True)]
    if not _done_already(appointment, press, all(is_so)):
        contact_changes.correct(appointment, wanted, by=press.by, link_key=link_key, now=now)


def _done_already(appointment: Appointment, press: Press, is_as_asked: bool) -> bool:
    """Whether an earlier press of the same hands did it. Raises ChangedMeanwhile for any other change."""
    entries = changes_since((Subject.APPOINTMENT, appointment.id), press.number)
    mine = all((each.staff_id, each.hand) == (press.by.staff_id, press.by.hand) for each in entries)
    if entries and not (mine and is_as_asked):
        raise ChangedMeanwhile(entries)
    return bool(entries)


def absences_of(appointment: Appointment, *, now: datetime) -> int:
    """How often somebody with the same phone or e-mail did not come, in a year: for a person to weigh."""
    query = absences_noted(appointment.person, now)
    return 0 if query is None else db.session.scalar(query) or 0
