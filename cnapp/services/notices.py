"""« Comment nous vous prévenons »: one sentence, computed from the contacts and from what is configured.

Without a mail server no e-mail is sent, without a gateway no SMS, and nobody has undertaken to call: the sentence
promises none of them then. It is plain French with %(phone)s for the service's number, and translated when shown, as
refusals are.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from cnapp.config import Settings
from cnapp.domain.appointments import Appointment, Told
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Channel


class Notice(StrEnum):
    """What can honestly be said of a change."""

    WRITE = (
        "Si votre rendez-vous change ou est annulé, nous vous écrivons par e-mail. "
        "Avant de venir, regardez vos e-mails."
    )
    TEXT = "Si votre rendez-vous change ou est annulé, nous vous envoyons un SMS. Avant de venir, regardez vos SMS."
    WRITE_OR_TEXT = (
        "Si votre rendez-vous change ou est annulé, nous vous prévenons par e-mail ou par SMS. "
        "Avant de venir, regardez vos messages."
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
    def has_mobile(self) -> bool: ...

    @property
    def no_calls(self) -> bool: ...

    @property
    def no_reminders(self) -> bool: ...


Person = TypeVar("Person", bound=Reachable)

BY_CHANNELS = {
    frozenset({Channel.EMAIL}): Notice.WRITE,
    frozenset({Channel.SMS}): Notice.TEXT,
    frozenset({Channel.EMAIL, Channel.SMS}): Notice.WRITE_OR_TEXT,
}


def warning_for(people: Sequence[Reachable], settings: Settings) -> Notice:
    """The sentence for those who are to be told."""
    channels = frozenset(filter(None, (_written_by(each, settings) for each in people)))
    if channels:
        return BY_CHANNELS[channels]
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


def _written_by(person: Reachable, settings: Settings) -> Channel | None:
    """How a change is told to them: as services/channels.py has it, of what is configured."""
    if settings.sends_mail and person.email:
        return Channel.EMAIL
    return Channel.SMS if settings.sends_sms and person.has_mobile else None


def written_to(appointment: Appointment, settings: Settings) -> list[str]:
    """The addresses that each change of it is told to by e-mail."""
    return [each.email for each in _told_by(Channel.EMAIL, appointment, settings) if each.email]


def texted_to(appointment: Appointment, settings: Settings) -> list[str]:
    """The numbers that each change of it is told to by SMS."""
    return [each.phone for each in _told_by(Channel.SMS, appointment, settings) if each.phone]


def _told_by(channel: Channel, appointment: Appointment, settings: Settings) -> list[Citizen]:
    told = told_people(appointment.told, appointment.person, appointment.booker)
    return [each for each in told if _written_by(each, settings) is channel]


def told_people(told: Told, person: Person, booker: Person | None) -> list[Person]:
    """Who is to be told of changes, the person helped first."""
    chosen: list[Person] = []
    if told is not Told.BOOKER or booker is None:
        chosen.append(person)
    if told is not Told.PERSON and booker is not None:
        chosen.append(booker)
    return chosen
