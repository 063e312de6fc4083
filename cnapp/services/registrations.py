"""Registrations: made, cancelled, moved to another workshop. Each holds its workshop still, and callers commit.

Whoever frees a seat offers it in the same transaction to who waits longest (services/waiting_list.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db, lock_keys
from cnapp.base.tokens import new_public_id
from cnapp.config import Settings
from cnapp.domain.appointments import AnswersLost
from cnapp.domain.citizens import UPCOMING_AT_MOST, TooManyUpcoming
from cnapp.domain.drafts import Draft
from cnapp.domain.journal import Actor
from cnapp.domain.outbox import Letter
from cnapp.domain.registrations import (
    Registration,
    RegistrationOver,
    RegistrationUnknown,
    Standing,
    person_key,
    registration_drafted,
    registration_linked,
    upcoming_with,
)
from cnapp.domain.seats import Seat
from cnapp.domain.workshops import Workshop
from cnapp.services import drafts
from cnapp.services.codes import free_code, take_reserved
from cnapp.services.journal import By
from cnapp.services.parties import Party, keep_citizen
from cnapp.services.registration_letters import announce, note, write_letters
from cnapp.services.seats import hold_still, keep_seat, seat_held, sweep_holds, take_seat
from cnapp.services.waiting_list import channel_to, give_free_seats, let_seat_go, refuse_while_others_wait
from cnapp.services.waits import NotReachable


@dataclass(frozen=True, slots=True)
class Application:
    """Who would come, and whether a device is to be lent; the draft that was filled in, when there is one."""

    party: Party
    borrows: bool = False
    draft_id: str | None = None


def register(workshop_id: int, application: Application, *, by: By, settings: Settings, now: datetime) -> Registration:
    """A seat becomes the person's: the one that the draft holds, else a free one. A draft is submitted once.

    Staff register also after the deadline. Raises WorkshopFull (also while others wait for the seat), NothingToLend,
    RegisteredAlready, TooManyUpcoming, NameMissing, AnswersLost, and what Workshop.refuse_unless_open does.
    """
    workshop = hold_still(workshop_id)
    made = _made_with(application)
    if made:
        return made
    registration = _new(workshop, application, by=by, now=now)
    seat = _seat_for(workshop, application, by=by, now=now)
    registration.seat_id = seat.id
    _begin(registration, Letter.REGISTERED, by=by, settings=settings, now=now)
    _end_draft(application)
    return registration


def join_waiting_list(
    workshop_id: int, application: Application, *, by: By, settings: Settings, now: datetime
) -> Registration:
    """Only whoever can be told that a seat is free. One that is free by then is offered at once.

    Raises NotReachable, RegisteredAlready, TooManyUpcoming, NameMissing, AnswersLost, and what
    Workshop.refuse_unless_open does.
    """
    workshop = hold_still(workshop_id)
    made = _made_with(application)
    if made:
        return made
    registration = _new(workshop, application, by=by, now=now)
    registration.status, registration.waiting_since = Standing.WAITING, now
    if channel_to(registration, settings) is None:
        raise NotReachable
    _begin(registration, Letter.WAITLISTED, by=by, settings=settings, now=now)
    _end_draft(application)
    give_free_seats(workshop, settings=settings, now=now)
    return registration


def cancel(registration: Registration, *, by: By, reason: str | None = None, settings: Settings, now: datetime) -> None:
    """The citizen does not come, or waits no more. Again changes nothing. Raises RegistrationOver."""
    ended = Standing.EXCUSED if registration.status is Standing.REGISTERED else Standing.LEFT
    ending = _Ending(ended, Letter.UNREGISTERED, reason)
    _end(registration, ending, by=by, settings=settings, now=now)


def revoke(registration: Registration, *, by: By, reason: str | None = None, settings: Settings, now: datetime) -> None:
    """The service cannot receive the person. Again changes nothing. Raises RegistrationOver."""
    ending = _Ending(Standing.REVOKED, Letter.WORKSHOP_CANCELLED, reason)
    _end(registration, ending, by=by, settings=settings, now=now)


@dataclass(frozen=True, slots=True)
class _Ending:
    standing: Standing
    letter: Letter
    reason: str | None = None


def _end(registration: Registration, ending: _Ending, *, by: By, settings: Settings, now: datetime) -> None:
    workshop = hold_still(registration.workshop_id)
    db.session.refresh(registration)
    if not registration.is_active:
        return
    _refuse_over(registration, now)
    registration.reason = ending.reason
    let_seat_go(registration, workshop, ending.standing, now=now)
    announce(registration, ending.letter, by=by, now=now)
    note(ending.standing.value, registration, by=by, now=now, reason=ending.reason)
    give_free_seats(workshop, settings=settings, now=now)


def move(
    registration: Registration,
    workshop_id: int,
    *,
    borrows: bool | None = None,
    by: By,
    settings: Settings,
    now: datetime,
) -> Registration:
    """To another workshop where a seat is free: registered there, then here no more.

    They borrow a device there as they did here, unless `borrows` says otherwise.

    Raises WorkshopFull, NothingToLend, RegisteredAlready, RegistrationOver, and what Workshop.refuse_unless_open does.
    """
    lock_keys(*(f"workshop:{each}" for each in (registration.workshop_id, workshop_id)))
    db.session.refresh(registration)
    _refuse_over(registration, now)
    new = hold_still(workshop_id)
    application = Application(_party_of(registration), registration.borrows if borrows is None else borrows)
    moved = _new(new, application, by=by, now=now, is_limited=False)
    moved.seat_id = _seat_for(new, application, by=by, now=now).id
    old = hold_still(registration.workshop_id)
    let_seat_go(registration, old, Standing.EXCUSED, now=now)
    note("moved", registration, by=by, now=now, becomes=workshop_id)
    announce(registration, Letter.UNREGISTERED, by=by, now=now)
    _begin(moved, Letter.REGISTERED, by=by, settings=settings, now=now)
    give_free_seats(old, settings=settings, now=now)
    return moved


def _party_of(registration: Registration) -> Party:
    return Party(
        registration.person,
        registration.origin,
        registration.booked_by,
        booker=registration.booker,
        told=registration.told,
        needs=tuple(registration.needs),
    )


def _refuse_over(registration: Registration, now: datetime) -> None:
    if not registration.can_be_changed(now):
        raise RegistrationOver


def by_link(token: str, *, now: datetime) -> Registration:
    """The citizen's own; raises RegistrationUnknown, also 30 days after its last session."""
    registration = db.session.scalar(registration_linked(token))
    if registration is None or not registration.address_answers(now):
        raise RegistrationUnknown
    return registration


def registered_with(draft_id: str) -> Registration | None:
    """What an earlier submission of the same answers made."""
    return db.session.scalar(registration_drafted(draft_id))


def refuse_too_many(party: Party, *, now: datetime) -> None:
    """At most three upcoming registrations a contact, by whoever registers online. Raises TooManyUpcoming."""
    if not party.is_limited or not party.keys:
        return
    lock_keys(*(f"contact:{key}" for key in party.keys))
    if (db.session.scalar(upcoming_with(party.keys, now)) or 0) >= UPCOMING_AT_MOST:
        raise TooManyUpcoming


def _made_with(application: Application) -> Registration | None:
    return registered_with(application.draft_id) if application.draft_id else None


def _seat_for(workshop: Workshop, application: Application, *, by: By, now: datetime) -> Seat:
    """The held one; one whose hold was taken away is claimed again."""
    held = seat_held(application.draft_id) if application.draft_id else None
    if held and held.workshop_id == workshop.id:
        return keep_seat(held, workshop, borrows=application.borrows)
    sweep_holds(workshop, now=now)
    refuse_while_others_wait(workshop, by=by, now=now)
    return take_seat(workshop, borrows=application.borrows)


def _new(
    workshop: Workshop, application: Application, *, by: By, now: datetime, is_limited: bool = True
) -> Registration:
    party = application.party
    _refuse_closed(workshop, by, now)
    if is_limited:
        refuse_too_many(party, now=now)
    _refuse_lost(application, now)
    return Registration(
        public_id=new_public_id(),
        code=take_reserved(party.code) if party.code else free_code(),
        link_version=1,
        draft_id=application.draft_id,
        workshop=workshop,
        person=keep_citizen(party.person, now=now),
        booked_by=party.booked_by,
        booker=keep_citizen(party.booker, now=now) if party.booker else None,
        told=party.told,
        needs=list(party.needs),
        borrows=application.borrows,
        origin=party.origin,
        status=Standing.REGISTERED,
        version=1,
        created_at=now,
        updated_at=now,
    )


def _refuse_closed(workshop: Workshop, by: By, now: datetime) -> None:
    if by.actor is Actor.STAFF:
        workshop.refuse_unless_coming(now)
    else:
        workshop.refuse_unless_open(now)


def _refuse_lost(application: Application, now: datetime) -> None:
    if application.draft_id and drafts.living(application.draft_id, now=now) is None:
        raise AnswersLost


def _end_draft(application: Application) -> None:
    draft = db.session.get(Draft, application.draft_id) if application.draft_id else None
    if draft:
        drafts.erase(draft)


def _begin(registration: Registration, letter: Letter, *, by: By, settings: Settings, now: datetime) -> None:
    """Raises RegisteredAlready."""
    registration.person_key = person_key(registration.person)
    registration.seal(settings.link_key)
    db.session.add(registration)
    db.session.flush()
    note("registered" if registration.is_seated else "waitlisted", registration, by=by, now=now)
    write_letters(registration, letter, by=by, now=now)
