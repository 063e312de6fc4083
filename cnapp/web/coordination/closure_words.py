"""What the pages of closures say of whom each one touches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flask_babel import gettext, ngettext

from cnapp.services.closings import Effect, Touched
from cnapp.services.workshop_returns import Returns, Way


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


def followed_words(ways: Sequence[Way]) -> str:
    """Before pressing: what becomes of the workshops that went with their place."""
    return str(
        ngettext(
            "1 atelier a suivi son lieu. Si le lieu n’est plus déplacé ce jour-là, l’atelier y revient ; "
            "si l’adresse provisoire change, il y va. Les personnes inscrites sont prévenues.",
            "%(num)d ateliers ont suivi leur lieu. Si le lieu n’est plus déplacé ces jours-là, ils y reviennent ; "
            "si l’adresse provisoire change, ils y vont. Les personnes inscrites sont prévenues.",
            len(ways),
        )
    )


def returns_words(returns: Returns) -> Iterator[str]:
    """Afterwards: how many went, and which could not."""
    home = sum(each.is_home for each in returns.went)
    further = len(returns.went) - home
    if home:
        yield ngettext(
            "1 atelier revient à son lieu. Qui avait reçu la nouvelle adresse est prévenu.",
            "%(num)d ateliers reviennent à leur lieu. Qui avait reçu la nouvelle adresse est prévenu.",
            home,
        )
    if further:
        yield ngettext(
            "1 atelier suit son lieu à la nouvelle adresse provisoire. Les personnes inscrites sont prévenues.",
            "%(num)d ateliers suivent leur lieu à la nouvelle adresse provisoire. "
            "Les personnes inscrites sont prévenues.",
            further,
        )
    for each in returns.stay:
        yield _stays_words(each)


def _stays_words(way: Way) -> str:
    about = {"title": way.workshop.title, "place": way.workshop.place.name}
    return str(
        gettext(
            "L’atelier « %(title)s » reste à « %(place)s » : il ne peut pas aller ailleurs à ces heures. "
            "Regardez sa page pour le changer vous-même.",
            **about,
        )
    )
