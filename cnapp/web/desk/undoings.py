"""« Revenir en arrière »: taking back an arrival or an absence, until the day closes."""

from __future__ import annotations

from flask import Blueprint, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.desk_day import NOTED_HERE
from cnapp.services import visits
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.desk.here import back_to
from cnapp.web.desk.presses import press

bp = Blueprint("undoings", __name__)


@bp.post("/rendez-vous/<public_id>/revenir")
def destroy(public_id: str) -> ResponseReturnValue:
    appointment = press(public_id, _undo, [Status.BOOKED])
    flash(gettext("C’est annulé : le rendez-vous est comme avant."))
    return back_to(appointment)


def _undo(appointment: Appointment) -> None:
    visits.undo(appointment, _noted(), by=by_me(), now=now())


def _noted() -> Status:
    """What the pressed button stood beside: a second press takes nothing more back."""
    noted = request.args.get("noted", "")
    return Status(noted) if noted in NOTED_HERE else abort(422)
