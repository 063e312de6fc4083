"""Letters that no press writes, reminders and « nous ne vous avons pas vu »: when each leaves, in local time.

A person who is written to reads one two days before and one on the morning itself; one who is called, is called once.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import joinedload

from cnapp.base.workdays import day_of, instant_at, last_working_day_before
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.outbox import CHANGES, REMINDERS, Channel, Due, Letter

NINE, EIGHT = time(9), time(8)
AN_HOUR = timedelta(hours=1)
LOOKS_AHEAD = timedelta(days=7)
"""With a weekend and public holidays between, nobody is called longer before."""
LOOKS_BACK = timedelta(days=3)
"""An absence of longer ago is no news any more."""


def two_days_before(starts_at: datetime) -> datetime:
    return instant_at(day_of(starts_at) - timedelta(days=2), NINE)


def on_the_morning(starts_at: datetime) -> datetime | None:
    """At eight, an hour before at least; who comes earlier than nine gets none."""
    at = instant_at(day_of(starts_at), EIGHT)
    return at if at + AN_HOUR <= starts_at else None


def on_the_working_day_before(starts_at: datetime) -> datetime:
    """« La veille à 9 h »: when somebody is there to call."""
    return instant_at(last_working_day_before(day_of(starts_at)), NINE)


def a_day_before(starts_at: datetime) -> datetime:
    """« 24 h avant »: real hours, also over a change of hour."""
    return starts_at - timedelta(hours=24)


def on_the_morning_after(starts_at: datetime) -> datetime:
    return instant_at(day_of(starts_at) + timedelta(days=1), NINE)


def reminders_of(starts_at: datetime, channel: Channel, *, since: datetime) -> dict[Letter, datetime]:
    """When each is due, of a time that is the person's since then: none of a time less than a day away."""
    if since > a_day_before(starts_at):
        return {}
    times = _called(starts_at) if channel is Channel.CALL else _written(starts_at)
    return {letter: at for letter, at in times.items() if at and at > since}


def _called(starts_at: datetime) -> dict[Letter, datetime | None]:
    return {Letter.REMINDED: on_the_working_day_before(starts_at)}


def _written(starts_at: datetime) -> dict[Letter, datetime | None]:
    return {Letter.REMINDED: two_days_before(starts_at), Letter.REMINDED_TODAY: on_the_morning(starts_at)}


def is_of_use(letter: Letter, starts_at: datetime, now: datetime) -> bool:
    """A late one leaves as well: the first until the day's own is due, that one while there is time to set out."""
    if letter is Letter.REMINDED_TODAY:
        return now + AN_HOUR <= starts_at
    return now < min(starts_at, instant_at(day_of(starts_at), EIGHT))


def unreminded(now: datetime) -> Select[Appointment, datetime]:
    """What lies ahead and has no reminder of its time, each with its readers and since when that time is theirs."""
    its_own = Due.appointment_id == Appointment.id, Due.version == Appointment.version
    since = select(func.min(Due.created_at)).where(*its_own, Due.letter.in_(CHANGES)).scalar_subquery()
    lies_ahead = Appointment.starts_at > now, Appointment.starts_at <= now + LOOKS_AHEAD
    return (
        select(Appointment, func.coalesce(since, Appointment.created_at))
        .options(joinedload(Appointment.person), joinedload(Appointment.booker))
        .where(Appointment.status == Status.BOOKED, *lies_ahead, ~_has_row(REMINDERS))
    )


def untold_absences(now: datetime) -> Select[Appointment]:
    """Those that somebody of the team noted these days, with their readers."""
    return (
        select(Appointment)
        .options(joinedload(Appointment.person), joinedload(Appointment.booker))
        .where(Appointment.status == Status.NOSHOW, Appointment.starts_at > now - LOOKS_BACK)
        .where(Appointment.starts_at <= now, ~_has_row([Letter.MISSED]))
    )


def _has_row(letters: Collection[Letter]) -> ColumnElement[bool]:
    its_own = Due.appointment_id == Appointment.id, Due.version == Appointment.version
    return exists().where(*its_own, Due.letter.in_(letters))
