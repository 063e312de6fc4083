"""Invented appointments, kept nowhere, that letters are shown with."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from cnapp.base.workdays import day_of, instant_at
from cnapp.domain.appointments import Appointment, Booker, Status, Told
from cnapp.domain.citizens import Citizen
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.outbox import Letter
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.services.letters import Telling

BECOMES = {Letter.CANCELLED: Status.EXCUSED, Letter.REVOKED: Status.REVOKED}
DURATION = timedelta(minutes=45)


def samples(letter: Letter, *, now: datetime) -> list[Telling]:
    """The same letter to the person helped, then to whoever booked for them."""
    appointment = _appointment(BECOMES.get(letter, Status.BOOKED), now)
    return [Telling(letter, reader, appointment) for reader in (appointment.person, appointment.booker) if reader]


def _appointment(status: Status, now: datetime) -> Appointment:
    """In a week, at 9 h 45."""
    starts_at = instant_at(day_of(now) + timedelta(days=7), time(9, 45))
    return Appointment(
        public_id="0" * 32,
        code="K4TX9PQM",
        link_version=1,
        version=1,
        status=status,
        booked_by=Booker.RELATIVE,
        told=Told.BOTH,
        starts_at=starts_at,
        ends_at=starts_at + DURATION,
        person=_somebody("Lucienne Exemple", "lucienne@exemple.fr"),
        booker=_somebody("Paul Exemple", "paul@exemple.fr"),
        conseiller=Staff(first_name="Nadia"),
        motif=_motif(),
        presence=Presence(place=_place()),
    )


def _somebody(name: str, email: str) -> Citizen:
    return Citizen(name=name, email=email, address="1 rue de l’Exemple\n57000 Metz")


def _motif() -> Motif:
    return Motif(
        word=Word.EMAIL,
        title="Créer une adresse e-mail",
        bring="votre téléphone",
        mode=Mode.LEARN,
        duration_minutes=DURATION.seconds // 60,
    )


def _place() -> Place:
    return Place(
        name="Mairie de quartier",
        address="1 rue de l’Exemple",
        postcode="57000",
        town="Metz",
        way_in="Entrez par la cour. L’accueil est à droite.",
    )
