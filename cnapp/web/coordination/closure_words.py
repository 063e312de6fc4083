"""What the pages of closures say of whom each one touches."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from cnapp.services.closings import Effect, Touched


def touched_title(touched: Touched) -> str:
    """« 12 rendez-vous et 1 séance d’atelier sont touchés »."""
    bookings, sessions = len(touched.appointments), len(touched.gatherings)
    if not sessions:
        return str(ngettext("1 rendez-vous est touché", "%(num)d rendez-vous sont touchés", bookings))
    if not bookings:
        return str(ngettext("1 séance d’atelier est touchée", "%(num)d séances d’atelier sont touchées", sessions))
    both = {"bookings": _bookings(bookings), "sessions": _sessions(sessions)}
    return str(gettext("%(bookings)s et %(sessions)s sont touchés", **both))


def _bookings(count: int) -> str:
    return str(ngettext("1 rendez-vous", "%(num)d rendez-vous", count))


def _sessions(count: int) -> str:
    return str(ngettext("1 séance d’atelier", "%(num)d séances d’atelier", count))


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
