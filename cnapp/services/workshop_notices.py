"""« Comment nous vous prévenons » of whoever is registered for a workshop: what is said of appointments, of workshops.

Like services/notices.py: plain French with %(phone)s, translated when shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from cnapp.config import Settings
from cnapp.domain.outbox import Channel
from cnapp.services.notices import Reachable, Reminder, reminder_for, warning_for


class WorkshopNotice(StrEnum):
    """What can honestly be said of a change; the names are those of Notice."""

    WRITE = "Si l’atelier change ou est annulé, nous vous écrivons par e-mail. Avant de venir, regardez vos e-mails."
    TEXT = "Si l’atelier change ou est annulé, nous vous envoyons un SMS. Avant de venir, regardez vos SMS."
    WRITE_OR_TEXT = (
        "Si l’atelier change ou est annulé, nous vous prévenons par e-mail ou par SMS. "
        "Avant de venir, regardez vos messages."
    )
    CALL_US = "Si l’atelier est annulé, nous ne pourrons pas vous prévenir. Avant de venir, appelez le %(phone)s."
    LOOK_AT_PAGE = (
        "Si l’atelier est annulé, nous ne pourrons pas vous prévenir. "
        "Avant de venir, regardez la page de votre inscription, ou passez à l’accueil."
    )
    CALL = "Si l’atelier change ou est annulé, nous vous appelons."
    POST_OR_CALL_US = (
        "Si l’atelier est annulé, nous vous écrivons par la poste. "
        "À moins de 4 jours, ce n’est pas possible. Avant de venir, appelez le %(phone)s."
    )
    POST_OR_LOOK_AT_PAGE = (
        "Si l’atelier est annulé, nous vous écrivons par la poste. "
        "À moins de 4 jours, ce n’est pas possible. "
        "Avant de venir, regardez la page de votre inscription, ou passez à l’accueil."
    )


class SeatPromise(StrEnum):
    """How whoever waits learns that a seat is free."""

    EMAIL = "Si une place se libère, nous vous écrivons par e-mail."
    SMS = "Si une place se libère, nous vous envoyons un SMS."
    CALL = "Si une place se libère, nous vous appelons."


PROMISES = {Channel.EMAIL: SeatPromise.EMAIL, Channel.SMS: SeatPromise.SMS, Channel.CALL: SeatPromise.CALL}


def workshop_notices(people: Sequence[Reachable], settings: Settings) -> list[WorkshopNotice | Reminder]:
    """All that is said to those who are to be told, in order."""
    reminder = reminder_for(people, settings)
    return [WorkshopNotice[warning_for(people, settings).name], *([reminder] if reminder else [])]


def waiting_notices(channel: Channel | None) -> list[SeatPromise]:
    """Nothing where nothing that is set reaches them."""
    return [PROMISES[channel]] if channel in PROMISES else []
