"""Seats held while a form is filled in, taken for good, let go. Callers hold the workshop still first."""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db, lock_keys, write
from cnapp.domain.registrations import waiting_for
from cnapp.domain.seats import LET_GO, RENEWED, Seat, seat_of, seats_expired
from cnapp.domain.workshops import Workshop, WorkshopFull, workshop_numbered
from cnapp.services.holds import HELD


def hold_still(workshop_id: int) -> Workshop:
    """Nobody else takes or frees a seat of it until the transaction ends; as it is now."""
    lock_keys(f"workshop:{workshop_id}")
    return db.session.scalars(workshop_numbered(workshop_id)).one()


def hold_seat(workshop: Workshop, draft_id: str, *, now: datetime) -> Seat:
    """Keeps one for this draft for 15 minutes; again renews it. Raises WorkshopFull, also while others wait for it."""
    held = seat_held(draft_id)
    if held and held.workshop_id == workshop.id:
        renew(draft_id, now=now)
        return held
    let_go(draft_id)
    sweep_holds(workshop, now=now)
    if workshop.left <= 0 or is_waited_for(workshop):
        raise WorkshopFull
    return _add(Seat(workshop_id=workshop.id, borrows=False, draft_id=draft_id, expires_at=now + HELD), workshop)


def take_seat(workshop: Workshop, *, borrows: bool) -> Seat:
    """One for good. Raises WorkshopFull, NothingToLend."""
    if workshop.left <= 0:
        raise WorkshopFull
    return _add(Seat(workshop_id=workshop.id, borrows=borrows), workshop)


def keep_seat(seat: Seat, workshop: Workshop, *, borrows: bool) -> Seat:
    """A held one becomes somebody's. Raises NothingToLend."""
    seat.draft_id, seat.expires_at = None, None
    db.session.flush()
    lend(seat, workshop, borrows=borrows)
    return seat


def lend(seat: Seat, workshop: Workshop, *, borrows: bool) -> None:
    """Raises NothingToLend."""
    seat.borrows = borrows
    db.session.flush()
    db.session.refresh(workshop, ["taken", "borrowed"])


def free_seat(seat_id: int, workshop: Workshop) -> None:
    """Its registration must have let it go."""
    db.session.flush()
    db.session.delete(db.session.get_one(Seat, seat_id))
    db.session.flush()
    db.session.refresh(workshop, ["taken", "borrowed"])


def seat_held(draft_id: str) -> Seat | None:
    return db.session.scalar(seat_of(draft_id))


def let_go(draft_id: str) -> None:
    write(LET_GO, {"of_draft": draft_id})


def leave(draft_id: str) -> None:
    """The seat that a draft holds is free again. Nobody need hold its workshop still before."""
    held = seat_held(draft_id)
    if held:
        hold_still(held.workshop_id)
        let_go(draft_id)


def renew(draft_id: str, *, now: datetime) -> None:
    write(RENEWED, {"of_draft": draft_id, "until": now + HELD})


def sweep_holds(workshop: Workshop, *, now: datetime) -> None:
    """Seats that nobody renewed are free again."""
    if write(seats_expired(workshop.id, now)):
        db.session.refresh(workshop, ["taken", "borrowed"])


def is_waited_for(workshop: Workshop) -> bool:
    """A free seat is then theirs first."""
    return db.session.scalar(waiting_for(workshop.id).limit(1)) is not None


def _add(seat: Seat, workshop: Workshop) -> Seat:
    db.session.add(seat)
    db.session.flush()
    db.session.refresh(workshop, ["taken", "borrowed"])
    return seat
