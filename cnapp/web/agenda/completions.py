"""Noting that somebody was helped."""

from __future__ import annotations

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.services import visits
from cnapp.services.journal import By
from cnapp.web.account.signed_in import me
from cnapp.web.agenda.addresses import back_to, my_appointment
from cnapp.web.application import now

bp = Blueprint("completions", __name__)


@bp.post("/rendez-vous/<public_id>/fin")
def create(public_id: str) -> ResponseReturnValue:
    with transaction(me().id):
        appointment = my_appointment(public_id)
        visits.finish(appointment, by=By.staff(me()), now=now())
    flash(gettext("C’est noté : l’aide est donnée."))
    return back_to(appointment)
