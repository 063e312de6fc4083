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
    (Subject.CLOSURE, "changed"): lazy_gettext("fermeture changée"),
    (Subject.CLOSURE, "created"): lazy_gettext("fermeture ajoutée"),
    (Subject.CLOSURE, "removed"): lazy_gettext("fermeture retirée"),
    (Subject.MOTIF, "changed"): lazy_gettext("sujet changé"),
    (Subject.MOTIF, "created"): lazy_gettext("sujet ajouté"),
    (Subject.MOTIF, "offered_again"): lazy_gettext("sujet proposé de nouveau"),
    (Subject.MOTIF, "retired"): lazy_gettext("sujet retiré"),
    (Subject.PLACE, "changed"): lazy_gettext("fiche du lieu changée"),
    (Subject.PLACE, "closure_removed"): lazy_gettext("fermeture retirée"),
    (Subject.PLACE, "created"): lazy_gettext("lieu ajouté"),
    (Subject.PLACE, "deleted"): lazy_gettext("lieu supprimé"),
    (Subject.PLACE, "ended"): lazy_gettext("dernier jour du lieu fixé"),
    (Subject.PLACE, "hours_changed"): lazy_gettext("heures d’ouverture changées"),
    (Subject.PLACE, "room_added"): lazy_gettext("salle ajoutée"),
    (Subject.PLACE, "room_removed"): lazy_gettext("salle enlevée"),
    (Subject.PLACE, "room_renamed"): lazy_gettext("salle renommée"),
    (Subject.PRESENCE, "added"): lazy_gettext("permanence ajoutée"),
    (Subject.PRESENCE, "changed"): lazy_gettext("permanence changée"),
    (Subject.PRESENCE, "withdrawn"): lazy_gettext("permanence retirée"),
    (Subject.RULE, "changed"): lazy_gettext("roulement changé"),
    (Subject.RULE, "created"): lazy_gettext("roulement créé"),
    (Subject.RULE, "ended"): lazy_gettext("dernier jour du roulement fixé"),
    (Subject.STAFF, "changed"): lazy_gettext("fiche changée"),
    (Subject.STAFF, "created"): lazy_gettext("compte créé"),
    (Subject.STAFF, "disabled"): lazy_gettext("compte fermé"),
    (Subject.STAFF, "enabled"): lazy_gettext("compte ouvert de nouveau"),
    (Subject.STAFF, "habilitation_added"): lazy_gettext("habilitation ajoutée"),
    (Subject.STAFF, "habilitation_changed"): lazy_gettext("habilitation changée"),
    (Subject.STAFF, "habilitation_removed"): lazy_gettext("habilitation retirée"),
    (Subject.STAFF, "installed"): lazy_gettext("compte créé à l’installation"),
    (Subject.STAFF, "link_made"): lazy_gettext("lien de mot de passe donné"),
    (Subject.STAFF, "password_changed"): lazy_gettext("mot de passe changé"),
    (Subject.STAFF, "password_chosen"): lazy_gettext("mot de passe choisi avec un lien"),
    (Subject.STAFF, "role_changed"): lazy_gettext("rôle changé"),
    (Subject.STAFF, "signed_out_everywhere"): lazy_gettext("déconnexion de tous les appareils"),
    (Subject.TRAVEL, "changed"): lazy_gettext("minutes de trajet changées"),
}
FIELDS = {
    "address": lazy_gettext("adresse"),
    "bring": lazy_gettext("à apporter"),
    "buffer_minutes": lazy_gettext("battement"),
    "building": lazy_gettext("bâtiment"),
    "conseiller": lazy_gettext("conseiller"),
    "duration_minutes": lazy_gettext("durée"),
    "email": lazy_gettext("e-mail"),
    "every_weeks": lazy_gettext("semaines"),
    "first_name": lazy_gettext("prénom"),
    "from": lazy_gettext("premier jour"),
    "hearing_loop": lazy_gettext("boucle magnétique"),
    "horizon_days": lazy_gettext("jours à l’avance"),
    "hours": lazy_gettext("heures"),
    "in_post_from": lazy_gettext("premier jour"),
    "in_post_until": lazy_gettext("dernier jour"),
    "instead_id": lazy_gettext("remplacement"),
    "is_demonstration": lazy_gettext("exemple à vérifier"),
    "languages": lazy_gettext("langues"),
    "last_name": lazy_gettext("nom"),
    "latitude": lazy_gettext("position sur la carte"),
    "least_notice_minutes": lazy_gettext("délai"),
    "longitude": lazy_gettext("position sur la carte"),
    "mode": lazy_gettext("manière d’aider"),
    "name": lazy_gettext("nom"),
    "online": lazy_gettext("sur le site"),
    "pause": lazy_gettext("pause"),
    "perimeter": lazy_gettext("domaine"),
    "phone": lazy_gettext("téléphone"),
    "phone_line": lazy_gettext("ligne de téléphone"),
    "place": lazy_gettext("lieu"),
    "places": lazy_gettext("lieux"),
    "position": lazy_gettext("ordre"),
    "postcode": lazy_gettext("code postal"),
    "receives": lazy_gettext("reçoit des personnes"),
    "room": lazy_gettext("salle"),
    "services": lazy_gettext("services"),
    "step_free": lazy_gettext("accès sans marche"),
    "takes": lazy_gettext("qui est reçu"),
    "theme": lazy_gettext("thème national"),
    "title": lazy_gettext("titre"),
    "town": lazy_gettext("ville"),
    "until": lazy_gettext("dernier jour"),
    "valid_from": lazy_gettext("premier jour"),
    "valid_until": lazy_gettext("dernier jour"),
    "walk_in_minutes": lazy_gettext("minutes gardées"),
    "way_in": lazy_gettext("pour entrer"),
    "weekday": lazy_gettext("jour de la semaine"),
    "word": lazy_gettext("question"),
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
