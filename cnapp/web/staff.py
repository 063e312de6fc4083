"""What the staff's areas share: a guarded area, and how a refusal is shown in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.people import Role
from cnapp.web.account.guard import only
from cnapp.web.history import entry_lines


class Part(Protocol):
    """A file of views."""

    bp: Blueprint


def area(name: str, url_prefix: str, *roles: Role, parts: Iterable[Part]) -> Blueprint:
    """A staff area: closed to everybody else, its refusals said in the staff's frame."""
    blueprint = Blueprint(name, name, url_prefix=url_prefix)
    only(blueprint, *roles)
    blueprint.register_error_handler(Refusal, refused)
    for part in parts:
        blueprint.register_blueprint(part.bp)
    return blueprint


def refused(refusal: Refusal) -> ResponseReturnValue:
    """What was asked is not possible: the reason, what changed meanwhile if that is it, and the way back."""
    changes = entry_lines(refusal.entries) if isinstance(refusal, ChangedMeanwhile) else []
    db.session.rollback()
    words = {"title": gettext("Ce n’est pas possible"), "sentence": gettext(refusal.sentence), "changes": changes}
    return render_template("errors/error.html", **words), 409
