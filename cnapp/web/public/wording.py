"""Words of the citizens' pages for codes, hours and seasons."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, time
from enum import StrEnum

from babel.dates import get_day_names
from flask_babel import get_locale, gettext, lazy_gettext

from cnapp.domain.appointments import Booker, Told
from cnapp.domain.citizens import Need
from cnapp.domain.hours import Days
from cnapp.domain.motifs import Mode, Word
from cnapp.domain.places import Season
from cnapp.web.application import settings
from cnapp.wording.dates import NBSP, show_minutes, show_telephone

WORDS = {
    Word.PHONE: lazy_gettext("Mon téléphone ou ma tablette"),
    Word.COMPUTER: lazy_gettext("Mon ordinateur"),
    Word.EMAIL: lazy_gettext("Mes e-mails"),
    Word.PROCEDURE: lazy_gettext("Une démarche en ligne"),
    Word.SCAMS: lazy_gettext("Me protéger des arnaques"),
    Word.OTHER: lazy_gettext("Autre chose"),
    Word.UNSURE: lazy_gettext("Je ne sais pas"),
}
WORD_DETAILS = {
    Word.PHONE: {"icon": "phone", "example": lazy_gettext("photos, messages, applications, réglages")},
    Word.COMPUTER: {"icon": "computer", "example": lazy_gettext("souris, clavier, fichiers, imprimante")},
    Word.EMAIL: {"icon": "mail", "example": lazy_gettext("créer une adresse, lire, répondre, joindre une photo")},
    Word.PROCEDURE: {"icon": "form", "example": lazy_gettext("impôts, CAF, carte grise, retraite")},
    Word.SCAMS: {"icon": "shield", "example": lazy_gettext("faux messages, mots de passe")},
    Word.OTHER: {"icon": "dots", "example": lazy_gettext("Internet, documents, école, achats")},
    Word.UNSURE: {"icon": "question", "example": lazy_gettext("Le conseiller regardera avec vous.")},
}
NEEDS = {
    Need.WHEELCHAIR: lazy_gettext("Je viens en fauteuil roulant"),
    Need.LOW_VISION: lazy_gettext("Je suis aveugle ou malvoyant : venez me chercher à l’accueil"),
    Need.HEARING: lazy_gettext("J’entends mal : boucle magnétique ou lecture sur les lèvres"),
    Need.SIGN_LANGUAGE: lazy_gettext("Je parle la langue des signes"),
    Need.CHILD: lazy_gettext("Je viens avec un enfant"),
    Need.COMPANION: lazy_gettext("Je viens avec quelqu’un qui m’aide"),
    Need.LARGE_PRINT: lazy_gettext("Je veux les textes écrits en grand"),
}
BENEFICIARIES = {
    Booker.SELF: lazy_gettext("Pour moi"),
    Booker.RELATIVE: lazy_gettext("Pour un proche"),
    Booker.PROFESSIONAL: lazy_gettext("Pour une personne que j’accompagne dans mon métier"),
}
TOLD = {
    Told.PERSON: lazy_gettext("La personne qui vient"),
    Told.BOOKER: lazy_gettext("Moi"),
    Told.BOTH: lazy_gettext("Les deux"),
}


def mode_line(mode: Mode) -> str:
    """Who holds the keyboard; nothing for what one comes to learn."""
    lines = {
        Mode.WITH: gettext("Le conseiller le fait avec vous."),
        Mode.FOR: gettext("Le conseiller le fait à votre place."),
    }
    return str(lines.get(mode, ""))


def length_line(minutes: int) -> str:
    return str(gettext("Durée : %(length)s", length=show_minutes(minutes)))


def notice_sentences(notices: Iterable[StrEnum]) -> str:
    phone = show_telephone(settings().phone) if settings().phone else ""
    return " ".join(gettext(each.value, phone=phone) for each in notices)


def known(fact: bool | None) -> str:
    """What nobody has checked is said so."""
    if fact is None:
        return str(gettext("Nous ne savons pas encore"))
    return str(gettext("oui") if fact else gettext("non"))


def clock_words(at: time) -> str:
    """« 8 h 30 »."""
    return f"{at.hour}{NBSP}h{NBSP}{at.minute:02}" if at.minute else f"{at.hour}{NBSP}h"


def weekday_name(weekday: int) -> str:
    return str(get_day_names("wide", locale=get_locale() or "fr")[weekday])


def days_words(days: Days) -> str:
    """« Du lundi au jeudi », « Samedi et dimanche », « Mercredi »."""
    first, last = weekday_name(days.first), weekday_name(days.last)
    if days.first == days.last:
        return first.capitalize()
    if days.last == days.first + 1:
        return str(gettext("%(first)s et %(last)s", first=first.capitalize(), last=last))
    return str(gettext("Du %(first)s au %(last)s", first=first, last=last))


def stretches_words(days: Days) -> str:
    """« de 8 h 30 à 12 h et de 13 h 30 à 17 h », « fermé »."""
    if not days.open:
        return str(gettext("fermé"))
    stretches = [
        gettext("de %(opens)s à %(closes)s", opens=clock_words(opens), closes=clock_words(closes))
        for opens, closes in days.open
    ]
    return str(gettext(" et ")).join(stretches)


def season_words(season: Season) -> str:
    """« Du 1er septembre au 30 juin »."""
    return str(gettext("Du %(first)s au %(last)s", first=_month_day(season.first), last=_month_day(season.last)))


def _month_day(code: int) -> str:
    month, day = divmod(code, 100)
    locale = get_locale()
    name = date(2024, month, 1).strftime("%B") if locale is None else locale.months["format"]["wide"][month]
    return f"{'1er' if day == 1 else day}{NBSP}{name}"
