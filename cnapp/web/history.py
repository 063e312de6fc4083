"""The journal in words: who did what, when. Each area names the verbs that it writes."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, lazy_gettext

from cnapp.domain.appointments import Status
from cnapp.domain.journal import Actor, Entry, Subject
from cnapp.domain.visits import State
from cnapp.web.presence_facts import changed_words, whole_words
from cnapp.web.rendering import show_moment

WHAT = {
    (Subject.APPOINTMENT, "booked"): lazy_gettext("rendez-vous pris"),
    (Subject.APPOINTMENT, "moved"): lazy_gettext("rendez-vous déplacé"),
    (Subject.APPOINTMENT, "cancelled"): lazy_gettext("annulé par la personne"),
    (Subject.APPOINTMENT, "opened"): lazy_gettext("fiche ouverte par un autre lieu, avec le code et un nom"),
    (Subject.APPOINTMENT, "revoked"): lazy_gettext("annulé par le service"),
    (Subject.PRESENCE, "added"): lazy_gettext("permanence ajoutée"),
    (Subject.PRESENCE, "changed"): lazy_gettext("permanence changée"),
    (Subject.PRESENCE, "withdrawn"): lazy_gettext("permanence retirée"),
    (Subject.RULE, "changed"): lazy_gettext("roulement changé"),
    (Subject.RULE, "created"): lazy_gettext("roulement créé"),
    (Subject.RULE, "ended"): lazy_gettext("dernier jour du roulement fixé"),
    (Subject.STAFF, "installed"): lazy_gettext("compte créé à l’installation"),
    (Subject.STAFF, "password_changed"): lazy_gettext("mot de passe changé"),
    (Subject.STAFF, "signed_out_everywhere"): lazy_gettext("déconnexion de tous les appareils"),
}
FIELDS = {
    "conseiller": lazy_gettext("conseiller"),
    "every_weeks": lazy_gettext("semaines"),
    "from": lazy_gettext("premier jour"),
    "hours": lazy_gettext("heures"),
    "pause": lazy_gettext("pause"),
    "place": lazy_gettext("lieu"),
    "room": lazy_gettext("salle"),
    "takes": lazy_gettext("qui est reçu"),
    "until": lazy_gettext("dernier jour"),
    "walk_in_minutes": lazy_gettext("minutes gardées"),
    "weekday": lazy_gettext("jour de la semaine"),
}
"""What a line says was changed, by its name."""
NOTED = {
    Status.BOOKED: lazy_gettext("remis « à venir »"),
    Status.ARRIVED: lazy_gettext("arrivée notée"),
    Status.SEEN: lazy_gettext("aide donnée"),
    Status.NOSHOW: lazy_gettext("absence notée"),
}
VISIT_NOTED = {
    State.WAITING: lazy_gettext("attend"),
    State.CALLED: lazy_gettext("appelé"),
    State.DONE: lazy_gettext("heure ou aide donnée"),
    State.LEFT: lazy_gettext("reparti sans être reçu"),
    State.ELSEWHERE: lazy_gettext("orienté ailleurs"),
    State.NO_ROOM: lazy_gettext("pas de place ce jour-là"),
    State.NOT_OURS: lazy_gettext("pas pour le numérique"),
}


def entry_lines(entries: Iterable[Entry]) -> list[str]:
    """« lundi 30 novembre à 10 h 02, Accueil Borny (Sonia) : arrivée notée »."""
    return [
        gettext("%(moment)s, %(who)s : %(what)s", moment=show_moment(each.at), who=who(each), what=what(each))
        for each in entries
    ]


def who(entry: Entry) -> str:
    if entry.actor is Actor.CITIZEN:
        return str(gettext("la personne elle-même"))
    if entry.actor is Actor.CLOCK or entry.staff is None:
        return str(gettext("le service, automatiquement"))
    return f"{entry.staff.name} ({entry.hand})" if entry.hand else entry.staff.name


def what(entry: Entry) -> str:
    if (entry.subject, entry.what) == (Subject.APPOINTMENT, "noted"):
        return str(NOTED[Status(entry.detail["becomes"])])
    if (entry.subject, entry.what) == (Subject.VISIT, "noted"):
        return str(VISIT_NOTED[State(entry.detail["becomes"])])
    words = f"{WHAT[entry.subject, entry.what]}{_which(entry)}"
    facts = presence_facts(entry) if entry.subject is Subject.PRESENCE else ""
    return gettext("%(what)s : %(facts)s", what=words, facts=facts) if facts else words


def presence_facts(entry: Entry) -> str:
    """What it was and became, where the journal keeps it."""
    was, becomes = entry.detail.get("was"), entry.detail.get("becomes")
    if was and becomes:
        return changed_words(was, becomes)
    whole = becomes or was
    return whole_words(whole) if whole else ""


def _which(entry: Entry) -> str:
    """« (heures, lieu) »: what of it was changed, where the line says so."""
    names = dict.fromkeys(str(FIELDS[field]) for field in entry.detail.get("fields", ()) if field in FIELDS)
    return f" ({', '.join(names)})" if names else ""
