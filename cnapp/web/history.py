"""The journal in words: who did what, when. Each area names the verbs that it writes."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, lazy_gettext

from cnapp.domain.appointments import Status
from cnapp.domain.journal import Actor, Entry, Subject
from cnapp.web.rendering import show_moment

WHAT = {
    (Subject.APPOINTMENT, "booked"): lazy_gettext("rendez-vous pris"),
    (Subject.APPOINTMENT, "moved"): lazy_gettext("rendez-vous déplacé"),
    (Subject.APPOINTMENT, "cancelled"): lazy_gettext("annulé par la personne"),
    (Subject.APPOINTMENT, "revoked"): lazy_gettext("annulé par le service"),
    (Subject.CLOSURE, "changed"): lazy_gettext("fermeture changée"),
    (Subject.CLOSURE, "created"): lazy_gettext("fermeture ajoutée"),
    (Subject.CLOSURE, "removed"): lazy_gettext("fermeture retirée"),
    (Subject.MOTIF, "changed"): lazy_gettext("sujet changé"),
    (Subject.MOTIF, "created"): lazy_gettext("sujet ajouté"),
    (Subject.MOTIF, "offered_again"): lazy_gettext("sujet proposé de nouveau"),
    (Subject.MOTIF, "retired"): lazy_gettext("sujet retiré"),
    (Subject.PLACE, "changed"): lazy_gettext("fiche du lieu changée"),
    (Subject.PLACE, "closure_changed"): lazy_gettext("fermeture changée"),
    (Subject.PLACE, "closure_created"): lazy_gettext("fermeture ajoutée"),
    (Subject.PLACE, "closure_removed"): lazy_gettext("fermeture retirée"),
    (Subject.PLACE, "created"): lazy_gettext("lieu ajouté"),
    (Subject.PLACE, "deleted"): lazy_gettext("lieu supprimé"),
    (Subject.PLACE, "ended"): lazy_gettext("dernier jour du lieu fixé"),
    (Subject.PLACE, "hours_changed"): lazy_gettext("heures d’ouverture changées"),
    (Subject.PLACE, "room_added"): lazy_gettext("salle ajoutée"),
    (Subject.PLACE, "room_removed"): lazy_gettext("salle enlevée"),
    (Subject.PLACE, "room_renamed"): lazy_gettext("salle renommée"),
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
    "duration_minutes": lazy_gettext("durée"),
    "email": lazy_gettext("e-mail"),
    "first_name": lazy_gettext("prénom"),
    "hearing_loop": lazy_gettext("boucle magnétique"),
    "horizon_days": lazy_gettext("jours à l’avance"),
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
    "perimeter": lazy_gettext("domaine"),
    "phone": lazy_gettext("téléphone"),
    "phone_line": lazy_gettext("ligne de téléphone"),
    "places": lazy_gettext("lieux"),
    "position": lazy_gettext("ordre"),
    "postcode": lazy_gettext("code postal"),
    "receives": lazy_gettext("reçoit des personnes"),
    "services": lazy_gettext("services"),
    "step_free": lazy_gettext("accès sans marche"),
    "theme": lazy_gettext("thème national"),
    "title": lazy_gettext("titre"),
    "town": lazy_gettext("ville"),
    "valid_from": lazy_gettext("premier jour"),
    "valid_until": lazy_gettext("dernier jour"),
    "way_in": lazy_gettext("pour entrer"),
    "word": lazy_gettext("question"),
}
"""Columns whose change is told by its name."""
NOTED = {
    Status.BOOKED: lazy_gettext("remis « à venir »"),
    Status.ARRIVED: lazy_gettext("arrivée notée"),
    Status.SEEN: lazy_gettext("aide donnée"),
    Status.NOSHOW: lazy_gettext("absence notée"),
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
    return f"{WHAT[entry.subject, entry.what]}{_which(entry)}"


def _which(entry: Entry) -> str:
    """« (adresse, téléphone) »: what of it was changed, where the line says so."""
    names = dict.fromkeys(str(FIELDS[field]) for field in entry.detail.get("fields", ()) if field in FIELDS)
    return f" ({', '.join(names)})" if names else ""
