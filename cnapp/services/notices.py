"""« Comment nous vous prévenons »: one sentence, computed from the contacts and from what is configured.

Without a mail server nothing is sent; calls and paper are the team's, who read their list. It is plain French with
%(phone)s for the service's number, and translated when shown, as refusals are.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from cnapp.config import Settings
from cnapp.domain.appointments import Appointment, Told


class Notice(StrEnum):
    """What can honestly be said of a change."""

    WRITE = (
        "Si votre rendez-vous change ou est annulé, nous vous écrivons par e-mail. "
        "Avant de venir, regardez vos e-mails."
    )
    CALL_US = "Si le conseiller est absent, nous ne pourrons pas vous prévenir. Avant de venir, appelez le %(phone)s."
    LOOK_AT_PAGE = (
        "Si le conseiller est absent, nous ne pourrons pas vous prévenir. "
        "Avant de venir, regardez la page de votre rendez-vous, ou passez à l’accueil."
    )
    CALL = "Si nous devons changer ou annuler votre rendez-vous, nous vous appelons."
    POST_OR_CALL_US = (
        "Si nous devons annuler votre rendez-vous, nous vous écrivons par la poste. "
        "À moins de 4 jours, ce n’est pas possible. Avant de venir, appelez le %(phone)s."
    )
    POST_OR_LOOK_AT_PAGE = (
        "Si nous devons annuler votre rendez-vous, nous vous écrivons par la poste. "
        "À moins de 4 jours, ce n’est pas possible. "
        "Avant de venir, regardez la page de votre rendez-vous, ou passez à l’accueil."
    )


class Reachable(Protocol):
    """Somebody with, perhaps, an e-mail address, a phone and a postal address."""

    @property
    def email(self) -> str | None: ...

    @property
    def phone(self) -> object | None: ...

    @property
    def no_calls(self) -> bool: ...

    @property
    def address(self) -> str | None: ...


Person = TypeVar("Person", bound=Reachable)


def warning_for(people: Sequence[Reachable], settings: Settings) -> Notice:
    """The sentence for those who are to be told."""
    if settings.sends_mail and any(each.email for each in people):
        return Notice.WRITE
    if any(may_be_called(each) for each in people):
        return Notice.CALL
    if any(each.address for each in people):
        return Notice.POST_OR_CALL_US if settings.phone else Notice.POST_OR_LOOK_AT_PAGE
    return Notice.CALL_US if settings.phone else Notice.LOOK_AT_PAGE


def may_be_called(someone: Reachable) -> bool:
    return bool(someone.phone) and not someone.no_calls


def is_team_asked(appointment: Appointment) -> bool:
    """Whether somebody of the team may have to call or write on paper when it changes."""
    told = told_people(appointment.told, appointment.person, appointment.booker)
    return any(may_be_called(each) or each.address for each in told)


def warning_about(appointment: Appointment, settings: Settings) -> Notice:
    return warning_for(told_people(appointment.told, appointment.person, appointment.booker), settings)


def written_to(appointment: Appointment, settings: Settings) -> list[str]:
    """The addresses that each change of it is told to by e-mail."""
    told = told_people(appointment.told, appointment.person, appointment.booker)
    return [each.email for each in told if each.email and settings.sends_mail]


def told_people(told: Told, person: Person, booker: Person | None) -> list[Person]:
    """Who is to be told of changes, the person helped first."""
    chosen: list[Person] = []
    if told is not Told.BOOKER or booker is None:
        chosen.append(person)
    if told is not Told.PERSON and booker is not None:
        chosen.append(booker)
    return chosen
