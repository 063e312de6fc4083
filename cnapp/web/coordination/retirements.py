"""Putting a subject away, and offering it again; what was booked keeps it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.services import motifs
from cnapp.services.changes import hold_still
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.motifs import subject

bp = Blueprint("retirements", __name__, url_prefix="/sujets/<slug>")


@bp.post("/retirer")
def create(slug: str) -> ResponseReturnValue:
    thing = motifs.about(subject(slug))
    with transaction():
        hold_still(thing)
        motifs.retire(subject(slug), by=by_me(), now=now())
    flash(gettext("Le sujet est retiré : plus personne ne peut le choisir. Les rendez-vous pris le gardent."))
    return redirect(url_for("coordination.motifs.index"), 303)


@bp.post("/proposer")
def destroy(slug: str) -> ResponseReturnValue:
    thing = motifs.about(subject(slug))
    with transaction():
        hold_still(thing)
        motifs.offer_again(subject(slug), by=by_me(), now=now())
    flash(gettext("Le sujet est de nouveau proposé."))
    return redirect(url_for("coordination.motifs.index"), 303)
