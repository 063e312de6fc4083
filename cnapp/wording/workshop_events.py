"""A session of a workshop as an event of a calendar: what is learnt, where and when; nothing about anybody."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from flask_babel import gettext

from cnapp.base.ics import Event, Status, Time
from cnapp.config import Settings
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.wording.addresses import uid
from cnapp.wording.dates import show_telephone
from cnapp.wording.events import WORDED_AT, position, where
from cnapp.wording.workshop_addresses import workshop_address
from cnapp.wording.workshop_words import level_word, number_words


class Calendar(StrEnum):
    """Whose calendar it is for: some programs refuse one name in two calendars."""

    PUBLIC = "programme"
    """Of what is offered: it takes nobody's time."""
    OWN = "seance"
    """Of somebody who comes."""


def session_event(
    workshop: Workshop, session: WorkshopSession, number: int, *, calendar: Calendar, settings: Settings
) -> Event:
    """The same event for life, whether it stands, has moved or is cancelled."""
    title = _title(workshop, number)
    is_busy = workshop.stands and calendar is Calendar.OWN
    return Event(
        uid=uid(calendar.value, session.public_id, settings),
        summary=title if workshop.stands else gettext("Annulé : %(title)s", title=title),
        starts=session.starts_at,
        ends=session.ends_at,
        changed_at=changed_at(workshop),
        sequence=workshop.version - 1,
        status=Status.CONFIRMED if workshop.stands else Status.CANCELLED,
        time=Time.BUSY if is_busy else Time.FREE,
        location=where(workshop.place),
        position=position(workshop.place),
        description=_description(workshop, settings) if workshop.stands else "",
        url=workshop_address(workshop, settings),
    )


def changed_at(workshop: Workshop) -> datetime:
    """Of anything that its events show."""
    return max(WORDED_AT, workshop.updated_at, workshop.place.updated_at)


def _title(workshop: Workshop, number: int) -> str:
    which = number_words(number, workshop.sessions)
    return f"{workshop.title} ({which})" if which else workshop.title


def _description(workshop: Workshop, settings: Settings) -> str:
    lines = [
        workshop.learn,
        gettext("Niveau : %(level)s", level=level_word(workshop.level)),
        gettext("Pour : %(audience)s", audience=workshop.audience) if workshop.audience else "",
        gettext("Avant de venir : %(known)s", known=workshop.prerequisite) if workshop.prerequisite else "",
        gettext("À apporter : %(things)s", things=workshop.bring) if workshop.bring else "",
        workshop.place.way_in,
        gettext("C’est gratuit. Il faut s’inscrire : %(way)s", way=_way_to_register(workshop, settings)),
    ]
    return "\n".join(line for line in lines if line)


def _way_to_register(workshop: Workshop, settings: Settings) -> str:
    address = workshop_address(workshop, settings)
    if not settings.phone:
        return address
    return str(gettext("%(address)s ou au %(phone)s", address=address, phone=show_telephone(settings.phone)))
