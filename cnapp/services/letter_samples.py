"""Invented appointments, kept nowhere, that letters are shown with."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from cnapp.base.workdays import day_of, instant_at
from cnapp.domain.appointments import Appointment, Booker, Status, Told
from cnapp.domain.citizens import Citizen
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import Letter
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.domain.waits import Wait
from cnapp.services.letters import Telling

BECOMES = {Letter.CANCELLED: Status.EXCUSED, Letter.REVOKED: Status.REVOKED}
DURATION = timedelta(minutes=45)


def samples(letter: Letter, *, now: datetime) -> list[Telling]:
    """The same letter to the person helped, then to whoever booked for them."""
    appointment = _appointment(BECOMES.get(letter, Status.BOOKED), now)
    if letter is Letter.OFFERED:
        return _offers(appointment, now)
    return [Telling(letter, reader, appointment) for reader in (appointment.person, appointment.booker) if reader]


def _offers(appointment: Appointment, now: datetime) -> list[Telling]:
    """Three days sooner, to those who have an appointment; then to somebody who has none."""
    readers = [*((reader, appointment) for reader in (appointment.person, appointment.booker) if reader)]
    return [_offer(reader, has, now) for reader, has in [*readers, (appointment.person, None)]]


def _offer(reader: Citizen, has: Appointment | None, now: datetime) -> Telling:
    wait = Wait(public_id="0" * 32, link_version=1, citizen=reader, appointment=has, motif=_motif())
    starts_at, expires_at = (instant_at(day_of(now) + timedelta(days=ahead), time(9, 45)) for ahead in (4, 1))
    offer = Offer(public_id="0" * 32, wait=wait, place=_place(), starts_at=starts_at, expires_at=expires_at)
    return Telling(Letter.OFFERED, reader, has, offer=offer)


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
    return Citizen(name=name, email=email)


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
