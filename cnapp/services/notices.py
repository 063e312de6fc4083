"""« Comment nous vous prévenons »: what is said of it, computed from the contacts and from what is configured.

Without a mail server no e-mail is sent, without a gateway no SMS; calls and paper are the team's, who read their list.
It is plain French with %(phone)s for the service's number, and translated when shown, as refusals are.
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


class Reminder(StrEnum):
    """What can honestly be said of reminders."""

    WRITE = "Nous vous écrivons aussi un rappel 2 jours avant, s’il reste assez de temps."
    TEXT = "Nous vous envoyons aussi un rappel par SMS 2 jours avant, s’il reste assez de temps."
    CALL = "Nous vous appelons aussi la veille, s’il reste assez de temps."


class Reachable(Protocol):
    """Somebody with, perhaps, an e-mail address, a phone and a postal address."""

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

    @property
    def address(self) -> str | None: ...


Person = TypeVar("Person", bound=Reachable)

BY_REMINDER = {Channel.SMS: Reminder.TEXT, Channel.EMAIL: Reminder.WRITE, Channel.CALL: Reminder.CALL}
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
    if any(may_be_called(each) for each in people):
        return Notice.CALL
    if any(each.address for each in people):
        return Notice.POST_OR_CALL_US if settings.phone else Notice.POST_OR_LOOK_AT_PAGE
    return Notice.CALL_US if settings.phone else Notice.LOOK_AT_PAGE


def reminder_for(people: Sequence[Reachable], settings: Settings) -> Reminder | None:
    """None where nobody is reminded."""
    channels = [_reminded_by(each, settings) for each in people if not each.no_reminders]
    return next((notice for channel, notice in BY_REMINDER.items() if channel in channels), None)


def notices_for(people: Sequence[Reachable], settings: Settings) -> list[Notice | Reminder]:
    """All that is said to those who are to be told, in order."""
    reminder = reminder_for(people, settings)
    return [warning_for(people, settings), *([reminder] if reminder else [])]


def _reminded_by(person: Reachable, settings: Settings) -> Channel | None:
    """As services/channels.py has it, of what is configured."""
    if settings.sends_sms and person.has_mobile:
        return Channel.SMS
    if settings.sends_mail and person.email:
        return Channel.EMAIL
    return Channel.CALL if may_be_called(person) else None


def _written_by(person: Reachable, settings: Settings) -> Channel | None:
    """How a change is told to them: as services/channels.py has it, of what is configured."""
    if settings.sends_mail and person.email:
        return Channel.EMAIL
    return Channel.SMS if settings.sends_sms and person.has_mobile else None


def may_be_called(someone: Reachable) -> bool:
    return bool(someone.phone) and not someone.no_calls


def is_team_asked(appointment: Appointment) -> bool:
    """Whether somebody of the team may have to call or write on paper when it changes."""
    told = told_people(appointment.told, appointment.person, appointment.booker)
    return any(may_be_called(each) or each.address for each in told)


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
