"""Invented appointments, kept nowhere, that letters are shown with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

from cnapp.base.workdays import day_of, instant_at
from cnapp.domain.accounts import LETTER_LINK_LASTS, PasswordLink
from cnapp.domain.appointments import Appointment, Booker, Status, Told
from cnapp.domain.citizens import Citizen
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import OF_A_PLAN, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement, RecoveryPlan, Trigger
from cnapp.domain.presences import Presence
from cnapp.domain.waits import Wait
from cnapp.services.asked import Asked
from cnapp.services.registration_samples import REGISTRATION_SAMPLES
from cnapp.services.team_letters import News, What
from cnapp.services.tellings import Telling

BECOMES = {Letter.CANCELLED: Status.EXCUSED, Letter.REVOKED: Status.REVOKED, Letter.MISSED: Status.NOSHOW}
AHEAD = {Letter.REMINDED: 2, Letter.REMINDED_TODAY: 0, Letter.MISSED: -1}
A_WEEK = 7
"""How many days ahead the invented appointment is, for letters of their own day and for all others."""
DURATION = timedelta(minutes=45)


def samples(letter: Letter, *, now: datetime) -> list[Telling]:
    """As each who can receive it reads it."""
    return SAMPLES.get(letter, _to_both)(letter, now)


def _to_both(letter: Letter, now: datetime) -> list[Telling]:
    """To the person helped, then to whoever booked for them."""
    on = day_of(now) + timedelta(days=AHEAD.get(letter, A_WEEK))
    appointment = _appointment(BECOMES.get(letter, Status.BOOKED), on)
    return [Telling(letter, reader, appointment) for reader in (appointment.person, appointment.booker) if reader]


def _codes(letter: Letter, now: datetime) -> list[Telling]:
    appointment = _appointment(Status.BOOKED, _in_a_week(now))
    return [Telling(letter, appointment.person, more={"appointments": [appointment], "registrations": []})]


def _password(letter: Letter, now: datetime) -> list[Telling]:
    link = PasswordLink(public_id="0" * 32, expires_at=now + LETTER_LINK_LASTS)
    return [Telling(letter, _colleague(Role.CONSEILLER), more={"link": link})]


def _schedule(letter: Letter, now: datetime) -> list[Telling]:
    """Of each kind, to a conseiller."""
    appointment, reader = _appointment(Status.BOOKED, _in_a_week(now)), _colleague(Role.CONSEILLER)
    at, was = appointment.starts_at, appointment.starts_at - timedelta(hours=1)
    kinds = (News(What.ADDED, at), News(What.CHANGED, at, was), News(What.CANCELLED, at), News(What.GONE, was))
    return [Telling(letter, reader, appointment, {"news": news}) for news in kinds]


def _colleague(role: Role) -> Staff:
    return Staff(first_name="Nadia", last_name="Exemple", role=role, email="nadia@exemple.fr")


def _in_a_week(now: datetime) -> date:
    return day_of(now) + timedelta(days=A_WEEK)


def _offers(_letter: Letter, now: datetime) -> list[Telling]:
    """Three days sooner, to those who have an appointment; then to somebody who has none."""
    appointment = _appointment(Status.BOOKED, _in_a_week(now))
    readers = [*((reader, appointment) for reader in (appointment.person, appointment.booker) if reader)]
    return [_offer(reader, has, now) for reader, has in [*readers, (appointment.person, None)]]


def _offer(reader: Citizen, has: Appointment | None, now: datetime) -> Telling:
    wait = Wait(public_id="0" * 32, link_version=1, citizen=reader, appointment=has, motif=_motif())
    starts_at, expires_at = (instant_at(day_of(now) + timedelta(days=ahead), time(9, 45)) for ahead in (4, 1))
    offer = Offer(public_id="0" * 32, wait=wait, place=_place(), starts_at=starts_at, expires_at=expires_at)
    return Telling(Letter.OFFERED, reader, has, offer=offer)


def _lost(letter: Letter, now: datetime) -> list[Telling]:
    """To both, of a time two days sooner at the same place; of what is displaced, of its own time."""
    is_displaced = letter is Letter.DISPLACED
    appointment = _appointment(Status.DISPLACED if is_displaced else Status.BOOKED, _in_a_week(now))
    line = _line(appointment, timedelta(days=0 if letter is not Letter.REPLACED else 2))
    more = {"asked": Asked(until=line.answer_until)} if letter is Letter.REPLACED else {}
    readers = [reader for reader in (appointment.person, appointment.booker) if reader]
    told = [Telling(letter, reader, appointment, more, displacement=line) for reader in readers]
    return [*told, *(_elsewhere(each) for each in told[:1] if more)]


def _elsewhere(told: Telling) -> Telling:
    """The same at another place."""
    appointment, line = _appointment(Status.BOOKED, day_of(told.times_changed[0])), told.displacement
    until = line.answer_until if line else None
    moved = _line(appointment, timedelta(days=2))
    moved.place, moved.place_id = Place(id=2, name="Médiathèque"), 2
    more = {"asked": Asked(until=until, will_call=True, travel_minutes=15)}
    return Telling(told.letter, appointment.person, appointment, more, displacement=moved)


def _line(appointment: Appointment, sooner: timedelta) -> Displacement:
    starts_at = appointment.starts_at - sooner
    return Displacement(
        appointment=appointment,
        plan=_plan(),
        place=appointment.presence.place,
        place_id=appointment.presence.place_id,
        starts_at=starts_at,
        ends_at=starts_at + DURATION,
        answer_until=starts_at - timedelta(days=1),
    )


def _plan() -> RecoveryPlan:
    return RecoveryPlan(public_id="0" * 32, cause=Trigger.ABSENCE)


def _absent(letter: Letter, _now: datetime) -> list[Telling]:
    counts = {"people": 14, "to_call": 3, "sessions": 1}
    return [Telling(letter, _colleague(Role.COORDINATOR), more={"plan": _plan(), **counts})]


SAMPLES: Mapping[Letter, Callable[[Letter, datetime], list[Telling]]] = {
    Letter.CODES: _codes,
    Letter.PASSWORD: _password,
    Letter.SCHEDULE: _schedule,
    Letter.OFFERED: _offers,
    **dict.fromkeys(OF_A_PLAN, _lost),
    Letter.ABSENT: _absent,
    **REGISTRATION_SAMPLES,
}


def _appointment(status: Status, on: date) -> Appointment:
    """At 9 h 45."""
    starts_at = instant_at(on, time(9, 45))
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
        presence=Presence(place=_place(), place_id=1),
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
