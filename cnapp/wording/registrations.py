"""What is said of somebody's registration for a workshop: in letters, on paper, on the telephone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from flask_babel import gettext, ngettext

from cnapp.base.contacts import clean_line
from cnapp.domain.outbox import Letter
from cnapp.domain.registrations import Registration
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services.tellings import Telling
from cnapp.wording.dates import show_moment, show_times
from cnapp.wording.elisions import of
from cnapp.wording.events import where

Fact = tuple[str, str]
"""A label, and what is said under it."""


def facts_of(registration: Registration, sessions: Sequence[WorkshopSession] | None = None) -> list[Fact]:
    """What to know before coming; lines without an answer are left out. `sessions`: those that are told of."""
    workshop = registration.workshop
    return _said(
        [
            *_what_and_when(workshop, workshop.sessions if sessions is None else sessions),
            (gettext("Où"), where(workshop.place)),
            (gettext("Pour entrer"), workshop.place.way_in),
            (gettext("Avec"), ", ".join(_leaders(workshop))),
            (gettext("À apporter"), workshop.bring),
            (gettext("Ordinateur"), device_sentence(registration)),
            (gettext("Code"), registration.shown_code),
        ]
    )


def brief_facts_of(workshop: Workshop, sessions: Sequence[WorkshopSession] | None = None) -> list[Fact]:
    """Which workshop, when and where; `sessions`: those that nobody comes to any more."""
    told = _what_and_when(workshop, workshop.sessions) if sessions is None else _what_was(workshop, sessions)
    return _said([*told, (gettext("Où"), where(workshop.place))])


def registration_sentence(told: Telling) -> str:
    """What is said on the telephone: of the reader's own registration, or of that of the person they booked for."""
    registration = told.registration
    if registration is None:
        return ""
    workshop, sessions = registration.workshop, sessions_told(told)
    whose = (
        gettext("Son atelier")
        if _is_own(told)
        else gettext("L’atelier %(of_name)s", of_name=of(registration.person.name))
    )
    facts = {"title": workshop.title, "at": show_moment(sessions[0].starts_at), "place": workshop.place.name}
    sentences = {
        Letter.REGISTERED: gettext("%(whose)s est confirmé : « %(title)s », %(at)s, %(place)s.", whose=whose, **facts),
        Letter.WORKSHOP_CHANGED: gettext(
            "%(whose)s a changé. C’est maintenant « %(title)s », %(at)s, %(place)s.", whose=whose, **facts
        ),
        Letter.WORKSHOP_CANCELLED: gettext(
            "%(whose)s est annulé par le service : « %(title)s », %(at)s, %(place)s.", whose=whose, **facts
        ),
        Letter.SEAT_OFFERED: _offer_sentence(registration, facts),
    }
    reminder = gettext("Rappel : atelier « %(title)s », %(at)s, %(place)s.", **facts)
    return str(sentences.get(told.letter, reminder))


def _is_own(told: Telling) -> bool:
    """By its id: a list may have read the same person twice."""
    return told.registration is not None and getattr(told.reader, "id", None) == told.registration.person_id


def _offer_sentence(registration: Registration, facts: dict[str, str]) -> str:
    offered = gettext("Une place est libre : atelier « %(title)s », %(at)s, %(place)s.", **facts)
    if registration.answer_by is None:
        return str(offered)
    return str(
        gettext("%(offered)s À répondre avant %(until)s.", offered=offered, until=show_moment(registration.answer_by))
    )


def sessions_told(told: Telling) -> list[WorkshopSession]:
    """Of a reminder, that session and those after it; of what is cancelled, those that were still to come; else all."""
    registration = told.registration
    if registration is None:
        return []
    sessions = registration.workshop.sessions
    if told.session:
        return [each for each in sessions if each.starts_at >= told.session.starts_at]
    ahead = [each for each in sessions if registration.is_active or each.ends_at > registration.updated_at]
    return ahead or list(sessions)


def device_sentence(registration: Registration) -> str:
    """Whose computer they work at; empty where nobody was asked."""
    if registration.is_lent:
        return str(gettext("Nous vous prêtons un ordinateur."))
    if registration.borrows and registration.is_seated:
        return str(gettext("Tous nos ordinateurs sont déjà prêtés. Apportez le vôtre."))
    if registration.borrows:
        return str(gettext("Vous demandez un ordinateur."))
    return str(gettext("Vous apportez votre ordinateur.")) if registration.workshop.lendable else ""


def _what_and_when(workshop: Workshop, sessions: Sequence[WorkshopSession]) -> Iterator[Fact]:
    yield gettext("Atelier"), workshop.title
    if not workshop.is_cycle:
        yield gettext("Quand"), ", ".join(show_times(each.span) for each in sessions)
        return
    count = len(workshop.sessions)
    yield gettext("Séances"), ngettext("%(num)d séance", "%(num)d séances, venez à toutes", count)
    for number, session in enumerate(workshop.sessions, 1):
        if session in sessions:
            yield gettext("Séance %(number)s", number=number), show_times(session.span)


def _what_was(workshop: Workshop, sessions: Sequence[WorkshopSession]) -> Iterator[Fact]:
    yield gettext("Atelier"), workshop.title
    for session in sessions:
        yield gettext("Quand"), show_times(session.span)


def _leaders(workshop: Workshop) -> Iterable[str]:
    """First names, each once, in the order of the sessions."""
    return dict.fromkeys(leader.first_name for session in workshop.sessions for leader in session.leaders)


def _said(facts: Iterable[Fact]) -> list[Fact]:
    return [(label, clean_line(value)) for label, value in facts if value]
