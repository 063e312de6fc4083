"""Words of the coordination's pages: people in short, hours of a place, which presence stands in the way of another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time
from functools import lru_cache

from flask_babel import get_locale, gettext, lazy_gettext, ngettext

from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.board import Here, Trouble
from cnapp.domain.neighbours import InTheWay
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.planning import Plan
from cnapp.domain.presences import Presence
from cnapp.domain.roster import Stretch
from cnapp.web.public.wording import clock_words
from cnapp.wording.dates import NBSP, show_hour, show_minutes

TOO_LATE = lazy_gettext(
    "Il faut %(minutes)s pour aller de « %(there)s » à « %(here)s » : la permanence précédente finit à %(hour)s."
)
TOO_SOON = lazy_gettext(
    "Il faut %(minutes)s pour aller de « %(here)s » à « %(there)s » : la permanence suivante commence à %(hour)s."
)


def short_name(staff: Staff) -> str:
    """« Nadia B. »."""
    return f"{staff.first_name}{NBSP}{staff.last_name[:1]}." if staff.last_name else staff.first_name


def names(people: Iterable[Staff]) -> str:
    return ", ".join(short_name(each) for each in people)


def open_words(place: Place, hours: Iterable[Stretch]) -> str:
    """« Ce jour-là, « Borny » est ouvert de 9 h à 12 h et de 14 h à 18 h. »."""
    stretches = [
        gettext("de %(opens)s à %(closes)s", opens=clock_words(opens), closes=clock_words(closes))
        for opens, closes in hours
    ]
    words = str(gettext(" et ")).join(stretches)
    return str(gettext("Ce jour-là, « %(place)s » est ouvert %(hours)s.", place=place.name, hours=words))


def who_is_in_the_way(other: InTheWay, plan: Plan) -> str:
    """The refusal of a plan, with the presence that it meets."""
    if not other.minutes:
        return _is_elsewhere(other.presence)
    way = {"minutes": show_minutes(other.minutes), "here": plan.place.name, "there": other.presence.place.name}
    if other.is_before(plan):
        return str(TOO_LATE % {"hour": show_hour(other.presence.ends_at), **way})
    return str(TOO_SOON % {"hour": show_hour(other.presence.starts_at), **way})


def _is_elsewhere(presence: Presence) -> str:
    return str(
        gettext(
            "%(name)s a déjà une permanence ce jour-là, de %(start)s à %(end)s : %(place)s.",
            name=presence.conseiller.first_name,
            start=show_hour(presence.starts_at),
            end=show_hour(presence.ends_at),
            place=presence.place.name,
        )
    )


def trouble_words(trouble: Trouble) -> str:
    """What is wrong with a presence on the board."""
    if trouble.roommate:
        return str(gettext("%(name)s est dans la même salle en même temps.", name=short_name(trouble.roommate)))
    if trouble.absence:
        return absence_words(trouble.absence)
    return str(gettext(trouble.refusal.sentence)) if trouble.refusal else ""


def absence_words(absence: Span) -> str:
    """« Une absence est notée de 9 h à 12 h. »."""
    if absence.covers(span_of_day(day_of(absence.start))):
        return str(gettext("Une absence est notée, toute la journée."))
    start, end = show_hour(absence.start), show_hour(absence.end)
    return str(gettext("Une absence est notée de %(start)s à %(end)s.", start=start, end=end))


def clock_value(at: time) -> str:
    """As an address says an hour: « 09:00 »."""
    return f"{at:%H:%M}"


def booked_words(here: Here) -> str:
    """« 6 réservés sur 8 possibles », « sans rendez-vous »."""
    language = str(get_locale())
    walk_ins = _walk_ins(language) if here.presence.takes_walk_ins else ""
    if not here.presence.takes_appointments and not here.booked:
        return walk_ins or str(gettext("ateliers seulement") if here.gatherings else gettext("personne n’est reçu"))
    booked = _booked(here.booked, here.possible, language)
    return f"{booked} · {walk_ins}" if walk_ins else booked


@lru_cache(maxsize=1024)
def _booked(booked: int, possible: int, _language: str) -> str:
    """A board says the same few numbers hundreds of times."""
    whole = ngettext("sur %(num)d possible", "sur %(num)d possibles", possible)
    part = ngettext("%(num)d réservé", "%(num)d réservés", booked) if booked else gettext("aucun réservé")
    return f"{part} {whole}"


@lru_cache
def _walk_ins(_language: str) -> str:
    return str(gettext("sans rendez-vous"))
