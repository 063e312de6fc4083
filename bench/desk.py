"""A desk with a hundred and twenty appointments today, all booked within the hour, and its first page measured.

It is a place of its own with its own conseillers, who take no other appointments: nothing else that is measured
meets them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TypeVar

from bench.clients import Client, Failed
from cnapp.base.database import Base, db
from cnapp.base.tokens import new_code, new_public_id
from cnapp.base.workdays import day_of, instant_at
from cnapp.domain.appointments import Appointment, Booker, Origin, Status, Told
from cnapp.domain.citizens import Citizen, Need
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.motifs import Motif, motif_called
from cnapp.domain.people import Role, Staff, StaffPlace
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.services.accounts import set_password
from cnapp.services.journal import By, record

DAY = "/accueil/"
EMAIL = "accueil@exemple.fr"
PASSWORD = "password of the bench"
SUBJECT = "whatsapp-video"
CONSEILLERS = 4
EACH = 30
MINUTES = 20
OPENS, CLOSES = time(8), time(19)


@dataclass(frozen=True)
class Desk:
    """The rows that its appointments share."""

    place: Place
    motif: Motif
    link_key: str
    now: datetime


def make_desk(link_key: str, *, now: datetime) -> None:
    """Within the caller's transaction, once the subjects are there."""
    place = Place(slug="lieu-accueil", name="Lieu 9999", valid_from=day_of(now), valid_until=day_of(now), **_where(now))
    motif = db.session.scalars(motif_called(SUBJECT)).one()
    desk = Desk(kept(place), motif, link_key, now)
    account = staff_member("Accueil", EMAIL, Role.DESK, now)
    kept(StaffPlace(staff_id=account.id, place_id=desk.place.id))
    set_password(account, PASSWORD, now=now)
    for number in range(CONSEILLERS):
        presence = _presence(desk, number)
        for turn in range(EACH):
            _book(desk, presence, turn)


def _where(now: datetime) -> dict[str, object]:
    return {"address": "1 rue de la Mesure", "postcode": "57000", "town": "Metz", "updated_at": now}


Row = TypeVar("Row", bound=Base)


def kept(row: Row) -> Row:
    db.session.add(row)
    db.session.flush()
    return row


def staff_member(first_name: str, email: str, role: Role, now: datetime) -> Staff:
    return kept(
        Staff(
            public_id=new_public_id(),
            first_name=first_name,
            last_name="Mesure",
            email=email,
            role=role,
            receives=role is Role.CONSEILLER,
            in_post_from=day_of(now),
            updated_at=now,
        )
    )


def _presence(desk: Desk, number: int) -> Presence:
    conseiller = staff_member(f"Conseiller {number}", f"conseiller{number}@exemple.fr", Role.CONSEILLER, desk.now)
    today = day_of(desk.now)
    return kept(
        Presence(
            public_id=new_public_id(),
            conseiller_id=conseiller.id,
            place_id=desk.place.id,
            starts_at=instant_at(today, OPENS),
            ends_at=instant_at(today, CLOSES),
            takes_appointments=False,
            updated_at=desk.now,
        )
    )


def _book(desk: Desk, presence: Presence, turn: int) -> None:
    """Every third person has a need that is to be prepared for."""
    starts_at = presence.starts_at + timedelta(minutes=MINUTES * turn)
    time_taken = {
        "presence_id": presence.id,
        "conseiller_id": presence.conseiller_id,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=MINUTES),
    }
    commitment = kept(Commitment(kind=Kind.APPOINTMENT, **time_taken))
    appointment = Appointment(
        public_id=new_public_id(),
        code=new_code(),
        motif_id=desk.motif.id,
        person_id=_person(turn, desk.now).id,
        booked_by=Booker.SELF,
        told=Told.PERSON,
        needs=[Need.CHILD] if turn % 3 == 0 else [],
        commitment_id=commitment.id,
        status=Status.BOOKED,
        origin=Origin.ONLINE,
        created_at=desk.now,
        updated_at=desk.now,
        **time_taken,
    )
    appointment.seal(desk.link_key)
    record("booked", kept(appointment), by=By.citizen(), now=desk.now)


def _person(turn: int, now: datetime) -> Citizen:
    person = Citizen(public_id=new_public_id(), created_at=now)
    person.be_called(f"Personne Mesure{'abcdefghij'[turn % 10]}")
    return kept(person)


def at_the_desk(port: int) -> Client:
    """Signed in, at the place, with somebody's first name."""
    client = Client(port)
    client.send(client.get("/connexion"), {"email": EMAIL, "password": PASSWORD})
    client.send(client.get("/accueil/poste"), {"hand": "Sonia"})
    page = client.get(DAY)
    if page.text.count('class="desk-line') != CONSEILLERS * EACH:
        raise Failed(f"{page.status} on {DAY}: not the day of the desk")
    return client
