"""A few invented people to call and one to write to on paper: each comes of what the services do, as on any day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from cnapp.base.contacts import Phone, show_phone
from cnapp.base.database import db
from cnapp.base.workdays import span_of_day
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.calls import Call, Part, Reason, callback_time
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import CHANGE_OF_MIND
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.services import appointments, entrusting, post
from cnapp.services.demo.chance import Chance
from cnapp.services.demo.places import Places
from cnapp.services.journal import By
from cnapp.services.letters import telling
from cnapp.services.parties import Someone, keep_citizen

FIRST_DAY = 6
"""From today: a letter on paper still comes in time."""
CALLED_FOR = "mairie-borny"
WRITTEN_FOR = "mediatheque-verlaine"
LANDLINES = ("+33353010002", "+33353010003")
CALLS_BACK = "+33353010004"
ADDRESS = "4 rue de l’Exemple\n57000 Metz"
Reached = Callable[[Citizen], None]
"""Gives somebody the only way in which they can be told."""


def make_calls(day: date, places: Places, *, now: datetime) -> None:
    """Two appointments that the service cancels by voice, one on paper, and somebody who asked to be called back."""
    chance = Chance(day, "calls")
    before = now - CHANGE_OF_MIND
    _cancel(_to_come(day, places[CALLED_FOR], len(LANDLINES)), [_by_landline(each) for each in LANDLINES], before)
    _cancel(_to_come(day, places[WRITTEN_FOR], 1), [_by_post], before)
    _entrust_all(now)
    who = Someone("Paulette Exemple", Phone(CALLS_BACK, show_phone(CALLS_BACK), is_mobile=False))
    due_at = callback_time(Part.ANY, now)
    entrusting.ask_for_call(keep_citizen(who, now=now), due_at, now=now, preferred=Part.ANY, topic="Envoyer une photo")
    for call in db.session.scalars(select(Call).order_by(Call.id)):
        call.public_id = chance.hexadecimal()
        if call.reason is Reason.CALLBACK:
            call.citizen.public_id = chance.hexadecimal()
    db.session.flush()


def _to_come(day: date, place: Place, how_many: int) -> Sequence[Appointment]:
    """The first of this place that nobody else booked; of another one where it has none."""
    later = Appointment.status == Status.BOOKED, Appointment.starts_at >= span_of_day(day + timedelta(FIRST_DAY)).start
    query = select(Appointment).join(Presence, Presence.id == Appointment.presence_id)
    its_own_first = (Presence.place_id != place.id), Appointment.starts_at, Appointment.public_id
    mine = query.where(*later, Appointment.booker_id.is_(None)).order_by(*its_own_first)
    return db.session.scalars(mine.limit(how_many)).all()


def _cancel(ends: Sequence[Appointment], reached: Sequence[Reached], now: datetime) -> None:
    for appointment, leave in zip(ends, reached, strict=False):
        person = appointment.person
        person.phone = person.phone_typed = None
        person.write_to(None)
        leave(person)
        db.session.flush()
        appointments.revoke(appointment, by=By.staff(appointment.conseiller), now=now)


def _by_landline(number: str) -> Reached:
    def leave(person: Citizen) -> None:
        person.phone, person.phone_typed = number, show_phone(number)
        person.no_calls = False

    return leave


def _by_post(person: Citizen) -> None:
    person.address = ADDRESS


def _entrust_all(now: datetime) -> None:
    """What the worker does with letters that nobody can send."""
    while claim := post.claim(now):
        due = post.letter_in_hand(claim)
        told = telling(due, now=now)
        for channel in entrusting.channels_for(told, due, now=now)[:1] if told else []:
            entrusting.entrust(claim, channel=channel, now=now)
