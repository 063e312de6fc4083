"""Words for the codes that the coordination chooses among: roles, perimeters, themes, languages."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, lazy_gettext

from cnapp.base.contacts import plain
from cnapp.domain.motifs import Mode
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closure, Place
from cnapp.web.wording import language_name
from cnapp.wording.closures import closed_days, closed_part
from cnapp.wording.dates import show_long_day

ROLES = {
    Role.CONSEILLER: lazy_gettext("Conseiller"),
    Role.COORDINATOR: lazy_gettext("Coordination"),
    Role.DESK: lazy_gettext("Accueil"),
}
PERIMETERS = {
    "papiers": lazy_gettext("Papiers, citoyenneté, élections"),
    "famille": lazy_gettext("Famille, scolarité"),
    "social": lazy_gettext("Social, santé"),
    "travail": lazy_gettext("Travail, formation"),
    "logement": lazy_gettext("Logement"),
    "transports": lazy_gettext("Transports, mobilité"),
    "argent": lazy_gettext("Argent, impôts, consommation"),
    "justice": lazy_gettext("Justice"),
    "etranger": lazy_gettext("Étranger, Europe"),
    "loisirs": lazy_gettext("Loisirs, sport, culture"),
}
MODES = {
    Mode.LEARN: lazy_gettext("La personne apprend à le faire"),
    Mode.WITH: lazy_gettext("Avec la personne"),
    Mode.FOR: lazy_gettext("À la place de la personne"),
}
LANGUAGES = (
    "fsl",
    *("am", "ar", "az", "bm", "bn", "bs", "de", "en", "es", "fa", "ff", "hi", "hr", "hy", "it", "ka", "kab", "km"),
    *("ku", "lb", "ln", "lo", "mg", "nl", "pl", "ps", "pt", "ro", "rom", "ru", "snk", "so", "sq", "sr", "sw", "ta"),
    *("ti", "tr", "uk", "ur", "vi", "wo", "zh"),
)
"""ISO 639 codes that can be ticked, with French Sign Language."""


def languages(known: Iterable[str] = ()) -> dict[str, str]:
    """By name; those that somebody speaks already are always among them."""
    names = {code: language_name(code) for code in {*LANGUAGES, *known}}
    return dict(sorted(names.items(), key=lambda item: plain(item[1])))


def languages_words(staff: Staff) -> str:
    names = sorted((language_name(each.code) for each in staff.languages), key=plain)
    return ", ".join(names) or str(gettext("français seulement"))


def perimeters_words(codes: Iterable[str]) -> str:
    return " ; ".join(str(PERIMETERS.get(code, code)) for code in codes)


def days_words(closure: Closure) -> str:
    """« mardi 22 décembre 2026 », « du … au … », with the hours and services that it is about."""
    return closed_days(closure, show_long_day) + closed_part(closure)


def place_words(place: Place | None) -> str:
    return place.name if place else str(gettext("Tous les lieux"))
