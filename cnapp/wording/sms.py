"""The words of SMS, from templates/sms/<letter>.txt: in French one message is enough, whatever the place is called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import product
from typing import Any

from cnapp.base.gsm import GSM_7, alphabet_of, in_gsm, measure
from cnapp.base.workdays import local
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import Letter
from cnapp.services.tellings import Telling
from cnapp.wording.addresses import (
    home_address,
    receipt_address,
    registration_address,
    retrieval_address,
    wait_address,
    workshops_address,
)
from cnapp.wording.dates import show_brief_hour, show_brief_moment, show_telephone
from cnapp.wording.letters import letter_templates
from cnapp.wording.lost_times import brief_lost_words
from cnapp.wording.registrations import sessions_told

NEED_THEIR_PAGE = (Letter.SEAT_OFFERED, Letter.DISPLACED, Letter.REPLACED)
"""It is answered there: the name of the place is cut first."""
LONGEST_SENDER = 22
SHORTEST_PLACE = 12
DANGLING = re.compile(r"[\s,/–-]+(?:(?:de|du|des|la|le|les|l[’']|d[’']|à|au|aux|et)?$)")
BEGINNINGS = ("de", "du", "des", "d’", "d'", "à", "au", "aux")
"""Words that the end of a name may begin with, besides those with a capital."""


def write_sms(telling: Telling, settings: Settings) -> str:
    """In the alphabet of telephones, and the fullest that fits one message; in several where nothing does."""
    template = letter_templates().get_template(f"sms/{telling.letter}.txt")
    text = ""
    for words in _tries(telling, settings):
        text = " ".join(in_gsm(template.render(words)).split())
        if measure(text).parts == 1:
            break
    return text


def _tries(telling: Telling, settings: Settings) -> Iterator[dict[str, Any]]:
    """The fullest first: with an address, else with a code, while the place can be told from others; then without."""
    told, name, ways = _told(telling, settings), _place_name(telling), _addresses(telling, settings)
    groups = (short_places(name), [shortened(name, SHORTEST_PLACE)], [""])
    with_page = product([ways[:1]], groups) if telling.letter in NEED_THEIR_PAGE else ()
    for allowed, places in (*with_page, *product([ways], groups)):
        for way, sender, place in product(allowed, _senders(settings), filter(_is_sayable, places)):
            yield {**told, **way, "sender": sender, "place": place, **telling.more}


def _is_sayable(place: str) -> bool:
    """In another alphabet, it would make the message several."""
    return alphabet_of(in_gsm(place)) is GSM_7 and (not place or bool(in_gsm(place).strip()))


def _place_name(telling: Telling) -> str:
    return telling.place.name if telling.place else ""


def _told(telling: Telling, settings: Settings) -> dict[str, Any]:
    about = _about(telling.appointment) if telling.appointment else {}
    about |= _about_registration(telling) | brief_lost_words(telling)
    about |= _about_offer(telling.offer) if telling.offer else {}
    phone = show_telephone(settings.phone) if settings.phone else ""
    return {"phone": phone, "is_own": telling.is_to_the_person, **about}


def _about(appointment: Appointment) -> dict[str, Any]:
    at = appointment.starts_at
    words = {"when": show_brief_moment(at), "hour": show_brief_hour(at)}
    return {"appointment": appointment, "code": appointment.shown_code, **words}


def _about_registration(telling: Telling) -> dict[str, Any]:
    registration = telling.registration
    if registration is None:
        return {}
    sessions = sessions_told(telling)
    at, until = sessions[0].starts_at, registration.answer_by
    return {
        "registration": registration,
        "code": registration.shown_code,
        "when": show_brief_moment(at),
        "hour": show_brief_hour(at),
        "sessions": len(sessions),
        "until": _brief_until(until) if until else "",
        "has_moved": False,
    }


def _about_offer(offer: Offer) -> dict[str, Any]:
    return {"when": show_brief_moment(offer.starts_at), "until": _brief_until(offer.expires_at)}


def _brief_until(at: datetime) -> str:
    return f"{local(at):%d/%m} {show_brief_hour(at)}"


def _own_page(telling: Telling, settings: Settings) -> str:
    if telling.offer:
        return wait_address(telling.offer.wait, settings)
    if telling.registration:
        return registration_address(telling.registration, settings)
    return receipt_address(telling.appointment, settings) if telling.appointment else ""


def _addresses(telling: Telling, settings: Settings) -> list[dict[str, str]]:
    """The citizen's own page, else where a code opens it, else none."""
    receipt = _own_page(telling, settings)
    home = workshops_address(settings) if telling.registration else home_address(settings)
    site = {"retrieval": retrieval_address(settings), "home": home}
    return [{"receipt": receipt, **site}, {"receipt": "", **site}, {"receipt": "", "retrieval": "", "home": ""}]


def _senders(settings: Settings) -> list[str]:
    """Whoever reads it knows first who writes."""
    name, town = shortened(settings.service_name, LONGEST_SENDER), settings.town
    whole = name if town in name else f"{name} {town}"
    return [each for each in dict.fromkeys([whole, name]) if len(each) <= LONGEST_SENDER]


def short_places(name: str) -> list[str]:
    """A place's name and shorter ones, with its kind and as much of its end as can be.

    « Mairie de quartier de La Grange-aux-Bois » is also « Mairie de La Grange-aux-Bois », « Mairie Grange-aux-Bois ».
    """
    plain = re.sub(r"\s*\([^)]*\)", "", name).strip() or name
    kind, *rest = plain.split() or [""]
    ends = [" ".join([kind, *rest[number:]]) for number in range(1, len(rest)) if _may_begin(rest[number])]
    return list(dict.fromkeys([name, plain, *ends]))


def _may_begin(word: str) -> bool:
    return word in BEGINNINGS or word.startswith(("d’", "d'", "l’", "l'")) or word[0].isupper()


def shortened(text: str, room: int) -> str:
    """At a word, or within the first where it is longer than that."""
    if len(text) <= room:
        return text
    whole_words = text[: room + 1].rpartition(" ")[0]
    while DANGLING.search(whole_words):
        whole_words = DANGLING.sub("", whole_words)
    return whole_words or text[:room]
