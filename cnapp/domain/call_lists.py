"""Whose calls and letters on paper those are, and which of them are still true: queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.orm import Mapped, joinedload, selectinload

from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.appointments import CANCELLED, Appointment, Status
from cnapp.domain.calls import UNTOLD, Call, CallAttempt, Ending, Reason
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import TOLD_WITHIN, Channel, Due, Letter, Outcome
from cnapp.domain.people import Role, Staff, StaffPlace
from cnapp.domain.presences import Presence


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose calls: those of some places; for the phone line, those without a desk or late since; or all."""

    place_ids: Sequence[int] | None = None
    late_since: datetime | None = None

    def calls(self) -> ColumnElement[bool]:
        if self.late_since:
            return or_(Call.place_id.is_(None), Call.due_at < self.late_since, ~_has_desk(Call.place_id))
        return true() if self.place_ids is None else Call.place_id.in_(self.place_ids)

    def letters(self) -> ColumnElement[bool]:
        """The same of what is posted: nothing of it is late for the phone line."""
        if self.late_since:
            return ~_has_desk(Presence.place_id)
        return true() if self.place_ids is None else Presence.place_id.in_(self.place_ids)


def _has_desk(place_id: ColumnElement[int | None] | Mapped[int | None] | Mapped[int]) -> ColumnElement[bool]:
    works = StaffPlace.staff_id == Staff.id, StaffPlace.place_id == place_id
    return exists().where(*works, Staff.role == Role.DESK, Staff.disabled_at.is_(None))


def calls_open(reach: Reach, now: datetime) -> Select[Call]:
    """Whole, what changes today first, then by the hour; only of people who may be called, and of what is true."""
    next_at = func.coalesce(Call.call_again_at, Call.due_at)
    return _whole(calls_true(now).where(reach.calls())).order_by(Call.at_once.desc(), next_at, Call.id)


def how_many_to_make(reach: Reach, now: datetime) -> Select[int]:
    """Those that are due."""
    due = func.coalesce(Call.call_again_at, Call.due_at) <= now
    return calls_true(now).where(reach.calls(), due).with_only_columns(func.count())


def calls_settled_on(reach: Reach, now: datetime) -> Select[Call]:
    """Of the day, the last one first; what settled by itself is no news."""
    today = span_of_day(day_of(now))
    settled = Call.settled_at >= today.start, Call.settled_at < today.end, Call.outcome != Ending.OVERTAKEN
    return _whole(select(Call).where(*settled, reach.calls())).order_by(Call.settled_at.desc(), Call.id.desc())


def call_named(public_id: str, reach: Reach) -> Select[Call]:
    return _whole(select(Call).where(Call.public_id == public_id, reach.calls()))


def _whole(calls: Select[Call]) -> Select[Call]:
    appointment = joinedload(Call.appointment)
    presence = appointment.joinedload(Appointment.presence)
    return calls.options(
        joinedload(Call.due),
        joinedload(Call.citizen),
        joinedload(Call.place),
        appointment.joinedload(Appointment.person),
        appointment.joinedload(Appointment.conseiller),
        appointment.joinedload(Appointment.motif),
        presence.joinedload(Presence.place),
        presence.joinedload(Presence.room),
        selectinload(Call.attempts).joinedload(CallAttempt.staff),
    )


def calls_true(now: datetime) -> Select[Call]:
    """Open ones of people who may be called, about what still is as it was."""
    may_be_called = Citizen.phone.is_not(None), ~Citizen.no_calls
    return (
        select(Call)
        .join(Citizen, Citizen.id == Call.citizen_id)
        .outerjoin(Due, Due.id == Call.due_id)
        .outerjoin(Appointment, Appointment.id == Call.appointment_id)
        .where(Call.settled_at.is_(None), *may_be_called, _is_true(now))
    )


def calls_overtaken(now: datetime) -> Select[int]:
    still = calls_true(now).with_only_columns(Call.id)
    return select(Call.id).where(Call.settled_at.is_(None), Call.id.not_in(still))


def _is_true(now: datetime) -> ColumnElement[bool]:
    return or_(
        Call.reason == Reason.CALLBACK,
        and_(Call.appointment_id.is_(None), Call.created_at > now - TOLD_WITHIN),
        letter_is_true(now),
    )


def letter_is_true(now: datetime) -> ColumnElement[bool]:
    """The last change of its appointment, which is still to come; a cancelled one until its day has ended."""
    comes = Appointment.status == Status.BOOKED, Appointment.starts_at > now
    would_come = Appointment.status.in_(CANCELLED), Appointment.starts_at >= span_of_day(day_of(now)).start
    return and_(Due.version == Appointment.version, or_(and_(*comes), and_(*would_come)))


def call_for(due_id: int) -> Select[Call]:
    return select(Call).where(Call.due_id == due_id)


def callbacks_to(phone: str) -> Select[Call]:
    asked = Call.reason == Reason.CALLBACK, Citizen.phone == phone
    return select(Call).join(Citizen, Citizen.id == Call.citizen_id).where(*asked)


def letters_untold(reach: Reach, letters: Sequence[Letter], now: datetime) -> Select[Due, Appointment]:
    """What nobody could tell: refused for good, no way to the person, a wrong number or none, « ne m’appelez pas »."""
    is_failed = and_(Due.outcome.in_((Outcome.GIVEN_UP, Outcome.UNNEEDED)), ~exists().where(Call.due_id == Due.id))
    is_untold = exists().where(Call.due_id == Due.id, Call.outcome.in_(UNTOLD))
    never_answered = or_(Call.outcome.is_(None), Call.outcome == Ending.OVERTAKEN)
    whom = Call.citizen_id == Citizen.id, or_(Citizen.no_calls, Citizen.phone.is_(None))
    is_out_of_reach = exists().where(Call.due_id == Due.id, never_answered, *whom)
    failed = or_(is_failed, and_(Due.channel != Channel.PAPER, or_(is_untold, is_out_of_reach)))
    return _with_appointment(reach, now).where(Due.letter.in_(letters), failed)


def letters_to_post(reach: Reach, now: datetime) -> Select[Due, Appointment]:
    """Entrusted to whoever prints, and not posted yet."""
    waits = Due.outcome == Outcome.ENTRUSTED, Due.channel == Channel.PAPER, Due.printed_at.is_(None)
    return _with_appointment(reach, now).where(*waits)


def letter_to_post(key: str, reach: Reach, now: datetime) -> Select[Due, Appointment]:
    return letters_to_post(reach, now).where(Due.key == key)


def _with_appointment(reach: Reach, now: datetime) -> Select[Due, Appointment]:
    presence = joinedload(Appointment.presence)
    whole = (
        joinedload(Appointment.person),
        joinedload(Appointment.booker),
        joinedload(Appointment.conseiller),
        joinedload(Appointment.motif),
        presence.joinedload(Presence.place),
        presence.joinedload(Presence.room),
    )
    return (
        select(Due, Appointment)
        .join(Appointment, Appointment.id == Due.appointment_id)
        .join(Presence, Presence.id == Appointment.presence_id)
        .where(reach.letters(), letter_is_true(now))
        .options(*whole)
        .order_by(Appointment.starts_at, Due.id)
    )
