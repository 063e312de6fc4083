"""What the journal and the outbox hold of each invented booking, as the services would have written it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Origin, Status
from cnapp.domain.journal import Actor, Entry, Subject
from cnapp.domain.outbox import Channel, Due, Letter, Outcome

Happened = tuple[str, datetime, dict[str, Any]]
ENDINGS = {Status.EXCUSED: ("cancelled", Letter.CANCELLED), Status.REVOKED: ("revoked", Letter.REVOKED)}


def tell(appointments: list[Appointment]) -> None:
    db.session.add_all([entry for each in appointments for entry in _entries(each)])
    db.session.add_all([letter for each in appointments for letter in _letters(each)])
    db.session.flush()


def _entries(appointment: Appointment) -> list[Entry]:
    return [
        Entry(
            subject=Subject.APPOINTMENT,
            subject_id=appointment.id,
            number=number,
            what=what,
            detail=detail,
            at=at,
            **_by(appointment, what),
        )
        for number, (what, at, detail) in enumerate(_story(appointment), 1)
    ]


def _story(appointment: Appointment) -> list[Happened]:
    story: list[Happened] = [("booked", appointment.created_at, {"at": appointment.starts_at.isoformat()})]
    if appointment.status in ENDINGS:
        story.append((ENDINGS[appointment.status][0], appointment.updated_at, {"reason": None}))
    was = Status.BOOKED
    if appointment.arrived_at:
        story.append(_noted(was, Status.ARRIVED, appointment.arrived_at))
        was = Status.ARRIVED
    if appointment.status in (Status.SEEN, Status.NOSHOW):
        story.append(_noted(was, appointment.status, appointment.ends_at))
    return story


def _noted(was: Status, becomes: Status, at: datetime) -> Happened:
    return "noted", at, {"was": was.value, "becomes": becomes.value}


def _by(appointment: Appointment, what: str) -> dict[str, Any]:
    """The citizen books online and cancels; the rest is the conseiller's press."""
    by_citizen = what == "cancelled" or (what == "booked" and appointment.origin is Origin.ONLINE)
    if by_citizen:
        return {"actor": Actor.CITIZEN, "staff_id": None}
    return {"actor": Actor.STAFF, "staff_id": appointment.conseiller_id}


def _letters(appointment: Appointment) -> list[Due]:
    letters = [_letter(appointment, Letter.CONFIRMED, 1)]
    if appointment.status in ENDINGS:
        letters.append(_letter(appointment, ENDINGS[appointment.status][1], 2))
    return letters


def _letter(appointment: Appointment, letter: Letter, version: int) -> Due:
    at = appointment.created_at if version == 1 else appointment.updated_at
    return Due(
        key=f"{letter}/{appointment.public_id}/{version}",
        letter=letter,
        appointment_id=appointment.id,
        version=version,
        due_at=at,
        settled_at=at,
        outcome=Outcome.SENT,
        channel=Channel.EMAIL,
        created_at=at,
    )
