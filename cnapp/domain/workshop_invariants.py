"""What must never be false of workshops, as queries that find the rows where it is (see invariants.py)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Select, and_, cast, exists, func, or_, select

from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.outbox import REGISTRATION_CHANGES, Due
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import ACTIVE, Registration, Standing
from cnapp.domain.seats import Seat
from cnapp.domain.workshop_sessions import Leading, WorkshopSession
from cnapp.domain.workshops import Status, Workshop

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Invariant:
    """A sentence with a place for each column of the rows that its query finds."""

    sentence: str
    query: Rows


def counted_wrong() -> Rows:
    seats = select(func.count()).where(Seat.workshop_id == Workshop.id).scalar_subquery()
    lent = select(func.coalesce(func.sum(cast(Seat.borrows, Integer)), 0)).where(Seat.workshop_id == Workshop.id)
    wrong = or_(Workshop.taken != seats, Workshop.borrowed != lent.scalar_subquery())
    return select(Workshop.id, Workshop.taken).where(wrong)


def nobodys_seats() -> Rows:
    theirs = exists().where(Registration.seat_id == Seat.id)
    return select(Seat.id, Seat.workshop_id).where(Seat.draft_id.is_(None), ~theirs)


def untold_registrations() -> Rows:
    """A reminder is none: nobody would have been told where they stand."""
    its_own = Due.registration_id == Registration.id, Due.version == Registration.version
    told = exists().where(*its_own, Due.letter.in_(REGISTRATION_CHANGES))
    settled = Registration.status.in_((Standing.REGISTERED, Standing.OFFERED))
    return select(Registration.id, Registration.version).where(settled, ~told)


def unfounded_registration_letters() -> Rows:
    return (
        select(Due.id, Due.registration_id, Due.version)
        .outerjoin(Registration, Registration.id == Due.registration_id)
        .where(Due.registration_id.is_not(None))
        .where(or_(Registration.id.is_(None), Due.version > Registration.version))
    )


def active_though_cancelled() -> Rows:
    over = Workshop.status == Status.CANCELLED, Registration.status.in_(ACTIVE)
    return select(Registration.id, Registration.workshop_id).join(Workshop).where(*over)


def led_by_nobody() -> Rows:
    """A session of a workshop that stands, without the promised time of anybody at its place."""
    led = exists().where(
        Leading.session_id == WorkshopSession.id,
        Leading.commitment_id == Commitment.id,
        Commitment.kind == Kind.WORKSHOP,
        Leading.presence_id == Presence.id,
        Presence.place_id == Workshop.place_id,
    )
    stands = Workshop.status != Status.CANCELLED
    return (
        select(WorkshopSession.id, WorkshopSession.workshop_id)
        .join(Workshop, Workshop.id == WorkshopSession.workshop_id)
        .where(stands, WorkshopSession.displaced_at.is_(None), ~led)
    )


def misdated() -> Rows:
    """Its dates are those of its first and of its last session."""
    its_own = WorkshopSession.workshop_id == Workshop.id
    first = select(func.min(WorkshopSession.starts_at)).where(its_own).scalar_subquery()
    last = select(func.max(WorkshopSession.ends_at)).where(its_own).scalar_subquery()
    right = and_(Workshop.starts_at == first, Workshop.ends_at == last)
    return select(Workshop.id).where(func.coalesce(right, False).is_(False))


OF_WORKSHOPS = (
    Invariant("Atelier {id} : ses places sont mal comptées ({taken}).", counted_wrong()),
    Invariant("Place {id} de l’atelier {workshop_id} : elle n’est à personne.", nobodys_seats()),
    Invariant("Inscription {id} : aucune lettre pour sa version {version}.", untold_registrations()),
    Invariant(
        "Lettre {id} : elle annonce ce qui n’est pas arrivé (inscription {registration_id}, version {version}).",
        unfounded_registration_letters(),
    ),
    Invariant("Inscription {id} : elle tient, mais l’atelier {workshop_id} est annulé.", active_though_cancelled()),
    Invariant("Séance {id} de l’atelier {workshop_id} : personne ne l’anime dans ce lieu.", led_by_nobody()),
    Invariant("Atelier {id} : ses dates ne sont pas celles de ses séances.", misdated()),
)
