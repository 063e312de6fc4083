"""A handful of invented people who wait for a time; what is offered to them comes of the post worker."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.workdays import span_of_day
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.citizens import Citizen
from cnapp.domain.motifs import Motif
from cnapp.domain.times import Half
from cnapp.domain.waits import Wait
from cnapp.services.demo.chance import Chance
from cnapp.services.demo.places import Places

PEOPLE = (
    ("Régine Exemple", "+33639980001", None),
    ("Omar Exemple", None, "omar@exemple.fr"),
    ("Lucette Exemple", "+33353010001", None),
)
"""By SMS, by e-mail, and one who can only be called."""
HAVE_A_TIME = 2
"""So many of those who have booked would come earlier."""


def make_waits(day: date, motifs: Sequence[Motif], places: Places, *, link_key: str) -> None:
    chance = Chance(day, "waits")
    offered = [motif for motif in motifs if motif.is_offered_online and motif.perimeter is None]
    since = span_of_day(day).start - timedelta(days=3)
    made = [_newcomer(person, since, chance, offered) for person in PEOPLE]
    made += [_for_earlier(has, since, chance) for has in _those_who_have_a_time(day)]
    made[0].places = [places["mairie-borny"]]
    made[1].half = Half.MORNING
    for wait in made:
        wait.seal(link_key)
    db.session.add_all(made)
    db.session.flush()


def _newcomer(
    person: tuple[str, str | None, str | None], since: datetime, chance: Chance, motifs: Sequence[Motif]
) -> Wait:
    name, phone, email = person
    citizen = Citizen(public_id=chance.hexadecimal(), phone=phone, phone_typed=phone, created_at=since)
    citizen.be_called(name)
    citizen.write_to(email)
    return _wait(citizen, chance.one(motifs), since, chance)


def _for_earlier(has: Appointment, since: datetime, chance: Chance) -> Wait:
    wait = _wait(has.person, has.motif, since + timedelta(hours=9), chance)
    wait.appointment, wait.needs = has, list(has.needs)
    return wait


def _wait(citizen: Citizen, motif: Motif, since: datetime, chance: Chance) -> Wait:
    about = {"citizen": citizen, "motif": motif, "needs": [], "weekdays": [], "created_at": since}
    return Wait(public_id=chance.hexadecimal(), link_version=1, **about)


def _those_who_have_a_time(day: date) -> Sequence[Appointment]:
    """The last of all, who can be written to."""
    later = Appointment.status == Status.BOOKED, Appointment.starts_at > span_of_day(day + timedelta(days=14)).start
    query = select(Appointment).join(Citizen, Citizen.id == Appointment.person_id).where(*later)
    reachable = query.where(Citizen.email.is_not(None), Appointment.booker_id.is_(None))
    return db.session.scalars(reachable.order_by(Appointment.starts_at.desc(), Appointment.id).limit(HAVE_A_TIME)).all()
