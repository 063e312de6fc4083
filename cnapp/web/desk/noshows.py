"""Noting at the desk that somebody did not come; their time is free again."""

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

bp = Blueprint("noshows", __name__)


@bp.post("/rendez-vous/<public_id>/absence")
def create(public_id: str) -> ResponseReturnValue:
    appointment = press(public_id, _miss, [Status.NOSHOW])
    flash(gettext("L’absence est notée. Cette heure est libre."))
    return back_to(appointment)


def _miss(appointment: Appointment) -> None:
    visits.miss(appointment, by=by_me(), now=now())
