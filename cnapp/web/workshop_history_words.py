"""The words of the journal for workshops and for registrations."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext, lazy_gettext, ngettext

from cnapp.domain.journal import Entry, Subject
from cnapp.domain.workshop_sessions import Outcome
from cnapp.services.roll_calls import CALLED
from cnapp.wording.dates import show_day

OF_WORKSHOPS = {
    (Subject.WORKSHOP, "prepared"): lazy_gettext("atelier préparé"),
    (Subject.WORKSHOP, "changed"): lazy_gettext("atelier changé"),
    (Subject.WORKSHOP, "published"): lazy_gettext("atelier publié"),
    (Subject.WORKSHOP, "withdrawn"): lazy_gettext("atelier retiré du site"),
    (Subject.WORKSHOP, "cancelled"): lazy_gettext("atelier annulé"),
    (Subject.REGISTRATION, "registered"): lazy_gettext("inscription faite"),
    (Subject.REGISTRATION, "waitlisted"): lazy_gettext("mise sur la liste d’attente"),
    (Subject.REGISTRATION, "offered"): lazy_gettext("une place est proposée"),
    (Subject.REGISTRATION, "accepted"): lazy_gettext("place prise"),
    (Subject.REGISTRATION, "declined"): lazy_gettext("place refusée"),
    (Subject.REGISTRATION, "expired"): lazy_gettext("pas de réponse à temps"),
    (Subject.REGISTRATION, "excused"): lazy_gettext("annulée par la personne"),
    (Subject.REGISTRATION, "left"): lazy_gettext("n’attend plus"),
    (Subject.REGISTRATION, "revoked"): lazy_gettext("annulée par le service"),
    (Subject.REGISTRATION, "moved"): lazy_gettext("inscription changée d’atelier"),
}


def is_roll_call(entry: Entry) -> bool:
    return (entry.subject, entry.what) == (Subject.WORKSHOP, CALLED)


def roll_call_words(entry: Entry) -> str:
    """« appel du jeudi 10 décembre : séance tenue, 5 présents, 2 personnes sans inscription »."""
    detail = entry.detail
    day = show_day(date.fromisoformat(detail["day"]))
    if detail["outcome"] == Outcome.NOT_HELD:
        return str(gettext("appel du %(day)s : séance pas tenue", day=day))
    came = ngettext("%(num)d personne présente", "%(num)d personnes présentes", detail["came"])
    drop_ins = ngettext("%(num)d sans inscription", "%(num)d sans inscription", detail["drop_ins"])
    return str(
        gettext("appel du %(day)s : séance tenue, %(came)s, %(drop_ins)s", day=day, came=came, drop_ins=drop_ins)
    )
