"""« Comment nous vous prévenons »: one sentence, computed from the contacts and from what is configured.

Without a mail server nothing is sent, and nobody has undertaken to call: the sentence promises neither. It is plain
French with %(phone)s for the service's number, and translated when shown, as refusals are.
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
    MAY_CALL_BUT_CALL_US = (
        "Si le conseiller est absent, le service peut essayer de vous appeler. Ce n’est pas sûr. "
        "Avant de venir, appelez le %(phone)s."
    )
    MAY_CALL_BUT_LOOK_AT_PAGE = (
        "Si le conseiller est absent, le service peut essayer de vous appeler. Ce n’est pas sûr. "
        "Avant de venir, regardez la page de votre rendez-vous, ou passez à l’accueil."
    )


class Reminder(StrEnum):
    """What can honestly be said of reminders."""

    WRITE = "Nous vous écrivons aussi un rappel 2 jours avant, s’il reste assez de temps."


class Reachable(Protocol):
    """Somebody with, perhaps, an e-mail address and a phone."""

    @property
    def email(self) -> str | None: ...

    @property
    def phone(self) -> object | None: ...

    @property
    def no_calls(self) -> bool: ...

    @property
    def no_reminders(self) -> bool: ...


Person = TypeVar("Person", bound=Reachable)


def warning_for(people: Sequence[Reachable], settings: Settings) -> Notice:
    """The sentence for those who are to be told."""
    if settings.sends_mail and any(each.email for each in people):
        return Notice.WRITE
    if any(each.phone and not each.no_calls for each in people):
        return Notice.MAY_CALL_BUT_CALL_US if settings.phone else Notice.MAY_CALL_BUT_LOOK_AT_PAGE
    return Notice.CALL_US if settings.phone else Notice.LOOK_AT_PAGE


def reminder_for(people: Sequence[Reachable], settings: Settings) -> Reminder | None:
    """None where nobody is reminded."""
    reminded = [each for each in people if not each.no_reminders]
    return Reminder.WRITE if settings.sends_mail and any(each.email for each in reminded) else None


def notices_for(people: Sequence[Reachable], settings: Settings) -> list[Notice | Reminder]:
    """All that is said to those who are to be told, in order."""
    reminder = reminder_for(people, settings)
    return [warning_for(people, settings), *([reminder] if reminder else [])]


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
