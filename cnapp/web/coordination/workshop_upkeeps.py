"""Holding a workshop although few people are registered: one press."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.services import workshop_changes
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.workshop_pages import workshop_or_404

bp = Blueprint("workshop_upkeeps", __name__, url_prefix="/ateliers/<public_id>/maintien")


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    workshop = workshop_or_404(public_id)
    with transaction():
        workshop_changes.keep(workshop.id, by=by_me(), now=now())
    flash(gettext("C’est décidé : l’atelier a lieu."))
    return redirect(url_for("coordination.workshops.show", public_id=public_id), 303)
