"""The words of letters, from templates/emails/<letter>/: a subject, a text, and the same as simple HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from flask_babel import gettext, ngettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from cnapp.base.contacts import clean_line
from cnapp.config import ROOT, Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.offers import Offer
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.workshops import Workshop
from cnapp.services.tellings import Telling
from cnapp.wording.addresses import (
    absence_address,
    account_address,
    cancellation_address,
    day_address,
    decision_address,
    home_address,
    password_address,
    receipt_address,
    registration_address,
    reminders_address,
    retrieval_address,
    session_reminders_address,
    unregistration_address,
    wait_address,
    workshop_address,
    workshops_address,
)
from cnapp.wording.dates import FILTERS, show_minutes, show_moment
from cnapp.wording.elisions import of
from cnapp.wording.events import where
from cnapp.wording.lost_times import lost_words, plan_words
from cnapp.wording.names import safe_name
from cnapp.wording.registrations import brief_facts_of, facts_of, sessions_told


@dataclass(frozen=True)
class Written:
    """`body` is the inside of the HTML, which a page can show too; `html` the whole."""

    subject: str
    text: str
    body: Markup
    html: str


def write(telling: Telling, settings: Settings) -> Written:
    """In the terms of whoever reads it: « votre rendez-vous », or « le rendez-vous de … » for a helper."""
    words = _words(telling, settings)
    parts = {name: _rendered(f"{telling.letter}/{name}", words) for name in ("subject.txt", "body.txt", "body.html")}
    body = Markup(parts["body.html"])  # noqa: S704 our own template, which escapes what is put into it
    html = _rendered("whole.html", {"body": body, "subject": parts["subject.txt"].strip()})
    return Written(parts["subject.txt"].strip(), _spaced(parts["body.txt"]), body, html)


def write_on_paper(telling: Telling, settings: Settings, *, now: datetime) -> Markup:
    """For whoever has neither telephone nor e-mail: a sheet for a window envelope, without links to press."""
    address = telling.reader.address if isinstance(telling.reader, Citizen) else None
    words = {**_words(telling, settings), "address": address, "retrieval": retrieval_address(settings)}
    sheet = letter_templates().get_template(f"paper/{telling.letter}.html").render(words | {"now": now})
    return Markup(sheet)  # noqa: S704 our own template, which escapes what is put into it


def _spaced(text: str) -> str:
    """One empty line between two parts, whatever tags stood there."""
    return re.sub(r"\n{3,}", "\n\n", text.strip()) + "\n"


def _rendered(name: str, words: dict[str, Any]) -> str:
    return letter_templates().get_template(f"emails/{name}").render(words)


@cache
def letter_templates() -> Environment:
    """Apart from the pages': a letter knows no request, and its text escapes nothing."""
    letters = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    letters.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    letters.filters.update(FILTERS | {"of": of})
    return letters


def _words(telling: Telling, settings: Settings) -> dict[str, Any]:
    about = _about(telling.appointment, settings) if telling.appointment else {}
    about |= _about_registration(telling, settings)
    about |= _about_workshop(telling.workshop, settings) if telling.workshop else {}
    about |= lost_words(telling, settings) | plan_words(telling.more, settings)
    offered = _about_offer(telling.offer, settings) if telling.offer else {}
    return {
        "settings": settings,
        "reader": _called(telling.reader),
        "to": telling.reader,
        "is_own": telling.is_to_the_person,
        "home": home_address(settings),
        "account": account_address(settings),
        "place_of": _place_of,
        "receipt_of": partial(receipt_address, settings=settings),
        "registration_of": partial(registration_address, settings=settings),
        "place_called": _place_called,
        "day_page": partial(day_address, settings=settings),
        "password_page": partial(password_address, settings=settings),
        "workshops_page": workshops_address(settings),
        "workshop_page": partial(workshop_address, settings=settings),
        "brief_facts": brief_facts_of,
        **about,
        **offered,
        **telling.more,
    }


def _called(reader: Citizen | Staff) -> str | None:
    """Whoever has an account has a name that the coordination wrote."""
    return safe_name(reader.name) if isinstance(reader, Citizen) else clean_line(reader.name)


def _place_of(appointment: Appointment) -> str:
    return clean_line(where(appointment.presence.place))


def _place_called(place: Place) -> str:
    return clean_line(where(place))


def _about(appointment: Appointment, settings: Settings) -> dict[str, Any]:
    return {
        "appointment": appointment,
        "person": safe_name(appointment.person.name) or gettext("la personne que vous aidez"),
        "place_name": clean_line(appointment.presence.place.name),
        "facts": _facts(appointment),
        "receipt": receipt_address(appointment, settings),
        "cancellation": cancellation_address(appointment, settings),
        "reminders": reminders_address(appointment, settings),
        "absence": absence_address(appointment, settings),
    }


def _about_registration(telling: Telling, settings: Settings) -> dict[str, Any]:
    """`moment`: when the first of the sessions that are told of begins."""
    registration = telling.registration
    if registration is None:
        return {}
    sessions = sessions_told(telling)
    return {
        "registration": registration,
        "workshop": registration.workshop,
        "person": safe_name(registration.person.name) or gettext("la personne que vous aidez"),
        "moment": sessions[0].starts_at,
        "facts": facts_of(registration, sessions),
        "short_facts": brief_facts_of(registration.workshop, sessions),
        "page": registration_address(registration, settings),
        "unregistration": unregistration_address(registration, settings),
        "reminders": session_reminders_address(registration, settings) if telling.session else None,
        "similar": None,
        "has_moved": False,
    }


def _about_workshop(workshop: Workshop, settings: Settings) -> dict[str, Any]:
    return {
        "workshop": workshop,
        "facts": brief_facts_of(workshop),
        "decision_page": decision_address(workshop, settings),
    }


def _about_offer(offer: Offer, settings: Settings) -> dict[str, Any]:
    """`has`: the appointment that they keep if they do not answer."""
    wait = offer.wait
    facts = (
        (gettext("Quand"), show_moment(offer.starts_at)),
        (gettext("Où"), where(offer.place)),
        (gettext("Sujet"), f"{wait.motif.title} ({show_minutes(wait.motif.duration_minutes)})"),
    )
    return {
        "offer": offer,
        "facts": [(label, clean_line(value)) for label, value in facts],
        "is_own": wait.is_own,
        "has": wait.appointment,
        "answer_page": wait_address(wait, settings),
    }


def _facts(appointment: Appointment) -> list[tuple[str, str]]:
    """What to know before coming; lines without an answer are left out."""
    presence, motif = appointment.presence, appointment.motif
    facts = (
        (gettext("Quand"), show_moment(appointment.starts_at)),
        (gettext("Où"), where(presence.place)),
        (gettext("Pour entrer"), presence.place.way_in),
        (gettext("Avec"), appointment.conseiller.first_name),
        (gettext("Sujet"), f"{motif.title} ({show_minutes(motif.duration_minutes)})"),
        (gettext("À apporter"), motif.bring),
        (gettext("Code"), appointment.shown_code),
    )
    return [(label, clean_line(value)) for label, value in facts if value]
