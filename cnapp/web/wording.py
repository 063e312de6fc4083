"""Words for codes: languages by their name, needs as the lines « à préparer » that staff read."""

from __future__ import annotations

from flask_babel import get_locale, gettext, lazy_gettext

from cnapp.domain.appointments import Origin, Told
from cnapp.domain.citizens import Need

NEEDS = {
    Need.WHEELCHAIR: lazy_gettext("vient en fauteuil roulant"),
    Need.LOW_VISION: lazy_gettext("voit mal ou pas (aller chercher la personne à l’accueil)"),
    Need.HEARING: lazy_gettext("entend mal (boucle magnétique, ou parler de face)"),
    Need.SIGN_LANGUAGE: lazy_gettext("parle la langue des signes"),
    Need.CHILD: lazy_gettext("vient avec un enfant"),
    Need.COMPANION: lazy_gettext("vient avec quelqu’un"),
    Need.LARGE_PRINT: lazy_gettext("texte en grand"),
}

ORIGINS = {
    Origin.ONLINE: lazy_gettext("sur le site"),
    Origin.COUNTER: lazy_gettext("à l’accueil"),
    Origin.PHONE: lazy_gettext("au téléphone"),
    Origin.CONSEILLER: lazy_gettext("par le conseiller"),
    Origin.WALK_IN: lazy_gettext("sur place, sans rendez-vous"),
}

TOLD = {
    Told.PERSON: lazy_gettext("la personne qui vient"),
    Told.BOOKER: lazy_gettext("qui a pris le rendez-vous"),
    Told.BOTH: lazy_gettext("les deux"),
}


def told_words(told: Told) -> str:
    return str(TOLD[told])


def origin_words(origin: Origin) -> str:
    return str(ORIGINS[origin])


def need_line(code: str) -> str:
    return str(NEEDS[Need(code)])


def language_name(code: str) -> str:
    """« arabe », « langue des signes française »; the code itself where nobody has named it."""
    if code == "fsl":
        return str(gettext("langue des signes française"))
    locale = get_locale()
    return str(locale.languages.get(code, code)) if locale else code
