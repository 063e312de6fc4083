"""Words for visits: the seven subjects as a desk says them, how a visit stands, how far it is, what the day was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from flask_babel import gettext, lazy_gettext, ngettext

from cnapp.domain.distances import Distance
from cnapp.domain.motifs import Mode, Motif, Word
from cnapp.domain.visits import State, Visit
from cnapp.services.possibilities import Offer
from cnapp.wording.dates import show_hour, show_minutes, show_moment

WORDS = {
    Word.PHONE: lazy_gettext("Téléphone ou tablette"),
    Word.COMPUTER: lazy_gettext("Ordinateur"),
    Word.EMAIL: lazy_gettext("E-mails"),
    Word.PROCEDURE: lazy_gettext("Démarche en ligne"),
    Word.SCAMS: lazy_gettext("Arnaques"),
    Word.OTHER: lazy_gettext("Autre chose"),
    Word.UNSURE: lazy_gettext("Ne sait pas"),
}
STATES = {
    State.WAITING: lazy_gettext("attend"),
    State.CALLED: lazy_gettext("appelé"),
    State.DONE: lazy_gettext("aide donnée"),
    State.LEFT: lazy_gettext("reparti sans être reçu"),
    State.ELSEWHERE: lazy_gettext("orienté ailleurs"),
    State.NO_ROOM: lazy_gettext("pas de place aujourd’hui"),
    State.NOT_OURS: lazy_gettext("pas pour le numérique"),
}


def word_of(visit: Visit) -> str:
    return str(WORDS[visit.word])


def state_of(visit: Visit) -> str:
    """« attend », « orienté ailleurs : CAF », « heure donnée : 10 h 30 avec Nadia »."""
    if visit.sent_to:
        return str(gettext("%(state)s : %(service)s", state=STATES[visit.state], service=visit.sent_to))
    return _given(visit) or str(STATES[visit.state])


def _given(visit: Visit) -> str:
    """The time that was given, and where when it is not here."""
    given = visit.appointment
    if given is None:
        return ""
    is_today = visit.is_its_day(given.starts_at)
    when = show_hour(given.starts_at) if is_today else show_moment(given.starts_at)
    place, who = given.presence.place, given.conseiller.first_name
    if place.id == visit.place_id:
        return str(gettext("heure donnée : %(when)s avec %(who)s", when=when, who=who))
    return str(gettext("heure donnée : %(when)s, %(place)s, avec %(who)s", when=when, place=place.name, who=who))


def day_sentence(visits: Sequence[Visit]) -> str:
    """« Aujourd’hui : 12 passages, 3 orientés ailleurs, 2 sans place. »"""
    if not visits:
        return str(gettext("Aujourd’hui : aucun passage."))
    count = Counter(visit.state for visit in visits)
    parts = [
        ngettext("%(num)d passage", "%(num)d passages", len(visits)),
        ngettext("%(num)d attend", "%(num)d attendent", count[State.WAITING]) if count[State.WAITING] else "",
        ngettext("%(num)d orienté ailleurs", "%(num)d orientés ailleurs", count[State.ELSEWHERE])
        if count[State.ELSEWHERE]
        else "",
        gettext("%(num)d sans place", num=count[State.NO_ROOM]) if count[State.NO_ROOM] else "",
        gettext("%(num)d pas pour le numérique", num=count[State.NOT_OURS]) if count[State.NOT_OURS] else "",
    ]
    return str(gettext("Aujourd’hui : %(parts)s.", parts=", ".join(part for part in parts if part)))


def distance_words(distance: Distance) -> str:
    """« 25 minutes de trajet », « à environ 2 km »; nothing when nobody knows."""
    if distance.minutes is not None:
        return str(gettext("%(minutes)s de trajet", minutes=show_minutes(distance.minutes)))
    if distance.is_one_building:
        return str(gettext("dans le même bâtiment"))
    if distance.kilometres is None:
        return ""
    kilometres = round(distance.kilometres)
    if kilometres == 0:
        return str(gettext("à moins d’un kilomètre"))
    return str(gettext("à environ %(n)d km", n=kilometres))


def offer_elsewhere(offer: Offer) -> str:
    """« Aujourd’hui, au plus près : Médiathèque Verlaine, à 10 h 30 avec Hugo, 25 minutes de trajet. »"""
    place, who, hour = offer.slot.place_name, offer.slot.conseiller_name, show_hour(offer.slot.starts_at)
    far = distance_words(offer.distance) if offer.distance else ""
    start = gettext("Aujourd’hui, au plus près : %(place)s, à %(hour)s avec %(who)s", place=place, hour=hour, who=who)
    return f"{start}, {far}." if far else f"{start}."


def motif_words(motif: Motif) -> str:
    """« Créer une adresse e-mail (45 minutes) »."""
    length = show_minutes(motif.duration_minutes)
    if motif.mode is Mode.FOR:
        return str(gettext("%(title)s, à sa place (%(length)s)", title=motif.title, length=length))
    return f"{motif.title} ({length})"
