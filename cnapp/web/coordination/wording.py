"""Words of the coordination's pages: people in short, hours of a place, which presence stands in the way of another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from functools import lru_cache

from flask_babel import get_locale, gettext, lazy_gettext, ngettext

from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.board import Gap, Half, Here, Lost, Trouble
from cnapp.domain.neighbours import InTheWay
from cnapp.domain.people import Staff
from cnapp.domain.places import Closed, Closure, Place
from cnapp.domain.planning import Plan
from cnapp.domain.presences import Presence
from cnapp.domain.roster import Stretch
from cnapp.web.public.wording import clock_words
from cnapp.wording.absences import show_part_of_day
from cnapp.wording.dates import NBSP, show_day, show_hour, show_minutes

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
    return str(gettext("Une absence est notée %(part)s.", part=show_part_of_day(absence)))


def gap_words(gap: Gap, half: str) -> str:
    """« Borny : personne jeudi 3 décembre le matin, il faut 1 personne au moins. Prévu au roulement : Nadia B. »."""
    words = _present_words(gap, half)
    if gap.is_short:
        least = ngettext("il faut %(num)d personne au moins", "il faut %(num)d personnes au moins", gap.least)
        words = f"{words}, {least}"
    if gap.planned:
        planned = gettext("Prévu au roulement : %(names)s", names=names(gap.planned))
        return f"{words}. {planned}"
    return f"{words}."


def _present_words(gap: Gap, half: str) -> str:
    """« Borny : 1 personne jeudi 3 décembre le matin »."""
    when = {"place": gap.place.name, "day": show_day(gap.day), "half": half}
    if not gap.present:
        return str(gettext("%(place)s : personne %(day)s %(half)s", **when))
    one, many = "%(place)s : %(num)d personne %(day)s %(half)s", "%(place)s : %(num)d personnes %(day)s %(half)s"
    return str(ngettext(one, many, gap.present, **when))


CLOSED = {
    Closed.EVERYTHING: lazy_gettext("fermé"),
    Closed.APPOINTMENTS: lazy_gettext("personne n’est reçu, avec ou sans rendez-vous,"),
    Closed.WORKSHOPS: lazy_gettext("pas d’atelier"),
}


def closure_words(place: Place | None, closure: Closure, day: date | None = None) -> str:
    """« Borny : fermé du jeudi 3 décembre au vendredi 4 décembre, de 14 h à 17 h (Travaux). »."""
    reason = f" ({closure.reason})" if closure.reason else ""
    when = f"{_closed_days(closure, day)}{_closed_hours(closure)}"
    if place is None and closure.closes is Closed.EVERYTHING:
        return str(gettext("%(when)s : tous les lieux sont fermés%(reason)s.", when=when, reason=reason))
    if place is None:
        what = str(CLOSED[closure.closes]).rstrip(",")
        return str(gettext("%(when)s : dans tous les lieux, %(what)s%(reason)s.", when=when, what=what, reason=reason))
    if closure.provisional_place_id:
        return str(
            gettext("%(place)s : à une autre adresse %(when)s%(reason)s.", place=place.name, when=when, reason=reason)
        )
    words = {"place": place.name, "what": CLOSED[closure.closes], "when": when, "reason": reason}
    return str(gettext("%(place)s : %(what)s %(when)s%(reason)s.", **words))


def _closed_days(closure: Closure, day: date | None) -> str:
    """One day of it where one is asked, else all."""
    if day or closure.starts_on == closure.ends_on:
        return show_day(day or closure.starts_on)
    first, last = show_day(closure.starts_on), show_day(closure.ends_on)
    return str(gettext("du %(first)s au %(last)s", first=first, last=last))


def _closed_hours(closure: Closure) -> str:
    if closure.from_time is None or closure.until_time is None:
        return ""
    opens, closes = clock_words(closure.from_time), clock_words(closure.until_time)
    return str(gettext(", de %(opens)s à %(closes)s", opens=opens, closes=closes))


def lost_words(lost: Lost) -> str:
    """« 3 rendez-vous et 1 atelier »."""
    appointments = ngettext("%(num)d rendez-vous", "%(num)d rendez-vous", lost.appointments)
    sessions = ngettext("%(num)d atelier", "%(num)d ateliers", lost.sessions)
    counted = ((lost.appointments, appointments), (lost.sessions, sessions))
    return str(gettext(" et ")).join(str(words) for count, words in counted if count)


def half_value(half: Half) -> str:
    """As an address says it."""
    return "matin" if half is Half.MORNING else "apres-midi"


def clock_value(at: time) -> str:
    """As an address says an hour: « 09:00 »."""
    return f"{at:%H:%M}"


def booked_words(here: Here) -> str:
    """« 6 réservés sur 8 possibles », « sans rendez-vous »."""
    language = str(get_locale())
    walk_ins = _walk_ins(language) if here.presence.takes_walk_ins else ""
    if not here.presence.takes_appointments and not here.booked:
        return walk_ins or str(gettext("ateliers seulement") if here.gatherings else gettext("personne n’est reçu"))
    if here.is_away and not here.booked:
        return str(gettext("personne n’est reçu"))
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
