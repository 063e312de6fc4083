"""What is kept no longer, as queries that find it and statements that remove a few rows of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, String, Update, cast, delete, exists, or_, select, update

from cnapp.domain.absences import Absence
from cnapp.domain.accounts import TRIES_KEPT, Attempt, PasswordLink, SignIn
from cnapp.domain.appointments import Appointment
from cnapp.domain.calls import Call, CallAttempt
from cnapp.domain.citizens import Citizen
from cnapp.domain.codes import ReservedCode
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.consultations import Consultation
from cnapp.domain.drafts import Draft
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.kits import Loan
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import Due
from cnapp.domain.people import Staff
from cnapp.domain.plans import Cover, Displacement, RecoveryPlan
from cnapp.domain.registrations import Registration
from cnapp.domain.seats import Seat
from cnapp.domain.visits import Visit
from cnapp.domain.waits import Wait, WaitPlace
from cnapp.domain.workshop_sessions import Attendance, Leading, WorkshopSession
from cnapp.domain.workshops import Workshop

NO_NEEDS = "[]"


def drafts_past(now: datetime) -> Select[str]:
    return select(Draft.id).where(Draft.expires_at <= now)


def holds_past(now: datetime) -> Select[int]:
    return select(Commitment.id).where(Commitment.kind == Kind.HOLD, Commitment.expires_at <= now)


def attempts_past(now: datetime) -> Select[int]:
    return select(Attempt.id).where(Attempt.at <= now - TRIES_KEPT)


def sign_ins_past(now: datetime) -> Select[int]:
    return select(SignIn.id).where(SignIn.expires_at <= now)


def password_links_over_before(instant: datetime) -> Select[int]:
    return select(PasswordLink.id).where(PasswordLink.expires_at < instant)


def visits_named_before(day: date) -> Select[int]:
    """Visits before this day that still say a first name."""
    return select(Visit.id).where(Visit.day < day, Visit.first_name.is_not(None))


def needs_known_since_before(instant: datetime) -> Select[int]:
    """Appointments that ended before this, and still say what their person needed."""
    return select(Appointment.id).where(Appointment.ends_at < instant, cast(Appointment.needs, String) != NO_NEEDS)


def appointments_ended_before(instant: datetime) -> Select[int]:
    return select(Appointment.id).where(Appointment.ends_at < instant)


def needs_of_registrations_since_before(instant: datetime) -> Select[int]:
    """Registrations for workshops that ended before this, which still say what their person needed."""
    told = cast(Registration.needs, String) != NO_NEEDS
    return select(Registration.id).join(Workshop).where(Workshop.ends_at < instant, told)


def workshops_ended_before(instant: datetime) -> Select[int]:
    return select(Workshop.id).where(Workshop.ends_at < instant)


def citizens_without_appointment(before: datetime) -> Select[int]:
    """Nor are they registered for a workshop, do they wait, or are to be called."""
    return select(Citizen.id).where(Citizen.created_at < before, ~_is_concerned(Citizen.id))


def calls_past(settled_before: datetime, asked_before: datetime) -> Select[int]:
    """About no appointment or workshop: ended before this, or never made and asked for before that."""
    is_past = or_(Call.settled_at < settled_before, Call.created_at < asked_before)
    return select(Call.id).where(Call.appointment_id.is_(None), Call.registration_id.is_(None), is_past)


def callers_of(ids: Sequence[int]) -> Select[int]:
    return select(Call.citizen_id).where(Call.id.in_(ids))


def conseillers_of_holds(ids: Sequence[int]) -> Select[int]:
    """Locked, so that nobody is confirming these holds meanwhile."""
    theirs = select(Commitment.conseiller_id).where(Commitment.id.in_(ids))
    return select(Staff.id).where(Staff.id.in_(theirs)).order_by(Staff.id).with_for_update(key_share=True)


def conseillers_of_appointments(ids: Sequence[int]) -> Select[int]:
    theirs = select(Appointment.conseiller_id).where(Appointment.id.in_(ids))
    return select(Staff.id).where(Staff.id.in_(theirs)).order_by(Staff.id).with_for_update(key_share=True)


def times_of(ids: Sequence[int]) -> Select[Any]:
    return select(Appointment.commitment_id).where(Appointment.id.in_(ids), Appointment.commitment_id.is_not(None))


def holds_removed(ids: Sequence[int], now: datetime) -> Delete:
    """Those renewed or confirmed since they were found are left."""
    return delete(Commitment).where(Commitment.id.in_(ids), Commitment.kind == Kind.HOLD, Commitment.expires_at <= now)


def drafts_removed(ids: Sequence[str], now: datetime) -> Delete:
    return delete(Draft).where(Draft.id.in_(ids), Draft.expires_at <= now)


def attempts_removed(ids: Sequence[int]) -> Delete:
    return delete(Attempt).where(Attempt.id.in_(ids))


def sign_ins_removed(ids: Sequence[int]) -> Delete:
    return delete(SignIn).where(SignIn.id.in_(ids))


def password_links_removed(ids: Sequence[int]) -> Delete:
    return delete(PasswordLink).where(PasswordLink.id.in_(ids))


def codes_freed(ids: Sequence[int]) -> Delete:
    return delete(ReservedCode).where(ReservedCode.id.in_(ids))


def consultations_removed(ids: Sequence[int]) -> Delete:
    return delete(Consultation).where(Consultation.id.in_(ids))


def first_names_forgotten(ids: Sequence[int]) -> Update:
    return update(Visit).where(Visit.id.in_(ids)).values(first_name=None)


def needs_forgotten(ids: Sequence[int]) -> Update:
    return update(Appointment).where(Appointment.id.in_(ids)).values(needs=[])


def registration_needs_forgotten(ids: Sequence[int]) -> Update:
    return update(Registration).where(Registration.id.in_(ids)).values(needs=[])


def workshops_removed(ids: Sequence[int]) -> tuple[Delete | Update, ...]:
    """With all that points to them, in the order that the foreign keys ask for; the workshops come last."""
    registrations = select(Registration.id).where(Registration.workshop_id.in_(ids))
    sessions = select(WorkshopSession.id).where(WorkshopSession.workshop_id.in_(ids))
    return (
        *registrations_removed(registrations),
        delete(Seat).where(Seat.workshop_id.in_(ids)),
        delete(Leading).where(Leading.session_id.in_(sessions)),
        delete(Loan).where(Loan.workshop_id.in_(ids)),
        delete(Displacement).where(Displacement.session_id.in_(sessions)),
        delete(WorkshopSession).where(WorkshopSession.workshop_id.in_(ids)),
        delete(Due).where(Due.workshop_id.in_(ids)),
        delete(Entry).where(Entry.subject == Subject.WORKSHOP, Entry.subject_id.in_(ids)),
        delete(Workshop).where(Workshop.id.in_(ids)),
    )


def registrations_removed(ids: Select[int]) -> tuple[Delete | Update, ...]:
    """Their seats are for the caller, once nothing points to them."""
    return (
        *calls_removed(select(Call.id).where(Call.registration_id.in_(ids))),
        delete(Due).where(Due.registration_id.in_(ids)),
        delete(Entry).where(Entry.subject == Subject.REGISTRATION, Entry.subject_id.in_(ids)),
        delete(Attendance).where(Attendance.registration_id.in_(ids)),
        delete(Consultation).where(Consultation.registration_id.in_(ids)),
        delete(Registration).where(Registration.id.in_(ids)),
    )


def times_led(workshop_ids: Sequence[int]) -> Select[Any]:
    """Promises of those who led them."""
    sessions = select(WorkshopSession.id).where(WorkshopSession.workshop_id.in_(workshop_ids))
    return select(Leading.commitment_id).where(Leading.session_id.in_(sessions), Leading.commitment_id.is_not(None))


def times_removed(commitment_ids: Sequence[int]) -> Delete:
    return delete(Commitment).where(Commitment.id.in_(commitment_ids))


def conseillers_of_workshops(ids: Sequence[int]) -> Select[int]:
    theirs = select(Leading.conseiller_id).join(WorkshopSession, WorkshopSession.id == Leading.session_id)
    leads = theirs.where(WorkshopSession.workshop_id.in_(ids))
    return select(Staff.id).where(Staff.id.in_(leads)).order_by(Staff.id).with_for_update(key_share=True)


def appointments_removed(ids: Sequence[int], commitment_ids: Sequence[int]) -> tuple[Delete | Update, ...]:
    """With all that points to them, in the order that the foreign keys ask for; the appointments come last but one."""
    return (
        update(Visit).where(Visit.appointment_id.in_(ids)).values(appointment_id=None),
        *calls_removed(select(Call.id).where(Call.appointment_id.in_(ids))),
        delete(Due).where(Due.appointment_id.in_(ids)),
        delete(Entry).where(Entry.subject == Subject.APPOINTMENT, Entry.subject_id.in_(ids)),
        delete(Consultation).where(Consultation.appointment_id.in_(ids)),
        delete(Draft).where(Draft.moves_id.in_(ids)),
        *waits_removed(select(Wait.id).where(Wait.appointment_id.in_(ids))),
        delete(Displacement).where(Displacement.appointment_id.in_(ids)),
        delete(Appointment).where(Appointment.id.in_(ids)),
        delete(Commitment).where(Commitment.id.in_(commitment_ids)),
    )


def plans_over_before(instant: datetime) -> Select[int]:
    """Whom they were about is gone, and their absences ended long since: why somebody was ill is kept no longer."""
    about = exists().where(Displacement.plan_id == RecoveryPlan.id)
    lasting = exists().where(Absence.plan_id == RecoveryPlan.id, Absence.ends_at >= instant)
    return select(RecoveryPlan.id).where(RecoveryPlan.created_at < instant, ~about, ~lasting)


def plans_removed(ids: Sequence[int]) -> tuple[Delete, ...]:
    """With their absences and the time of these, in the order that the foreign keys ask for; the plans come last."""
    absences = select(Absence.id).where(Absence.plan_id.in_(ids))
    within = Absence.starts_at <= Commitment.starts_at, Absence.ends_at >= Commitment.ends_at
    theirs = exists().where(Absence.plan_id.in_(ids), Absence.conseiller_id == Commitment.conseiller_id, *within)
    return (
        delete(Commitment).where(Commitment.kind == Kind.ABSENCE, theirs),
        delete(Due).where(Due.plan_id.in_(ids)),
        delete(Entry).where(Entry.subject == Subject.ABSENCE, Entry.subject_id.in_(absences)),
        delete(Absence).where(Absence.plan_id.in_(ids)),
        delete(Cover).where(Cover.plan_id.in_(ids)),
        delete(Entry).where(Entry.subject == Subject.PLAN, Entry.subject_id.in_(ids)),
        delete(RecoveryPlan).where(RecoveryPlan.id.in_(ids)),
    )


def letters_of_no_appointment_before(instant: datetime) -> Select[int]:
    """Passwords and codes that were asked for, decisions: all that is known of them is that a letter left."""
    is_about_none = Due.appointment_id.is_(None), Due.registration_id.is_(None)
    return select(Due.id).where(*is_about_none, Due.settled_at < instant)


def letters_removed(ids: Sequence[int]) -> Delete:
    return delete(Due).where(Due.id.in_(ids))


def waits_removed(ids: Sequence[int] | Select[int]) -> tuple[Delete, ...]:
    """With what was offered; the waits come last."""
    return (
        delete(Offer).where(Offer.wait_id.in_(ids)),
        delete(WaitPlace).where(WaitPlace.wait_id.in_(ids)),
        delete(Wait).where(Wait.id.in_(ids)),
    )


def people_of_waits(ids: Sequence[int]) -> Select[int]:
    return select(Wait.citizen_id).where(Wait.id.in_(ids))


def letters_of_citizens(ids: Sequence[int]) -> Delete:
    """About no appointment, to people who go."""
    return delete(Due).where(Due.citizen_id.in_(ids), ~_is_concerned(Due.citizen_id))


def calls_removed(ids: Sequence[int] | Select[int]) -> tuple[Delete, Delete]:
    return delete(CallAttempt).where(CallAttempt.call_id.in_(ids)), delete(Call).where(Call.id.in_(ids))


def citizens_removed(ids: Sequence[int]) -> Delete:
    """Those who have booked since they were found, wait, or are to be called, are left."""
    return delete(Citizen).where(Citizen.id.in_(ids), ~_is_concerned(Citizen.id))


def _is_concerned(citizen_id: Any) -> ColumnElement[bool]:
    return or_(
        exists().where(or_(Appointment.person_id == citizen_id, Appointment.booker_id == citizen_id)),
        exists().where(or_(Registration.person_id == citizen_id, Registration.booker_id == citizen_id)),
        exists().where(Wait.citizen_id == citizen_id),
        exists().where(Call.citizen_id == citizen_id),
    )
