"""Noting that somebody arrived."""

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

bp = Blueprint("arrivals", __name__)


@bp.post("/rendez-vous/<public_id>/arrivee")
def create(public_id: str) -> ResponseReturnValue:
    with transaction(me().id):
        appointment = my_appointment(public_id)
        visits.arrive(appointment, by=By.staff(me()), now=now())
    flash(gettext("L’arrivée est notée."))
    return back_to(appointment)
