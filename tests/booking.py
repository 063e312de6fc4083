"""Booking through the services, as the pages do it, for tests that need many at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cnapp.base.contacts import read_phone
from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Origin
from cnapp.domain.commitments import Commitment
from cnapp.domain.drafts import Draft
from cnapp.domain.motifs import Motif
from cnapp.domain.places import Place
from cnapp.domain.slots import Choice, Wish
from cnapp.services import appointments, drafts
from cnapp.services.answers import choose_time
from cnapp.services.appointments import Taking, people_concerned
from cnapp.services.parties import Party, Someone
from cnapp.services.slots import conseillers_at
from tests.factories import LINK_KEY, metz


@dataclass(frozen=True)
class Aim:
    """A subject, a place and a start as plain values, so that any thread can go for them."""

    motif_id: int
    place_id: int
    slug: str
    starts_at: datetime

    @property
    def choice(self) -> Choice:
        return Choice(self.slug, self.starts_at)

    def wish(self) -> Wish:
        return Wish(db.session.get_one(Motif, self.motif_id), (self.place_id,))

    def taking(self, draft_id: str) -> Taking:
        return Taking(draft_id, self.wish(), self.choice)


def aim(motif: Motif, place: Place, at: str) -> Aim:
    return Aim(motif.id, place.id, place.slug, metz(at))


def begin(*, now: datetime) -> str:
    """The id of a new draft."""
    with transaction():
        return drafts.start(now=now).id


def hold(draft_id: str, what: Aim, *, now: datetime) -> Commitment:
    with transaction(*conseillers_at(what.choice)):
        choose_time(db.session.get_one(Draft, draft_id), what.wish(), what.choice, now=now)
        return db.session.scalars(select(Commitment).where(Commitment.draft_id == draft_id)).one()


def party(name: str = "Marie Schmitt", phone: str = "") -> Party:
    return Party(Someone(name, read_phone(phone)), Origin.ONLINE)


def confirm(draft_id: str, what: Aim, who: Party, *, now: datetime) -> Appointment:
    taking = what.taking(draft_id)
    with transaction(*people_concerned(taking)):
        return appointments.book(taking, who, link_key=LINK_KEY, now=now)


def book(what: Aim, *, now: datetime, phone: str = "") -> Appointment:
    """The whole of it: draft, hold, confirmation."""
    draft_id = begin(now=now)
    hold(draft_id, what, now=now)
    return confirm(draft_id, what, party(phone=phone), now=now)


def reload(appointment: Appointment) -> Appointment:
    db.session.rollback()
    db.session.refresh(appointment)
    return appointment
