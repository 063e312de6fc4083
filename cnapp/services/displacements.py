"""What loses its time without being cancelled: appointments and sessions of workshops, each a line of a plan.

Callers lock the conseillers, and commit.
"""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db, write
from cnapp.base.spans import Span
from cnapp.base.tokens import new_public_id
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import LET_GO, Commitment, OutsidePresence
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import Letter
from cnapp.domain.plans import AT_ONCE_WITHIN, PUT_OFF, Displacement, RecoveryPlan, Standing
from cnapp.domain.presences import Presence, presences_of
from cnapp.domain.workshop_days import Gathering
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services import leadings
from cnapp.services.appointment_letters import announce
from cnapp.services.appointments import free, give, promise, settle_displacement
from cnapp.services.journal import By, record, record_about
from cnapp.services.seats import hold_still
from cnapp.services.workshop_days import Led


def displace(appointment: Appointment, plan: RecoveryPlan, *, by: By, now: datetime) -> Displacement:
    """It has no time any more and waits for another. Its people are told later, unless it was to be so soon."""
    settle_displacement(appointment, Standing.SETTLED, now=now)
    line = _line(plan, appointment.span, appointment.presence, appointment.conseiller_id)
    line.appointment = appointment
    db.session.add(line)
    lose_time(appointment, line, by=by, now=now)
    return line


def lose_time(appointment: Appointment, line: Displacement, *, by: By, now: datetime) -> None:
    """It is as its line tells that it was, without a time; undoing a plan does it again."""
    appointment.presence.updated_at = now  # whose calendar loses it must see that something changed
    free(appointment, Status.DISPLACED)
    appointment.presence_id, appointment.conseiller_id = line.presence_id, line.conseiller_id
    appointment.starts_at, appointment.ends_at = line.starts_at, line.ends_at
    db.session.flush()
    announce(appointment, Letter.DISPLACED, by=by, now=now, due_at=told_at(line.starts_at, now))
    record("displaced", appointment, by=by, now=now, was=line.starts_at.isoformat())


def told_at(starts_at: datetime, now: datetime) -> datetime:
    """When « nous cherchons une autre heure » leaves, unless a proposal replaces it before."""
    return now if starts_at <= now + AT_ONCE_WITHIN else now + PUT_OFF


def displace_session(led: Led, leader_id: int, plan: RecoveryPlan, *, by: By, now: datetime) -> Displacement | None:
    """Its leader is not there. None where somebody else leads it all the same."""
    session, workshop = led.gathering.session, led.gathering.workshop
    presence = db.session.get_one(Presence, led.presence_id)
    leader = next(each for each in session.leaders if each.id == leader_id)
    leadings.dismiss(session, leader, by=by, now=now)
    record_about((Subject.WORKSHOP, workshop.id), "leader_absent", by=by, now=now, at=session.starts_at.isoformat())
    if any(each.commitment_id for each in session.leadings):
        return None
    return _without_leader(session, workshop, presence, leader_id, plan, now)


def displace_gathering(gathering: Gathering, plan: RecoveryPlan, *, by: By, now: datetime) -> Displacement:
    """Its place is closed, however many lead it; it has a leader still."""
    session, workshop = gathering.session, hold_still(gathering.workshop.id)
    first = session.leadings[0]
    presence, leader_id = db.session.get_one(Presence, first.presence_id), first.conseiller_id
    leadings.forget(session, by=by, now=now)
    record_about((Subject.WORKSHOP, workshop.id), "place_closed", by=by, now=now, at=session.starts_at.isoformat())
    return _without_leader(session, workshop, presence, leader_id, plan, now)


def _without_leader(
    session: WorkshopSession, workshop: Workshop, presence: Presence, leader_id: int, plan: RecoveryPlan, now: datetime
) -> Displacement:
    session.displaced_at = now
    line = _line(plan, session.span, presence, leader_id)
    line.session, line.place_id = session, workshop.place_id
    db.session.add(line)
    db.session.flush()
    return line


def _line(plan: RecoveryPlan, span: Span, presence: Presence, conseiller_id: int) -> Displacement:
    return Displacement(
        public_id=new_public_id(),
        plan=plan,
        conseiller_id=conseiller_id,
        presence_id=presence.id,
        place_id=presence.place_id,
        starts_at=span.start,
        ends_at=span.end,
        standing=Standing.OPEN,
    )


def reinstate(line: Displacement, *, by: By, now: datetime) -> None:
    """What displaced it was taken back: the same time is theirs again.

    Raises SlotTaken, OutsidePresence, LeaderRefused.
    """
    write(LET_GO, {"of_draft": line.hold_key})
    if line.session:
        _lead_again(line, line.session, by, now)
    elif line.appointment and line.appointment.is_displaced:
        give(line.appointment, _same_time(line, line.appointment))
        announce(line.appointment, Letter.REINSTATED, by=by, now=now)
        record("reinstated", line.appointment, by=by, now=now, at=line.starts_at.isoformat())
    line.proposal = None
    line.settle(Standing.REINSTATED, now=now)
    db.session.flush()


def presence_again(line: Displacement) -> Presence | None:
    """The one that a line was in, or another of its conseiller’s that takes its place; None where nobody is there."""
    others = db.session.scalars(presences_of(line.conseiller_id, line.span)).all()
    return next((each for each in (line.presence, *others) if _holds(each, line)), None)


def _holds(presence: Presence, line: Displacement) -> bool:
    stands = presence.withdrawn_at is None and presence.takes_appointments
    return stands and presence.place_id == line.place_id and presence.span.covers(line.span)


def _same_time(line: Displacement, appointment: Appointment) -> Commitment:
    presence = presence_again(line)
    if presence is None:
        raise OutsidePresence
    return promise(presence.conseiller_id, presence.id, line.span, appointment.motif)


def _lead_again(line: Displacement, session: WorkshopSession, by: By, now: datetime) -> None:
    hold_still(session.workshop_id)
    leadings.lead(session, line.conseiller, line.place, by=by, now=now)
    record_about((Subject.WORKSHOP, session.workshop_id), "leader_back", by=by, now=now, at=line.starts_at.isoformat())
