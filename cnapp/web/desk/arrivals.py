"""Noting at the desk that somebody arrived."""

from __future__ import annotations

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.domain.appointments import Appointment, Status
from cnapp.services import visits
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.desk.here import back_to
from cnapp.web.desk.presses import press

bp = Blueprint("arrivals", __name__)


@bp.post("/rendez-vous/<public_id>/arrivee")
def create(public_id: str) -> ResponseReturnValue:
    appointment = press(public_id, _arrive, [Status.ARRIVED])
    flash(gettext("L’arrivée est notée."))
    return back_to(appointment)


def _arrive(appointment: Appointment) -> None:
    visits.arrive(appointment, by=by_me(), now=now())
