"""« Comment nous vous prévenons »: one sentence, computed from the contacts and from what is configured.

Today nothing is sent, and nobody has undertaken to call. The sentence promises neither. It is plain French with
%(phone)s for the service's number, and translated when shown, as refusals are.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Protocol

from cnapp.domain.appointments import Appointment, Told


class Notice(StrEnum):
    """What can honestly be said of a change."""

    CALL_US = "Si le conseiller est absent, nous ne pourrons pas vous prévenir. Avant de venir, appelez le %(phone)s."
    LOOK_AT_PAGE = (
        "Si le conseiller est absent, nous ne pourrons pas vous prévenir. "
        "Avant de venir, regardez la page de votre rendez-vous, ou passez à l’accueil."
    )
    MAY_CALL_BUT_CALL_US = (
        "Si le conseiller est absent, le service peut essayer de vous appeler. Ce n’est pas sûr. "
        "Avant de venir, appelez le %(phone)s."
    )
    MAY_CALL_BUT_LOOK_AT_PAGE = (
        "Si le conseiller est absent, le service peut essayer de vous appeler. Ce n’est pas sûr. "
        "Avant de venir, regardez la page de votre rendez-vous, ou passez à l’accueil."
    )


class Reachable(Protocol):
    """Somebody with, perhaps, a phone."""

    @property
    def phone(self) -> object | None: ...

    @property
    def no_calls(self) -> bool: ...


def warning_for(people: Iterable[Reachable], *, service_phone: str) -> Notice:
    """The sentence for those who are to be told."""
    if any(each.phone and not each.no_calls for each in people):
        return Notice.MAY_CALL_BUT_CALL_US if service_phone else Notice.MAY_CALL_BUT_LOOK_AT_PAGE
    return Notice.CALL_US if service_phone else Notice.LOOK_AT_PAGE


def warning_about(appointment: Appointment, *, service_phone: str) -> Notice:
    people = told_people(appointment.told, appointment.person, appointment.booker)
    return warning_for(people, service_phone=service_phone)


def told_people(told: Told, person: Reachable, booker: Reachable | None) -> list[Reachable]:
    """Who is to be told of changes."""
    chosen: list[Reachable] = []
    if told is not Told.BOOKER or booker is None:
        chosen.append(person)
    if told is not Told.PERSON and booker is not None:
        chosen.append(booker)
    return chosen
