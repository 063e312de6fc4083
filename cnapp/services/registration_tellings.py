"""What letters about registrations have to say: where each stands when its letter is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from cnapp.base.database import db
from cnapp.base.workdays import day_of
from cnapp.domain.journal import Subject, last_saying
from cnapp.domain.outbox import REGISTRATION_CHANGES, SESSION_REMINDERS, Due, Letter, left_before
from cnapp.domain.people import Staff
from cnapp.domain.registrations import Registration, Standing, registration_numbered
from cnapp.domain.session_reminders import session_of, session_reminder_is_of_use
from cnapp.domain.too_few import day_told_of
from cnapp.domain.workshops import workshop_numbered
from cnapp.services.accounts import may_enter
from cnapp.services.similar_workshops import next_similar
from cnapp.services.tellings import Teller, Telling, reader_of
from cnapp.services.too_few import how_many_registered, is_too_few
from cnapp.services.unheard_moves import is_as_told


def _change(due: Due, now: datetime) -> Telling | None:
    """Of the last change: a later one has a letter of its own, which tells how things stand."""
    registration = _registration(due)
    if registration is None or due.version < registration.version:
        return None
    if not MATTERS[due.letter](registration, now) or _is_unheard_of(due, registration):
        return None
    if due.letter is Letter.WORKSHOP_CHANGED and is_as_told(due, registration.workshop):
        return None
    return Telling(
        due.letter,
        reader_of(due, registration),
        more=_more(due, registration, now),
        registration=registration,
        is_followed=_is_followed(due, registration),
    )


def _registration(due: Due) -> Registration | None:
    return db.session.scalar(registration_numbered(due.registration_id)) if due.registration_id else None


def _is_seated(registration: Registration, now: datetime) -> bool:
    comes = registration.status is Standing.REGISTERED and registration.workshop.stands
    return comes and now < registration.workshop.ends_at


def _waits(registration: Registration, now: datetime) -> bool:
    return registration.status is Standing.WAITING and not registration.workshop.is_past(now)


def _is_held(registration: Registration, now: datetime) -> bool:
    until = registration.answer_by
    return registration.status is Standing.OFFERED and until is not None and now < until


def _still_comes(registration: Registration, now: datetime) -> bool:
    return registration.is_active and registration.workshop.stands and now < registration.workshop.ends_at


def _would_come(registration: Registration, now: datetime) -> bool:
    return not registration.is_active and not registration.is_over(now)


MATTERS: Mapping[Letter, Callable[[Registration, datetime], bool]] = {
    Letter.REGISTERED: _is_seated,
    Letter.WAITLISTED: _waits,
    Letter.SEAT_OFFERED: _is_held,
    Letter.UNREGISTERED: _would_come,
    Letter.WORKSHOP_CHANGED: _still_comes,
    Letter.WORKSHOP_CANCELLED: _would_come,
}


def _is_unheard_of(due: Due, registration: Registration) -> bool:
    """They went on to another workshop before anything had been said of this one."""
    return _moved_on(due, registration) and db.session.scalar(left_before(due)) is None


def _moved_on(due: Due, registration: Registration) -> bool:
    if due.letter is not Letter.UNREGISTERED:
        return False
    return db.session.scalar(last_saying("moved", Subject.REGISTRATION, registration.id)) is not None


def _more(due: Due, registration: Registration, now: datetime) -> dict[str, object]:
    if due.letter is Letter.WORKSHOP_CANCELLED:
        return {"similar": next_similar(registration.workshop, now=now)}
    return {"has_moved": _moved_on(due, registration)} if due.letter is Letter.UNREGISTERED else {}


def _is_followed(due: Due, registration: Registration) -> bool:
    """A seat that is theirs; one that they have no more, if a letter ever said that it was."""
    if registration.status is Standing.REGISTERED:
        return True
    invited = left_before(due, Letter.REGISTERED, Letter.WORKSHOP_CHANGED)
    return not registration.is_active and db.session.scalar(invited) is not None


def _reminder(due: Due, now: datetime) -> Telling | None:
    """Of a session that still stands and has somebody to lead it, to whoever has not refused it."""
    registration = _registration(due)
    if registration is None or due.version < registration.version or not _is_seated(registration, now):
        return None
    session, reader = session_of(due, registration.workshop), reader_of(due, registration)
    if session is None or session.outcome is not None or session.displaced_at or reader.no_reminders:
        return None
    if session.starts_at <= now or not session_reminder_is_of_use(due.letter, session.starts_at, now):
        return None
    return Telling(due.letter, reader, registration=registration, session=session)


def _too_few(due: Due, now: datetime) -> Telling | None:
    """As long as it is so, of the day that was meant."""
    workshop = db.session.scalar(workshop_numbered(due.workshop_id)) if due.workshop_id else None
    reader = db.session.get_one(Staff, due.staff_id, populate_existing=True)
    if workshop is None or workshop.is_past(now) or day_told_of(due) != day_of(workshop.starts_at):
        return None
    if not is_too_few(workshop, now=now) or not may_enter(reader, now):
        return None
    return Telling(due.letter, reader, more={"registered": how_many_registered(workshop)}, workshop=workshop)


REGISTRATION_TELLERS: Mapping[Letter, Teller] = {
    **dict.fromkeys(REGISTRATION_CHANGES, _change),
    **dict.fromkeys(SESSION_REMINDERS, _reminder),
    Letter.TOO_FEW: _too_few,
}
