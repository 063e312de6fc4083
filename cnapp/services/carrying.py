"""What is promised inside a presence carried into another of the same person, at the same time: nobody is told.

The database lets no promise stand outside its presence, nor two presences overlap: it is taken out for a moment.
Callers lock the conseiller, and commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from cnapp.base.database import db, write
from cnapp.base.spans import Span
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.planning import appointments_inside, commitments_inside
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_sessions import Leading
from cnapp.services.appointments import free, give


@dataclass(frozen=True)
class Carried:
    """A promise that has no time for a moment: an appointment with its state, or somebody’s part in a session."""

    owner: Appointment | Leading
    status: Status | None
    buffer_minutes: int

    @property
    def span(self) -> Span:
        return Span(self.owner.starts_at, self.owner.ends_at)


def take_out(presence: Presence, stays: Span | None) -> list[Carried]:
    """All that does not lie within a stretch; times that are only held there are let go."""
    beyond = {
        each.id: each
        for each in db.session.scalars(commitments_inside(presence.id))
        if stays is None or not stays.covers(each.span)
    }
    held = [number for number, each in beyond.items() if each.kind is Kind.HOLD]
    write(delete(Commitment).where(Commitment.id.in_(held)))
    return [_out(owner, beyond[owner.commitment_id or 0]) for owner in _owners(presence, beyond)]


def _owners(presence: Presence, beyond: Iterable[int]) -> Sequence[Appointment | Leading]:
    ids = set(beyond)
    appointments = db.session.scalars(appointments_inside(presence.id)).all()
    leadings = db.session.scalars(select(Leading).where(Leading.presence_id == presence.id)).all()
    owners: list[Appointment | Leading] = [*appointments, *leadings]
    return [each for each in owners if each.commitment_id in ids]


def _out(owner: Appointment | Leading, commitment: Commitment) -> Carried:
    buffer = commitment.buffer_minutes
    if isinstance(owner, Appointment):
        carried = Carried(owner, owner.status, buffer)
        free(owner, Status.DISPLACED)
    else:
        carried = Carried(owner, None, buffer)
        owner.commitment_id = None
        db.session.flush()
        write(delete(Commitment).where(Commitment.id == commitment.id))
    db.session.expunge(commitment)
    return carried


def put_in(carried: Iterable[Carried], presences: Sequence[Presence]) -> None:
    """Each into the one that covers it."""
    for each in carried:
        presence = next(one for one in presences if one.span.covers(each.span))
        _in(each, presence)
    db.session.flush()


def _in(carried: Carried, presence: Presence) -> None:
    owner, is_appointment = carried.owner, isinstance(carried.owner, Appointment)
    commitment = Commitment(
        kind=Kind.APPOINTMENT if is_appointment else Kind.WORKSHOP,
        conseiller_id=presence.conseiller_id,
        presence_id=presence.id,
        starts_at=owner.starts_at,
        ends_at=owner.ends_at,
        buffer_minutes=carried.buffer_minutes,
    )
    db.session.add(commitment)
    db.session.flush()
    if isinstance(owner, Appointment):
        give(owner, commitment)
        owner.status = carried.status or owner.status
    else:
        owner.presence_id, owner.commitment_id = presence.id, commitment.id
