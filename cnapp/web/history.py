"""The journal in words: who did what, when. Each area names the verbs that it writes."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import gettext, ngettext

from cnapp.domain.appointments import Status
from cnapp.domain.journal import Actor, Entry, Subject
from cnapp.domain.visits import State
from cnapp.web.history_words import FIELDS, NOTED, VISIT_NOTED, WHAT
from cnapp.web.presence_facts import changed_words, whole_words
from cnapp.web.roll_call_words import is_roll_call, roll_call_words
from cnapp.wording.dates import show_moment


def entry_lines(entries: Iterable[Entry]) -> list[str]:
    """« lundi 30 novembre à 10 h 02, Accueil Borny (Sonia) : arrivée notée »."""
    return [
        gettext("%(moment)s, %(who)s : %(what)s", moment=show_moment(each.at), who=who(each), what=what(each))
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
    if is_roll_call(entry):
        return roll_call_words(entry)
    words = f"{WHAT[entry.subject, entry.what]}{_which(entry)}"
    if entry.subject is Subject.PRESENCE and "rule" in entry.detail:
        return str(gettext("%(what)s par un roulement", what=words))
    if "copied_from" in entry.detail and entry.subject is Subject.PRESENCE:
        words = gettext("%(what)s par une copie de semaine", what=words)
    if "undoes" in entry.detail and entry.subject is Subject.PRESENCE:
        words = gettext("%(what)s, pour annuler la modification d’avant", what=words)
    if "closure" in entry.detail and entry.subject is Subject.PRESENCE:
        words = gettext("%(what)s par une fermeture", what=words)
    if entry.subject is Subject.SERVICE and "lines" in entry.detail:
        return _several(words, len(entry.detail["lines"]))
    facts = presence_facts(entry) if entry.subject is Subject.PRESENCE else ""
    return str(gettext("%(what)s : %(facts)s", what=words, facts=facts)) if facts else words


def _several(words: str, how_many: int) -> str:
    """« semaine copiée (12 permanences) »."""
    count = ngettext("%(num)d permanence", "%(num)d permanences", how_many)
    return f"{words} ({count})"


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
