"""Reminders of sessions of workshops: whose are missing, and which letter is about which session."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from cnapp.domain.outbox import REGISTRATION_CHANGES, SESSION_NAMED, SESSION_REMINDERS, Channel, Due, Letter
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.reminders import LOOKS_AHEAD, is_of_use, reminders_of
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Status, Workshop

AS_OF_APPOINTMENTS: Mapping[Letter, Letter] = {
    Letter.REMINDED: Letter.SESSION_REMINDED,
    Letter.REMINDED_TODAY: Letter.SESSION_TODAY,
}
_OF_APPOINTMENTS = {session: appointment for appointment, session in AS_OF_APPOINTMENTS.items()}


def session_reminders_of(starts_at: datetime, channel: Channel, *, since: datetime) -> dict[Letter, datetime]:
    """When each is due: by the rules of appointments."""
    times = reminders_of(starts_at, channel, since=since)
    return {AS_OF_APPOINTMENTS[letter]: at for letter, at in times.items()}


def session_reminder_is_of_use(letter: Letter, starts_at: datetime, now: datetime) -> bool:
    return is_of_use(_OF_APPOINTMENTS[letter], starts_at, now)


def is_about_session() -> ColumnElement[bool]:
    """Of a reminder and a session of its workshop."""
    return Due.key.contains("/" + func.substr(WorkshopSession.public_id, 1, SESSION_NAMED))


def session_of(due: Due, workshop: Workshop) -> WorkshopSession | None:
    """The one that a reminder is about; None once it is no more."""
    named = (session for session in workshop.sessions if f"/{session.public_id[:SESSION_NAMED]}" in due.key)
    return next(named, None)


def unreminded_sessions(now: datetime) -> Select[Registration, WorkshopSession, datetime]:
    """What lies ahead of whoever is registered and has no reminder of it, each with since when that is so.

    Of the registration as it is: one whose workshop has changed is reminded anew.
    """
    its_own = Due.registration_id == Registration.id, Due.version == Registration.version
    since = select(func.min(Due.created_at)).where(*its_own, Due.letter.in_(REGISTRATION_CHANGES)).scalar_subquery()
    is_reminded = exists().where(*its_own, Due.letter.in_(SESSION_REMINDERS), is_about_session())
    lies_ahead = WorkshopSession.starts_at > now, WorkshopSession.starts_at <= now + LOOKS_AHEAD
    comes = Registration.status == Standing.REGISTERED, Workshop.status != Status.CANCELLED
    return (
        select(Registration, WorkshopSession, func.coalesce(since, Registration.created_at))
        .join(Workshop, Workshop.id == Registration.workshop_id)
        .join(WorkshopSession, WorkshopSession.workshop_id == Workshop.id)
        .options(joinedload(Registration.person), joinedload(Registration.booker))
        .options(contains_eager(Registration.workshop))
        .where(*comes, *lies_ahead, WorkshopSession.outcome.is_(None), ~is_reminded)
        .order_by(Registration.id, WorkshopSession.starts_at)
    )
