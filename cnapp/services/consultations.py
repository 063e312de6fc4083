"""Who opened whose booking: written down, and read to answer whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cnapp.base.database import db, lock_keys
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import AppointmentUnknown, id_coded
from cnapp.domain.consultations import Booking, Consultation, Wanted, Way, consultations, with_hand
from cnapp.domain.people import Staff, names_ever
from cnapp.domain.registrations import registration_id_coded
from cnapp.services.journal import By
from cnapp.services.paging import Listing, read_page


def is_noted(booking: Booking, *, by: By, now: datetime) -> bool:
    """One line a day for the same booking and the same hands, whichever of its pages they open and however often.

    It says who opened it, and from when on; it measures nobody's work.
    """
    today = Wanted(by.staff_id, booking, day_of(now))
    return db.session.scalar(with_hand(today, by.hand)) is not None


def note(booking: Booking, way: Way, *, by: By, now: datetime) -> None:
    """Of two pages opened at once, the second finds the line of the first."""
    lock_keys(f"consultations:{booking.appointment_id}:{booking.registration_id}")
    if not is_noted(booking, by=by, now=now):
        what = {"appointment_id": booking.appointment_id, "registration_id": booking.registration_id}
        db.session.add(Consultation(**what, staff_id=by.staff_id, hand=by.hand, way=way, at=now))


def listing(wanted: Wanted, *, page: int) -> Listing[Consultation]:
    return read_page(consultations(wanted), page)


def everybody() -> Sequence[Staff]:
    """By name, also those whose account is closed."""
    return db.session.scalars(names_ever()).all()


def booking_with(code: str) -> Booking:
    """An appointment or a registration. Raises AppointmentUnknown."""
    found = Booking(db.session.scalar(id_coded(code)), db.session.scalar(registration_id_coded(code)))
    if found == Booking():
        raise AppointmentUnknown
    return found
