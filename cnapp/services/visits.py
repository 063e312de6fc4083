"""What happened to an appointment on its day: the person arrived, was helped, did not come; and taking it back.

Callers lock the conseiller. A second press of the same button changes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.appointments import Appointment, DayClosed, NothingToUndo, NotUpcoming, NotYet, Status, TimeGivenAway
from cnapp.domain.commitments import Commitment, Kind, commitments_of, expired_holds
from cnapp.domain.journal import ChangedMeanwhile, Subject
from cnapp.services.journal import By, changes_since, record


def arrive(appointment: Appointment, *, by: By, now: datetime) -> None:
    """The person is there. Raises DayClosed, NotUpcoming."""
    if appointment.status is Status.ARRIVED:
        return
    if not appointment.can_arrive(now):
        raise _why_not(appointment, now)
    appointment.arrived_at = now
    _note(appointment, Status.ARRIVED, by=by, now=now)


def finish(appointment: Appointment, *, by: By, now: datetime) -> None:
    """The person was helped. Raises DayClosed, NotUpcoming."""
    if appointment.status is Status.SEEN:
        return
    if not appointment.can_be_seen(now):
        raise _why_not(appointment, now)
    _note(appointment, Status.SEEN, by=by, now=now)


def miss(appointment: Appointment, *, by: By, now: datetime) -> None:
    """The person did not come: the time is free for somebody else. Raises DayClosed, NotYet, NotUpcoming."""
    if appointment.status is Status.NOSHOW:
        return
    if not appointment.can_be_missed(now):
        raise _why_not(appointment, now)
    released, appointment.commitment_id = appointment.commitment_id, None
    _note(appointment, Status.NOSHOW, by=by, now=now)
    db.session.execute(delete(Commitment).where(Commitment.id == released))


def undo(appointment: Appointment, noted: Status, *, by: By, now: datetime) -> None:
    """Takes back what was noted, to what it was before; when that has been done already, nothing changes.

    Raises NothingToUndo, DayClosed, TimeGivenAway.
    """
    if appointment.status is not noted:
        return
    if not appointment.can_be_undone(now):
        raise NothingToUndo if appointment.is_its_day(now) else DayClosed
    if noted is Status.NOSHOW:
        _take_time_again(appointment, now)
    if noted is Status.ARRIVED:
        appointment.arrived_at = None
    _note(appointment, Status.ARRIVED if appointment.arrived_at else Status.BOOKED, by=by, now=now)


def is_pressed_again(appointment: Appointment, number: int, *, wanted: Collection[Status], by: By) -> bool:
    """Whether the same hand has noted already what it asks, since the page that showed this number of the journal.

    Raises ChangedMeanwhile when anything else happened since.
    """
    entries = changes_since((Subject.APPOINTMENT, appointment.id), number)
    if entries and not (appointment.status in wanted and all(by.wrote(each) for each in entries)):
        raise ChangedMeanwhile(entries)
    return bool(entries)


def _why_not(appointment: Appointment, now: datetime) -> Refusal:
    if appointment.status not in (Status.BOOKED, Status.ARRIVED):
        return NotUpcoming()
    return NotYet() if appointment.is_its_day(now) else DayClosed()


def _note(appointment: Appointment, status: Status, *, by: By, now: datetime) -> None:
    was, appointment.status, appointment.updated_at = appointment.status, status, now
    db.session.flush()
    record("noted", appointment, by=by, now=now, was=was.value, becomes=status.value)


def _take_time_again(appointment: Appointment, now: datetime) -> None:
    """Raises TimeGivenAway when it is promised to somebody else; a hold that nobody renewed is no promise."""
    mine, span = [appointment.conseiller_id], appointment.span
    buffer = appointment.motif.buffer_minutes
    db.session.execute(expired_holds(mine, Span.lasting(span.start, span.minutes + buffer), now))
    if db.session.scalars(commitments_of(mine, span)).first():
        raise TimeGivenAway
    commitment = Commitment(
        kind=Kind.APPOINTMENT,
        conseiller_id=appointment.conseiller_id,
        presence_id=appointment.presence_id,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        buffer_minutes=buffer,
    )
    db.session.add(commitment)
    db.session.flush()
    appointment.commitment_id = commitment.id
