"""Who opened whose booking: written down, and read to answer whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from cnapp.base.database import db, lock_keys
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import AppointmentUnknown, id_coded
from cnapp.domain.consultations import Consultation, Wanted, Way, consultations, with_hand
from cnapp.domain.people import Staff, names_ever
from cnapp.services.journal import By
from cnapp.services.paging import Listing, read_page


def is_noted(appointment_id: int, *, by: By, now: datetime) -> bool:
    """One line a day for the same booking and the same hands, whichever of its pages they open and however often.

    It says who opened it, and from when on; it measures nobody's work.
    """
    today = Wanted(by.staff_id, appointment_id, day_of(now))
    return db.session.scalar(with_hand(today, by.hand)) is not None


def note(appointment_id: int, way: Way, *, by: By, now: datetime) -> None:
    """Of two pages opened at once, the second finds the line of the first."""
    lock_keys(f"consultations:{appointment_id}")
    if not is_noted(appointment_id, by=by, now=now):
        line = {"appointment_id": appointment_id, "staff_id": by.staff_id, "hand": by.hand}
        db.session.add(Consultation(**line, way=way, at=now))


def listing(wanted: Wanted, *, page: int) -> Listing[Consultation]:
    return read_page(consultations(wanted), page)


def everybody() -> Sequence[Staff]:
    """By name, also those whose account is closed."""
    return db.session.scalars(names_ever()).all()


def appointment_id_of(code: str) -> int:
    """Raises AppointmentUnknown."""
    found = db.session.scalar(id_coded(code))
    if found is None:
        raise AppointmentUnknown
    return found
