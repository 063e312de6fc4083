"""The words of the journal for roll calls: how many came, and whether the session was held."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext, ngettext

from cnapp.domain.journal import Entry, Subject
from cnapp.domain.workshop_sessions import Outcome
from cnapp.services.roll_calls import CALLED
from cnapp.wording.dates import show_day


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
