"""« C’est posté »: said by whoever has put a letter into the post."""

from __future__ import annotations

from flask import Blueprint, flash, redirect
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.services import paper
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now
from cnapp.web.calls.here import here
from cnapp.web.calls.letters import key_of

bp = Blueprint("call_postings", __name__, url_prefix="/lettres-a-poster/<name>/postee")


@bp.post("")
def create(name: str) -> ResponseReturnValue:
    """Pressed twice, or too late, it says so."""
    waits = paper.letter_for_post(me(), key_of(name), now=now()) is not None
    if waits:
        with transaction():
            paper.mark_posted(key_of(name), by=by_me(), now=now())
    flash(gettext("C’est noté : la lettre est postée.") if waits else gettext("Cette lettre n’est plus à poster."))
    return redirect(here("call_letters.index"), 303)
