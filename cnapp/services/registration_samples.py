"""Invented registrations, kept nowhere, that letters are shown with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta

from cnapp.base.workdays import day_of, instant_at
from cnapp.domain.appointments import Booker, Origin, Told
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import REGISTRATION_CHANGES, SESSION_REMINDERS, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.seats import Seat
from cnapp.domain.workshop_sessions import Leading, WorkshopSession
from cnapp.domain.workshops import Level, Status, Workshop
from cnapp.services.tellings import Telling

BECOMES = {
    Letter.WAITLISTED: Standing.WAITING,
    Letter.SEAT_OFFERED: Standing.OFFERED,
    Letter.UNREGISTERED: Standing.EXCUSED,
    Letter.WORKSHOP_CANCELLED: Standing.REVOKED,
}
AHEAD = {Letter.SESSION_REMINDED: 2, Letter.SESSION_TODAY: 0, Letter.TOO_FEW: 2}
A_WEEK = timedelta(days=7)
LASTS = timedelta(minutes=90)


def _to_both(letter: Letter, now: datetime) -> list[Telling]:
    """To the person helped, then to whoever booked for them; a cycle of two sessions."""
    registration = _registration(letter, now)
    session = registration.workshop.sessions[0] if letter in SESSION_REMINDERS else None
    similar = {"similar": _workshop(now + 3 * A_WEEK, sessions=1)} if letter is Letter.WORKSHOP_CANCELLED else {}
    readers = [reader for reader in (registration.person, registration.booker) if reader]
    return [Telling(letter, reader, more=similar, registration=registration, session=session) for reader in readers]


def _too_few(letter: Letter, now: datetime) -> list[Telling]:
    workshop = _workshop(now + timedelta(days=AHEAD[letter]), sessions=1)
    reader = Staff(first_name="Anne", last_name="Exemple", role=Role.COORDINATOR, email="anne@exemple.fr")
    return [Telling(letter, reader, more={"registered": 2}, workshop=workshop)]


REGISTRATION_SAMPLES: Mapping[Letter, Callable[[Letter, datetime], list[Telling]]] = {
    **dict.fromkeys((*REGISTRATION_CHANGES, *SESSION_REMINDERS), _to_both),
    Letter.TOO_FEW: _too_few,
}


def _registration(letter: Letter, now: datetime) -> Registration:
    status = BECOMES.get(letter, Standing.REGISTERED)
    workshop = _workshop(now + timedelta(days=AHEAD.get(letter, A_WEEK.days)), sessions=2)
    workshop.status = Status.CANCELLED if letter is Letter.WORKSHOP_CANCELLED else Status.PUBLISHED
    return Registration(
        public_id="0" * 32,
        code="K4TX9PQM",
        link_version=1,
        version=1,
        status=status,
        origin=Origin.ONLINE,
        booked_by=Booker.RELATIVE,
        told=Told.BOTH,
        borrows=True,
        seat=Seat(borrows=True),
        answer_by=now + timedelta(days=1) if status is Standing.OFFERED else None,
        updated_at=now,
        workshop=workshop,
        person=_somebody("Lucienne Exemple", "lucienne@exemple.fr"),
        booker=_somebody("Paul Exemple", "paul@exemple.fr"),
    )


def _somebody(name: str, email: str) -> Citizen:
    return Citizen(name=name, email=email, address="1 rue de l’Exemple\n57000 Metz")


def _workshop(at: datetime, *, sessions: int) -> Workshop:
    """At 9 h 45, each week."""
    starts = [instant_at(day_of(at + number * A_WEEK), time(9, 45)) for number in range(sessions)]
    return Workshop(
        public_id="0" * 32,
        title="Je navigue sur Internet",
        learn="Ouvrir un site",
        level=Level.BEGINNER,
        theme="navigation_sur_internet",
        bring="vos lunettes",
        capacity=8,
        at_least=4,
        taken=8,
        lendable=8,
        status=Status.PUBLISHED,
        starts_at=starts[0],
        ends_at=starts[-1] + LASTS,
        sessions=[_session(number, start) for number, start in enumerate(starts)],
        place=_place(),
    )


def _session(number: int, start: datetime) -> WorkshopSession:
    leadings = [Leading(conseiller=Staff(first_name="Nadia"))]
    return WorkshopSession(public_id=f"{number}" * 32, starts_at=start, ends_at=start + LASTS, leadings=leadings)


def _place() -> Place:
    return Place(
        name="Mairie de quartier",
        address="1 rue de l’Exemple",
        postcode="57000",
        town="Metz",
        way_in="Entrez par la cour. L’accueil est à droite.",
    )
