"""People who come to a desk without appointment: noted, given a time, sent elsewhere; and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cnapp.base.database import db, lock_keys
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.journal import ChangedMeanwhile, Subject
from cnapp.domain.motifs import Motif, MotifUnknown, Word, motifs_all
from cnapp.domain.people import StaffUnknown, staff_named
from cnapp.domain.places import Place
from cnapp.domain.slots import Choice, Door, Wish
from cnapp.domain.visits import (
    ANOTHER_SERVICE,
    SERVICES,
    State,
    Visit,
    VisitDayClosed,
    VisitEnded,
    services_told_since,
    visit_named,
    visits_on,
)
from cnapp.services.appointments import book_directly, take_back
from cnapp.services.catalogue import place_known
from cnapp.services.desks import next_ticket
from cnapp.services.journal import By, changes_since, record_about
from cnapp.services.parties import Party, Someone

REMEMBERED = timedelta(weeks=12)
TAKEN_BACK = "given_by_mistake"
"""Why the time was cancelled, as a code."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Somebody who has just come. `public_id` follows from the form, so that one form makes one visit."""

    public_id: str
    word: Word
    first_name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a visit ends; `sent_to` names the service when the person is sent elsewhere."""

    state: State
    sent_to: str | None = None


@dataclass(frozen=True, slots=True)
class Giving:
    """The time that somebody at a desk takes: for what, where and when, with whom."""

    motif: Motif
    place: Place
    choice: Choice
    conseiller_id: int


def welcome(arrival: Arrival, place: Place, *, by: By, now: datetime) -> Visit:
    """Gives the next ticket of the day; sent again, the same visit."""
    ticket = next_ticket(place, day_of(now))
    known = db.session.scalar(visit_named(arrival.public_id))
    if known:
        return known
    visit = Visit(
        public_id=arrival.public_id,
        place=place,
        day=day_of(now),
        ticket=ticket,
        word=arrival.word,
        first_name=arrival.first_name or None,
        state=State.WAITING,
        came_at=now,
        staff_id=by.staff_id,
        updated_at=now,
    )
    db.session.add(visit)
    db.session.flush()
    record_about(_thing(visit), "noted", by=by, now=now, becomes=State.WAITING.value)
    return visit


def visits_today(place: Place, *, now: datetime) -> Sequence[Visit]:
    """Those who wait first, then in the order of their tickets."""
    visits = db.session.scalars(visits_on(place.id, day_of(now))).all()
    return sorted(visits, key=lambda visit: visit.is_over)


def services_told(place: Place, *, now: datetime) -> list[str]:
    """To which people are sent from here: those of the last months first, then the usual ones."""
    told = db.session.scalars(services_told_since(place.id, day_of(now) - REMEMBERED))
    return list(dict.fromkeys([*(each for each in told if each and each != ANOTHER_SERVICE), *SERVICES]))


def visit_called(public_id: str) -> Visit | None:
    return db.session.scalar(visit_named(public_id))


def held(public_id: str) -> Visit | None:
    """The visit, which nobody else changes until the transaction ends."""
    lock_keys(f"visit:{public_id}")
    return db.session.scalar(visit_named(public_id))


def end(visit: Visit, outcome: Outcome, *, by: By, now: datetime) -> None:
    """Again changes nothing. Raises VisitDayClosed, ChangedMeanwhile."""
    if (visit.state, visit.sent_to) == (outcome.state, outcome.sent_to) and not visit.appointment:
        return
    was = visit.state
    try:
        visit.end(outcome.state, sent_to=outcome.sent_to, now=now)
    except VisitEnded:
        raise _changed(visit) from None
    _note(visit, was, by=by, now=now)


def giving(motif: str, choice: Choice, conseiller: str) -> Giving:
    """From what a form sent. Raises MotifUnknown, PlaceUnknown, StaffUnknown."""
    wanted = db.session.scalar(motifs_all().where(Motif.slug == motif))
    who = db.session.scalar(staff_named(conseiller))
    if wanted is None:
        raise MotifUnknown
    if who is None:
        raise StaffUnknown
    return Giving(wanted, place_known(choice.slug), choice, who.id)


def give(visit: Visit, giving: Giving, *, by: By, link_key: str, now: datetime) -> Appointment:
    """Again answers with the same. Raises VisitDayClosed, ChangedMeanwhile, SlotTaken."""
    if visit.appointment and _is_that(visit.appointment, giving.choice):
        return visit.appointment
    if not visit.can_end(now):
        raise _changed(visit) if visit.is_its_day(now) else VisitDayClosed
    was, wish = visit.state, wish_for(visit, giving, now=now)
    party = Party(Someone(visit.called), _origin(wish.door))
    appointment = book_directly(wish, giving.choice, party=party, by=by, link_key=link_key, now=now)
    visit.motif = giving.motif
    visit.give(appointment, now=now)
    _note(visit, was, by=by, now=now)
    return appointment


def wish_for(visit: Visit, giving: Giving, *, now: datetime) -> Wish:
    """Here and today, whoever receives people without appointment can be asked too."""
    is_here = giving.place.id == visit.place_id and day_of(giving.choice.starts_at) == day_of(now)
    door = Door.WALK_IN if is_here else Door.STAFF
    return Wish(giving.motif, (giving.place.id,), (), door, giving.conseiller_id)


def undo(visit: Visit, noted: State, *, by: By, now: datetime) -> None:
    """The person waits again; when that has been done already, nothing changes.

    Raises VisitDayClosed, ChangedMeanwhile, TimeUsed.
    """
    if visit.state is State.WAITING:
        return
    if visit.state is not noted:
        raise _changed(visit)
    if not visit.can_be_undone(now):
        raise VisitDayClosed
    if visit.appointment:
        take_back(visit.appointment, by=by, reason=TAKEN_BACK, now=now)
    visit.wait_again(now=now)
    _note(visit, noted, by=by, now=now)


def _thing(visit: Visit) -> tuple[Subject, int]:
    return Subject.VISIT, visit.id


def _changed(visit: Visit) -> ChangedMeanwhile:
    """All that happened since it was noted: the page that was open showed a visit that still waited."""
    return ChangedMeanwhile(changes_since(_thing(visit), 1))


def _note(visit: Visit, was: State, *, by: By, now: datetime) -> None:
    db.session.flush()
    record_about(_thing(visit), "noted", by=by, now=now, was=was.value, becomes=visit.state.value)


def _is_that(appointment: Appointment, choice: Choice) -> bool:
    return Choice(appointment.presence.place.slug, appointment.starts_at) == choice


def _origin(door: Door) -> Origin:
    return Origin.WALK_IN if door is Door.WALK_IN else Origin.COUNTER
