"""What changed at a place, in words."""

from __future__ import annotations

from datetime import datetime

from flask_babel import gettext, lazy_gettext

from cnapp.domain.desk_day import Change
from cnapp.wording.dates import show_moment

SENTENCES = {
    "booked": lazy_gettext("%(name)s : rendez-vous pris pour %(moment)s"),
    "cancelled": lazy_gettext("%(name)s a annulé le rendez-vous du %(moment)s"),
    "displaced": lazy_gettext("%(name)s n’a plus d’heure %(moment)s : la coordination en cherche une autre"),
    "reinstated": lazy_gettext("%(name)s vient de nouveau %(moment)s"),
    "revoked": lazy_gettext("%(name)s : le service a annulé le rendez-vous du %(moment)s"),
}


def change_line(change: Change) -> str:
    """« Marie S. : rendez-vous pris pour jeudi 3 décembre à 9 h 45 »."""
    appointment = change.appointment
    words = {"name": appointment.person.short_name, "moment": show_moment(appointment.starts_at)}
    if change.entry.what == "moved":
        return _move_line(change, words)
    return str(SENTENCES[change.entry.what]) % words


def _move_line(change: Change, words: dict[str, str]) -> str:
    was = show_moment(datetime.fromisoformat(change.entry.detail["was"]))
    if change.has_left:
        return str(gettext("%(name)s ne vient plus ici %(was)s : le rendez-vous est à un autre lieu", **words, was=was))
    return str(gettext("%(name)s vient %(moment)s, et non plus %(was)s", **words, was=was))
