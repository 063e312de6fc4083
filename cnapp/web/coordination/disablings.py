"""Closing an account, and opening it again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.services import people
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.people import away_address, somebody

bp = Blueprint("disablings", __name__, url_prefix="/equipe/<public_id>")


@bp.get("/desactiver")
def new(public_id: str) -> str:
    """What this person is expected for, before anything ends."""
    staff = somebody(public_id)
    ahead = people.ahead_of(staff, now=now())
    return render_template(
        "coordination/disablings/new.html", staff=staff, ahead=ahead, away=away_address(staff, ahead)
    )


@bp.post("/desactiver")
def create(public_id: str) -> ResponseReturnValue:
    staff = somebody(public_id)
    with transaction(staff.id):
        people.disable(staff, by=by_me(), now=now())
    flash(gettext("Le compte est fermé. Ses sessions et son calendrier ne répondent plus."))
    return redirect(url_for("coordination.people.edit", public_id=public_id), 303)


@bp.post("/reactiver")
def destroy(public_id: str) -> ResponseReturnValue:
    staff = somebody(public_id)
    with transaction(staff.id):
        people.enable(staff, by=by_me(), now=now())
    flash(gettext("Le compte est de nouveau ouvert."))
    return redirect(url_for("coordination.people.edit", public_id=public_id), 303)
