"""What the pages of closures say of whom each one touches."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from cnapp.services.closings import Effect, Touched


def touched_title(touched: Touched) -> str:
    """« 12 rendez-vous et 1 séance d’atelier sont touchés »."""
    help_words = _bookings(len(touched.appointments))
    sessions = _sessions(len(touched.gatherings))
    words = [each for each in (help_words, sessions) if each]
    many = len(touched.appointments) + len(touched.gatherings) > 1
    what = str(gettext(" et ")).join(words)
    return str(gettext("%(what)s : touchés", what=what)) if many else str(gettext("%(what)s : touché", what=what))


def _bookings(count: int) -> str:
    return str(ngettext("1 rendez-vous", "%(num)d rendez-vous", count)) if count else ""


def _sessions(count: int) -> str:
    return str(ngettext("1 séance d’atelier", "%(num)d séances d’atelier", count)) if count else ""


def continue_words(touched: Touched) -> str:
    """On the button."""
    many = len(touched.appointments) + len(touched.gatherings)
    return str(
        ngettext(
            "Continuer : fermer, et lui chercher une autre heure",
            "Continuer : fermer, et chercher %(num)d autres heures",
            many,
        )
    )


def left_words(effect: Effect) -> str:
    """What became of presences; nothing where none was touched."""
    count = len(effect.left)
    if not count:
        return ""
    return str(
        ngettext(
            "1 permanence est retirée, raccourcie ou déplacée.",
            "%(num)d permanences sont retirées, raccourcies ou déplacées.",
            count,
        )
    )


def again_words(count: int) -> str:
    if not count:
        return ""
    return str(
        ngettext(
            "1 rendez-vous ou atelier a lieu comme prévu : les personnes sont prévenues.",
            "%(num)d rendez-vous et ateliers ont lieu comme prévu : les personnes sont prévenues.",
            count,
        )
    )
