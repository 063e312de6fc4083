"""What a desk does about workshops: reads who comes, registers somebody, seats whoever it called. Callers commit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.contacts import name_words
from cnapp.base.database import db
from cnapp.base.tokens import fingerprint
from cnapp.config import Settings
from cnapp.domain.consultations import Way
from cnapp.domain.desk_workshops import TOLD_OF, registered_in, workshops_at
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import Letter
from cnapp.domain.people import Staff
from cnapp.domain.registrations import (
    NO_OFFER_WITHIN,
    NoSeatToHave,
    Registration,
    RegistrationOver,
    Standing,
    registration_named,
    registration_numbered,
    registrations_for,
)
from cnapp.domain.workshops import Workshop, workshop_named
from cnapp.services import registrations
from cnapp.services.desk_appointments import Press
from cnapp.services.desks import places_for
from cnapp.services.journal import By, refuse_if_changed
from cnapp.services.registration_letters import announce, note
from cnapp.services.registrations import Application
from cnapp.services.seats import hold_still, sweep_holds, take_seat
from cnapp.services.waiting_list import counted


@dataclass(frozen=True)
class Line:
    """A workshop in the list of a desk."""

    workshop: Workshop
    registered: int
    waiting: int

    @property
    def kept(self) -> int:
        """Seats that are offered, or held for whoever is answering."""
        return self.workshop.taken - self.registered


@dataclass(frozen=True)
class Room:
    """Who comes to a workshop, to whom a seat is offered, who waits: each in order."""

    workshop: Workshop
    registered: list[Registration]
    offered: list[Registration]
    waiting: list[Registration]

    @property
    def kept(self) -> int:
        """Seats that are offered, or held for whoever is answering."""
        return self.workshop.taken - len(self.registered)

    def takes(self, now: datetime) -> bool:
        """Whether somebody at the counter can have a seat at once."""
        return self.workshop.left > 0 and (not self.waiting or self.is_by_call(now))

    def is_by_call(self, now: datetime) -> bool:
        """So near the start that nothing is offered any more: the desk calls."""
        return now < self.workshop.starts_at <= now + NO_OFFER_WITHIN


def listing(staff: Staff, *, now: datetime) -> list[Line]:
    """The same queries however many there are."""
    workshops = db.session.scalars(workshops_at(_place_ids(staff, now), now)).all()
    ids = [each.id for each in workshops]
    registered = {row[0]: row[1] for row in db.session.execute(registered_in(ids))}
    waiting = counted(ids)
    return [Line(each, registered.get(each.id, 0), waiting.get(each.id, 0)) for each in workshops]


def workshop_for(staff: Staff, public_id: str, *, now: datetime) -> Workshop | None:
    """At one of the desk's places, past ones too; not a draft."""
    found = db.session.scalar(workshop_named(public_id))
    is_told = found is not None and (found.status in TOLD_OF or not found.stands)
    return found if found and is_told and found.place_id in _place_ids(staff, now) else None


def registration_for(staff: Staff, public_id: str, granted: Collection[str], *, now: datetime) -> Registration | None:
    """For a workshop at the desk's own places, or opened with its code; any other is none."""
    found = db.session.scalar(registration_named(public_id))
    if found and (public_id in granted or opens(staff, found, now=now)):
        return found
    return None


def opens(staff: Staff, registration: Registration, *, now: datetime) -> bool:
    """Whether a desk needs neither code nor name for it."""
    return staff.phone_line or registration.workshop.place_id in _place_ids(staff, now)


def way_to(staff: Staff, registration: Registration, *, now: datetime) -> Way:
    """What lets a desk open it."""
    if staff.phone_line:
        return Way.PHONE_LINE
    return Way.PLACE if opens(staff, registration, now=now) else Way.CODE


def room_of(workshop: Workshop) -> Room:
    active = db.session.scalars(registrations_for(workshop.id)).all()
    return Room(
        workshop,
        sorted(_those(active, Standing.REGISTERED), key=lambda each: (name_words(each.person.name), each.id)),
        _those(active, Standing.OFFERED),
        _those(active, Standing.WAITING),
    )


@dataclass(frozen=True, slots=True)
class Request:
    """Who would come to what, as one form of a desk asks it: sent twice, it is one registration."""

    workshop_id: int
    application: Application
    key: str


def register(request: Request, *, by: By, settings: Settings, now: datetime) -> Registration:
    """Raises what registrations.register does."""
    return _once(registrations.register, request, by=by, settings=settings, now=now)


def join(request: Request, *, by: By, settings: Settings, now: datetime) -> Registration:
    """On the waiting list. Raises what registrations.join_waiting_list does."""
    return _once(registrations.join_waiting_list, request, by=by, settings=settings, now=now)


def made_with(key: str, by: By) -> Registration | None:
    """What an earlier press of the same form made."""
    return registrations.registered_with(_key(key, by))


def seat_called(registration: Registration, *, by: By, now: datetime) -> None:
    """In the last hours, whoever the desk called has the free seat; again changes nothing. Holds the workshop still.

    Raises NoSeatToHave (also as long as seats are offered by themselves), WorkshopFull, RegistrationOver.
    """
    workshop = hold_still(registration.workshop_id)
    registration = db.session.scalars(registration_numbered(registration.id)).one()
    if registration.status is Standing.REGISTERED:
        return
    if not workshop.stands or workshop.is_past(now):
        raise RegistrationOver
    if registration.status is not Standing.WAITING or workshop.starts_at - now > NO_OFFER_WITHIN:
        raise NoSeatToHave
    sweep_holds(workshop, now=now)
    seat = take_seat(workshop, borrows=registration.borrows and workshop.can_lend)
    registration.status, registration.seat_id = Standing.REGISTERED, seat.id
    announce(registration, Letter.REGISTERED, by=by, now=now)
    note("accepted", registration, by=by, now=now)


def end(registration: Registration, press: Press, *, is_ours: bool, settings: Settings, now: datetime) -> None:
    """They do not come (any more), or `is_ours`: the service cannot receive them. Pressed twice, it ends once.

    Raises ChangedMeanwhile, RegistrationOver.
    """
    hold_still(registration.workshop_id)
    db.session.refresh(registration)
    if not registration.is_active:
        return
    refuse_if_changed((Subject.REGISTRATION, registration.id), press.number)
    verb = registrations.revoke if is_ours else registrations.cancel
    verb(registration, by=press.by, settings=settings, now=now)


def _once(
    verb: Callable[..., Registration], request: Request, *, by: By, settings: Settings, now: datetime
) -> Registration:
    hold_still(request.workshop_id)
    made = made_with(request.key, by)
    if made:
        return made
    registration = verb(request.workshop_id, request.application, by=by, settings=settings, now=now)
    registration.draft_id = _key(request.key, by)
    return registration


def _key(key: str, by: By) -> str:
    """Never the key of a citizen's draft, nor of a colleague's form."""
    return fingerprint(f"registered by {by.staff_id} {key}")


def _those(active: Sequence[Registration], standing: Standing) -> list[Registration]:
    return [each for each in active if each.status is standing]


def _place_ids(staff: Staff, now: datetime) -> list[int]:
    return [place.id for place in places_for(staff, now=now)]
