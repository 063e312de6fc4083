"""The waiting list of a workshop: a free seat is offered to who waits longest, and held until they answer.

Callers hold the workshop still first, unless said otherwise.
"""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db
from cnapp.config import Settings
from cnapp.domain.courtesy import decent_hour
from cnapp.domain.journal import Actor
from cnapp.domain.offers import answer_by as next_working_evening
from cnapp.domain.outbox import Channel, Letter
from cnapp.domain.registrations import (
    NO_OFFER_WITHIN,
    NoSeatToHave,
    Registration,
    RegistrationOver,
    Standing,
    answer_within,
    how_many_before,
    how_many_wait,
    offers_past,
    registration_numbered,
    waiting_for,
    workshops_to_sweep,
)
from cnapp.domain.workshops import Workshop, WorkshopFull
from cnapp.services.channels import channels_to, first_open, open_channels
from cnapp.services.journal import By
from cnapp.services.notices import told_people
from cnapp.services.registration_letters import announce, note
from cnapp.services.seats import free_seat, hold_still, is_waited_for, sweep_holds, take_seat


def channel_to(registration: Registration, settings: Settings) -> Channel | None:
    """How whoever is told of it learns that a seat is free; None when nothing that is set reaches them."""
    told = told_people(registration.told, registration.person, registration.booker)
    channels = (first_open(channels_to(each, Letter.SEAT_OFFERED), open_channels(settings)) for each in told)
    return next(filter(None, channels), None)


def refuse_while_others_wait(workshop: Workshop, *, by: By, now: datetime) -> None:
    """A free seat is first for who waits; so near the start that nothing is offered, staff give it as they see fit.

    Raises WorkshopFull.
    """
    is_offered = workshop.starts_at - now > NO_OFFER_WITHIN
    if (is_offered or by.actor is Actor.CITIZEN) and is_waited_for(workshop):
        raise WorkshopFull


def give_free_seats(workshop: Workshop, *, settings: Settings, now: datetime) -> list[Registration]:
    """Each free seat is offered, in the order of the list; whoever can be told by nothing any more is passed over."""
    sweep_holds(workshop, now=now)
    if not workshop.stands or answer_within(workshop.starts_at, now) is None:
        return []
    offered: list[Registration] = []
    for registration in db.session.scalars(waiting_for(workshop.id)) if workshop.left > 0 else ():
        channel = channel_to(registration, settings)
        if workshop.left > 0 and channel:
            _offer(registration, workshop, channel, now)
            offered.append(registration)
    return offered


def _offer(registration: Registration, workshop: Workshop, channel: Channel, now: datetime) -> None:
    seat = take_seat(workshop, borrows=registration.borrows and workshop.can_lend)
    registration.status, registration.seat_id = Standing.OFFERED, seat.id
    registration.answer_by = answer_until(workshop, channel, now)
    announce(registration, Letter.SEAT_OFFERED, by=By.clock(), now=now)
    note("offered", registration, by=By.clock(), now=now)


def answer_until(workshop: Workshop, channel: Channel, now: datetime) -> datetime:
    """The time begins when a telephone may ring; whoever has to be called keeps it until the next working evening at
    least. Never into the last two hours before the start."""
    latest, begins = workshop.starts_at - NO_OFFER_WITHIN, decent_hour(now)
    until = begins + (answer_within(workshop.starts_at, begins) or NO_OFFER_WITHIN)
    if channel is Channel.CALL:
        until = max(until, next_working_evening(channel, now))
    return min(until, latest)


def accept(registration: Registration, *, by: By, settings: Settings, now: datetime) -> bool:
    """The seat that is held for them is theirs; again changes nothing. Holds the workshop still.

    False when the time to answer is over: the seat then goes on. Raises NoSeatToHave, RegistrationOver.
    """
    workshop = hold_still(registration.workshop_id)
    registration = db.session.scalars(registration_numbered(registration.id)).one()
    if registration.status is Standing.REGISTERED:
        return True
    _refuse_unless_coming(registration, now)
    if registration.status is not Standing.OFFERED:
        raise NoSeatToHave
    if registration.answer_by and registration.answer_by <= now:
        sweep(workshop, settings=settings, now=now)
        return False
    registration.status, registration.answer_by = Standing.REGISTERED, None
    announce(registration, Letter.REGISTERED, by=by, now=now)
    note("accepted", registration, by=by, now=now)
    return True


def decline(registration: Registration, *, by: By, settings: Settings, now: datetime) -> None:
    """The seat goes to the next one; again changes nothing. Holds the workshop still. Raises NoSeatToHave."""
    workshop = hold_still(registration.workshop_id)
    registration = db.session.scalars(registration_numbered(registration.id)).one()
    if registration.status is Standing.DECLINED:
        return
    if registration.status is not Standing.OFFERED:
        raise NoSeatToHave
    let_seat_go(registration, workshop, Standing.DECLINED, now=now)
    note("declined", registration, by=by, now=now)
    give_free_seats(workshop, settings=settings, now=now)


def wait_again(registration: Registration, *, by: By, settings: Settings, now: datetime) -> None:
    """Whoever answered too late, or said no, is at the end of the list. Holds the workshop still.

    Raises RegistrationOver, RegisteredAlready.
    """
    workshop = hold_still(registration.workshop_id)
    registration = db.session.scalars(registration_numbered(registration.id)).one()
    if registration.is_active:
        return
    if registration.status not in (Standing.DECLINED, Standing.EXPIRED):
        raise RegistrationOver
    _refuse_unless_coming(registration, now)
    registration.status, registration.waiting_since, registration.updated_at = Standing.WAITING, now, now
    db.session.flush()
    note("waitlisted", registration, by=by, now=now)
    give_free_seats(workshop, settings=settings, now=now)


def sweep(workshop: Workshop, *, settings: Settings, now: datetime) -> None:
    """What time alone ends: holds, offers without answer, waiting for what has begun. Then free seats are offered."""
    for registration in db.session.scalars(offers_past(now).where(Registration.workshop_id == workshop.id)).all():
        let_seat_go(registration, workshop, Standing.EXPIRED, now=now)
        note("expired", registration, by=By.clock(), now=now)
    if workshop.is_past(now):
        for registration in db.session.scalars(waiting_for(workshop.id)).all():
            registration.status, registration.updated_at = Standing.LEFT, now
            note("left", registration, by=By.clock(), now=now)
    give_free_seats(workshop, settings=settings, now=now)


def to_sweep(*, now: datetime) -> list[int]:
    """Workshops where time alone has changed something."""
    return list(db.session.scalars(workshops_to_sweep(now)))


def position(registration: Registration) -> int:
    """From one, for whoever waits."""
    return (db.session.scalar(how_many_before(registration)) or 0) + 1


def counted(workshop_ids: list[int]) -> dict[int, int]:
    """How many wait, by workshop; those where nobody does are absent."""
    return {row[0]: row[1] for row in db.session.execute(how_many_wait(workshop_ids))}


def _refuse_unless_coming(registration: Registration, now: datetime) -> None:
    if not registration.workshop.stands or registration.workshop.is_past(now):
        raise RegistrationOver


def let_seat_go(registration: Registration, workshop: Workshop, ended: Standing, *, now: datetime) -> None:
    """It is active no more; nobody is told by this alone."""
    seat_id = registration.seat_id
    registration.status, registration.seat_id, registration.answer_by = ended, None, None
    registration.updated_at = now
    if seat_id is not None:
        free_seat(seat_id, workshop)
    db.session.flush()
