"""Finding a booking again by its code and three letters of a name, with tries counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from cnapp.base.database import db, lock_keys
from cnapp.base.tokens import fingerprint, read_code
from cnapp.domain.accounts import Attempt, TooManyTries, Try
from cnapp.domain.appointments import Appointment, appointment_coded
from cnapp.domain.registrations import Registration, registration_coded
from cnapp.services import attempts

TRIES_A_CODE = 5
TRIES_AN_ADDRESS = 200
TRIES_IN_ALL = 2000
"""In 15 minutes. A library has 20 computers behind one address."""


def retrieve(typed: str, letters: str, *, address: str, now: datetime) -> Appointment | Registration | None:
    """The appointment or registration with this code, if any word of the name of who comes, or who booked, begins so.

    None for a wrong code and for a wrong name alike; the try is noted and must be committed either way.
    Raises TooManyTries.
    """
    code = read_code(typed)
    lock_keys("tries:codes")
    _count_try(code or "?", address, now)
    found = _with_code(code) if code else None
    if found is None or not found.address_answers(now) or not _answers_to(found, letters):
        return None
    _forgive(found.code)
    return found


def _with_code(code: str) -> Appointment | Registration | None:
    return db.session.scalar(appointment_coded(code)) or db.session.scalar(registration_coded(code))


def _count_try(code: str, address: str, now: datetime) -> None:
    limits = (
        (Try.CODE, code, TRIES_A_CODE),
        (Try.CODE_ADDRESS, address, TRIES_AN_ADDRESS),
        (Try.CODE_ADDRESS, "all", TRIES_IN_ALL),
    )
    if any(attempts.count(what, who, now=now) >= most for what, who, most in limits if who != "?"):
        raise TooManyTries
    for what, who, _ in limits:
        attempts.note(what, who, now=now)


def _answers_to(found: Appointment | Registration, letters: str) -> bool:
    people = (found.person, found.booker)
    return any(someone.answers_to(letters) for someone in people if someone)


def _forgive(code: str) -> None:
    """Who has found their booking starts again from none."""
    db.session.execute(delete(Attempt).where(Attempt.what == Try.CODE, Attempt.who == fingerprint(code)))
