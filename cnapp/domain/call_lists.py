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
from sqlalchemy.sql.base import ExecutableOption

from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.appointments import CANCELLED, Appointment, Status
from cnapp.domain.calls import UNTOLD, Call, CallAttempt, Ending, Reason
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import SESSION_REMINDERS, TOLD_WITHIN, Channel, Due, Letter, Outcome
from cnapp.domain.people import Role, Staff, StaffPlace
from cnapp.domain.plans import Displacement
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import ACTIVE, Registration, Standing
from cnapp.domain.session_reminders import is_about_session
from cnapp.domain.workshop_sessions import Leading, WorkshopSession
from cnapp.domain.workshops import Workshop


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose calls: those of some places; for the phone line, those without a desk or late since; or all."""

    place_ids: Sequence[int] | None = None
    late_since: datetime | None = None

    def calls(self) -> ColumnElement[bool]:
        if self.late_since:
            return or_(Call.place_id.is_(None), Call.due_at < self.late_since, ~_has_desk(Call.place_id))
        return true() if self.place_ids is None else Call.place_id.in_(self.place_ids)

    def letters(self, place_id: Mapped[int]) -> ColumnElement[bool]:
        """The same of what is posted about these places: nothing of it is late for the phone line."""
        if self.late_since:
            return ~_has_desk(place_id)
        return true() if self.place_ids is None else place_id.in_(self.place_ids)


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
        *_registration_loaded(),
        *_displacements_loaded(),
        selectinload(Call.attempts).joinedload(CallAttempt.staff),
    )


def _displacements_loaded() -> tuple[ExecutableOption, ...]:
    lines = selectinload(Call.displacements)
    return lines.joinedload(Displacement.plan), lines.joinedload(Displacement.place)


def _registration_loaded() -> tuple[ExecutableOption, ...]:
    registration = joinedload(Call.registration)
    workshop = registration.joinedload(Registration.workshop)
    people = (registration.joinedload(each) for each in (Registration.person, Registration.booker))
    return *people, workshop.joinedload(Workshop.place), workshop.selectinload(Workshop.sessions)


def calls_true(now: datetime) -> Select[Call]:
    """Open ones of people who may be called, about what still is as it was."""
    may_be_called = Citizen.phone.is_not(None), ~Citizen.no_calls
    return (
        select(Call)
        .join(Citizen, Citizen.id == Call.citizen_id)
        .outerjoin(Due, Due.id == Call.due_id)
        .outerjoin(Appointment, Appointment.id == Call.appointment_id)
        .outerjoin(Registration, Registration.id == Call.registration_id)
        .outerjoin(Workshop, Workshop.id == Registration.workshop_id)
        .where(Call.settled_at.is_(None), *may_be_called, _is_true(now))
    )


def calls_overtaken(now: datetime) -> Select[int]:
    still = calls_true(now).with_only_columns(Call.id)
    return select(Call.id).where(Call.settled_at.is_(None), Call.id.not_in(still))


def _is_true(now: datetime) -> ColumnElement[bool]:
    of_nothing = Call.appointment_id.is_(None), Call.registration_id.is_(None)
    return or_(
        Call.reason == Reason.CALLBACK,
        and_(*of_nothing, Call.created_at > now - TOLD_WITHIN),
        letter_is_true(now),
        registration_letter_is_true(now),
    )


def letter_is_true(now: datetime) -> ColumnElement[bool]:
    """The last change of its appointment, still to come; one cancelled or without a time, until its day has ended."""
    comes = Appointment.status == Status.BOOKED, Appointment.starts_at > now
    today = span_of_day(day_of(now))
    would_come = Appointment.status.in_((*CANCELLED, Status.DISPLACED)), Appointment.starts_at >= today.start
    return and_(Due.version == Appointment.version, or_(and_(*comes), and_(*would_come)))


def registration_letter_is_true(now: datetime) -> ColumnElement[bool]:
    """The last change of its registration, or a seat that is held, or a reminder of what is still to come."""
    is_last = Due.version == Registration.version, Due.registration_id == Registration.id
    comes = Registration.status.in_(ACTIVE), Workshop.ends_at > now
    would_come = Registration.status.not_in(ACTIVE), Workshop.ends_at >= span_of_day(day_of(now)).start
    changed = Due.letter.not_in((Letter.SEAT_OFFERED, *SESSION_REMINDERS)), or_(and_(*comes), and_(*would_come))
    held = Due.letter == Letter.SEAT_OFFERED, Registration.status == Standing.OFFERED, Registration.answer_by > now
    ahead = exists().where(
        WorkshopSession.workshop_id == Registration.workshop_id, WorkshopSession.starts_at > now, is_about_session()
    )
    reminded = Due.letter.in_(SESSION_REMINDERS), Registration.status == Standing.REGISTERED, ahead
    return and_(*is_last, or_(and_(*changed), and_(*held), and_(*reminded)))


def call_for(due_id: int) -> Select[Call]:
    return select(Call).where(Call.due_id == due_id)


def callbacks_to(phone: str) -> Select[Call]:
    asked = Call.reason == Reason.CALLBACK, Citizen.phone == phone
    return select(Call).join(Citizen, Citizen.id == Call.citizen_id).where(*asked)


def is_untold(letters: Sequence[Letter]) -> tuple[ColumnElement[bool], ...]:
    """What nobody could tell: refused for good, no way to the person, a wrong number or none, « ne m’appelez pas »."""
    is_failed = and_(Due.outcome.in_((Outcome.GIVEN_UP, Outcome.UNNEEDED)), ~exists().where(Call.due_id == Due.id))
    is_misdirected = exists().where(Call.due_id == Due.id, Call.outcome.in_(UNTOLD))
    never_answered = or_(Call.outcome.is_(None), Call.outcome == Ending.OVERTAKEN)
    whom = Call.citizen_id == Citizen.id, or_(Citizen.no_calls, Citizen.phone.is_(None))
    is_out_of_reach = exists().where(Call.due_id == Due.id, never_answered, *whom)
    failed = or_(is_failed, and_(Due.channel != Channel.PAPER, or_(is_misdirected, is_out_of_reach)))
    return Due.letter.in_(letters), failed


def waits_for_post() -> tuple[ColumnElement[bool], ...]:
    """Entrusted to whoever prints, and not posted yet."""
    return Due.outcome == Outcome.ENTRUSTED, Due.channel == Channel.PAPER, Due.printed_at.is_(None)


def letters_on_registrations(reach: Reach, now: datetime) -> Select[Due, Registration]:
    """The same about workshops."""
    workshop = joinedload(Registration.workshop)
    whole = (
        joinedload(Registration.person),
        joinedload(Registration.booker),
        joinedload(Registration.seat),
        workshop.joinedload(Workshop.place),
        workshop.selectinload(Workshop.sessions).selectinload(WorkshopSession.leadings).joinedload(Leading.conseiller),
    )
    return (
        select(Due, Registration)
        .join(Registration, Registration.id == Due.registration_id)
        .join(Workshop, Workshop.id == Registration.workshop_id)
        .where(reach.letters(Workshop.place_id), registration_letter_is_true(now))
        .options(*whole)
        .order_by(Workshop.starts_at, Due.id)
    )


def letters_on_appointments(reach: Reach, now: datetime) -> Select[Due, Appointment]:
    """What is still true, whole."""
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
        .where(reach.letters(Presence.place_id), letter_is_true(now))
        .options(*whole)
        .order_by(Appointment.starts_at, Due.id)
    )
