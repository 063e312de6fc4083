"""What taking back a change does, in words."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from cnapp.domain.undoings import Undo, Undoing
from cnapp.web.presence_facts import changed_words, whole_words


def sentence(undoing: Undoing) -> str:
    """« La permanence est retirée : jeudi 3 décembre, 9 h – 12 h, Borny. »."""
    if undoing.undo is Undo.WITHDRAW:
        return str(gettext("La permanence sera retirée : %(facts)s.", facts=whole_words(undoing.becomes)))
    if undoing.undo is Undo.RESTORE:
        return str(gettext("La permanence sera de nouveau prévue : %(facts)s.", facts=whole_words(undoing.was)))
    changes = changed_words(undoing.becomes, undoing.was)
    return str(gettext("La permanence redeviendra comme avant : %(changes)s.", changes=changes))


def line(undoing: Undoing) -> tuple[str, str]:
    """Whose it is, and what becomes of it."""
    return undoing.presence.conseiller.name, sentence(undoing)


def expected_again(number: int) -> str:
    """Whoever had lost their time by it and had no other yet."""
    return str(
        ngettext(
            "%(num)d rendez-vous ou atelier a de nouveau lieu comme prévu.",
            "%(num)d rendez-vous ou ateliers ont de nouveau lieu comme prévu.",
            number,
        )
    )
