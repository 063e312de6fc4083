"""Absences entered, shortened, taken back. Callers lock the conseillers, and commit.

Nothing is cancelled: whoever was expected is displaced, a line of the plan that is made in the same transaction.
Whoever books at that moment either finds the time gone, or is in the list: both wait for the same lock.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from cnapp.base.database import attempt, db, write
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.absences import (
    PEOPLE_AT_MOST,
    Absence,
    AbsenceIsOver,
    AbsenceUnknown,
    AbsentAlready,
    Cause,
    NobodyAbsent,
    absence_named,
    absences_of,
    absences_of_plan,
    by_day,
    refuse_impossible,
)
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import Commitment, Kind, commitments_of
from cnapp.domain.displaced import absences_within, appointments_touched, holds_within, is_under_way
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.plan_queries import displacements_of
from cnapp.domain.plans import Displacement, RecoveryPlan, Trigger
from cnapp.domain.presences import presences_touched
from cnapp.services import workshop_days
from cnapp.services.displacements import displace, displace_session, reinstate
from cnapp.services.journal import By, Thing, record_about
from cnapp.services.plans import begin, tell_coordination
from cnapp.services.seats import hold_still
from cnapp.services.workshop_days import Led


@dataclass(frozen=True)
class Wanted:
    """Who is not there, from when to when, and why."""

    people: Sequence[Staff]
    span: Span
    cause: Cause


def find(public_id: str) -> Absence:
    """Raises AbsenceUnknown."""
    absence = db.session.scalar(absence_named(public_id))
    if absence is None:
        raise AbsenceUnknown
    return absence


def about(absence: Absence) -> Thing:
    return Subject.ABSENCE, absence.id


def of_plan(plan: RecoveryPlan) -> Sequence[Absence]:
    """Those that were entered together, also once they are taken back."""
    return db.session.scalars(absences_of_plan(plan.id)).all()


def enter(wanted: Wanted, *, by: By, now: datetime) -> RecoveryPlan:
    """One plan for all of them, with whoever was expected; empty when nobody was.

    What began before today is not looked into. Raises NobodyAbsent, AbsenceEndsFirst, AbsenceIsPast, AbsenceTooLong,
    AbsentAlready.
    """
    span = time_to_free(wanted, now)
    plan = begin(Trigger.ABSENCE, by=by, now=now)
    for conseiller in sorted(wanted.people, key=lambda each: each.id):
        _leave(conseiller, span, wanted.cause, plan, by, now)
    tell_coordination(plan, by=by, now=now)
    return plan


def time_to_free(wanted: Wanted, now: datetime) -> Span:
    """The stretch that can still be kept free. Raises what `enter` does."""
    if not 0 < len(wanted.people) <= PEOPLE_AT_MOST:
        raise NobodyAbsent
    refuse_impossible(wanted.span, now)
    span = _from_today(wanted.span, now)
    known = db.session.scalar(absences_of([each.id for each in wanted.people], span).limit(1))
    if known:
        raise AbsentAlready(known)
    return span


def is_entered(wanted: Wanted, known: Absence, *, now: datetime) -> bool:
    """Whether it was a second press: all that is wanted is noted already, in the plan of the absence that is known."""
    span = _from_today(wanted.span, now)
    noted = db.session.scalars(absences_of_plan(known.plan_id))
    covered = {each.conseiller_id for each in noted if each.withdrawn_at is None and each.span.covers(span)}
    return {each.id for each in wanted.people} <= covered


def _from_today(span: Span, now: datetime) -> Span:
    return Span(max(span.start, span_of_day(day_of(now)).start), span.end)


def _leave(conseiller: Staff, span: Span, cause: Cause, plan: RecoveryPlan, by: By, now: datetime) -> None:
    write(holds_within([conseiller.id], span))
    for appointment in _touched(conseiller.id, span, now):
        displace(appointment, plan, by=by, now=now)
    for led in _led(conseiller.id, span, now):
        hold_still(led.gathering.workshop.id)
        displace_session(led, conseiller.id, plan, by=by, now=now)
    _note(Absence(conseiller_id=conseiller.id, plan_id=plan.id, cause=cause), span, by, now)


def _note(absence: Absence, span: Span, by: By, now: datetime) -> None:
    absence.public_id, absence.entered_by_id, absence.created_at = new_public_id(), by.staff_id or 0, now
    absence.starts_at, absence.ends_at = span.start, span.end
    db.session.add(absence)
    db.session.flush()
    _promise(absence)
    _show_in_calendars(absence, span, now)
    times = {"starts_at": span.start.isoformat(), "ends_at": span.end.isoformat()}
    record_about(about(absence), "entered", by=by, now=now, cause=absence.cause, **times)


def _show_in_calendars(absence: Absence, span: Span, now: datetime) -> None:
    """Whoever reads theirs must see that something changed, also where no presence was to be."""
    if not write(presences_touched(absence.conseiller_id, span, now)):
        absence.conseiller.updated_at = now


def _touched(conseiller_id: int, span: Span, now: datetime) -> list[Appointment]:
    """Not whom they are receiving as the absence begins."""
    found = db.session.scalars(appointments_touched([conseiller_id], span)).all()
    return [each for each in found if not is_under_way(each.starts_at, span, now)]


def _led(conseiller_id: int, span: Span, now: datetime) -> list[Led]:
    found = workshop_days.led_by([conseiller_id], span)
    return [each for each in found if not is_under_way(each.gathering.session.starts_at, span, now)]


def _promise(absence: Absence) -> None:
    """All its time but what is promised still: one row a local day, or several around it."""
    kept = [each.span for each in db.session.scalars(commitments_of([absence.conseiller_id], absence.span))]
    free = [stretch for day in by_day(absence.span) for stretch in day.minus(kept)]
    same = {"kind": Kind.ABSENCE, "conseiller_id": absence.conseiller_id, "buffer_minutes": 0}
    rows = [{**same, "starts_at": each.start, "ends_at": each.end} for each in free]
    if rows:
        db.session.connection().execute(insert(Commitment), rows)


def shorten(absence: Absence, ends_at: datetime, *, by: By, now: datetime) -> list[Displacement]:
    """They are back sooner: whoever was displaced after that and has no other time yet is expected again.

    Answers these. From its beginning or before, it is taken back whole. Raises AbsenceIsOver.
    """
    if not absence.can_be_changed(now):
        raise AbsenceIsOver
    was, end = absence.span, min(ends_at, absence.ends_at)
    write(absences_within(absence.conseiller_id, was))
    if end > absence.starts_at:
        absence.ends_at = end
        _promise(absence)
    else:
        absence.withdrawn_at = now
    db.session.flush()
    _show_in_calendars(absence, was, now)
    what = "withdrawn" if absence.withdrawn_at else "shortened"
    record_about(about(absence), what, by=by, now=now, ends_at=end.isoformat())
    return _expect_again(absence, end, by, now)


def withdraw(absence: Absence, *, by: By, now: datetime) -> list[Displacement]:
    """It was entered by mistake, or they come all the same: what is left of it goes. Raises AbsenceIsOver."""
    return shorten(absence, max(now, absence.starts_at), by=by, now=now)


def expected_again(absence: Absence, since: datetime, *, now: datetime) -> list[Displacement]:
    """Those of its plan whom a return at that instant would concern: they have no other time yet. In order."""
    theirs = [each for each in db.session.scalars(displacements_of(absence.plan_id)) if each.is_open]
    same = [each for each in theirs if each.conseiller_id == absence.conseiller_id]
    return [each for each in same if each.starts_at >= since and each.ends_at > now]


def _expect_again(absence: Absence, since: datetime, by: By, now: datetime) -> list[Displacement]:
    """In order; whose time cannot be given back stays in the plan."""
    again = []
    for line in expected_again(absence, since, now=now):
        with suppress(Refusal), attempt():
            reinstate(line, by=by, now=now)
            again.append(line)
    return again
