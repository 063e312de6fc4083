"""« Revenir en arrière »: taking back an arrival or an absence, until the day closes."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.domain.appointments import Status
from cnapp.domain.desk_day import NOTED_HERE
from cnapp.services import visits
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.desk.here import back_to
from cnapp.web.desk.presses import press

bp = Blueprint("undoings", __name__)


@bp.post("/rendez-vous/<public_id>/revenir")
def destroy(public_id: str) -> ResponseReturnValue:
    undo = partial(visits.undo, noted=_noted(), by=by_me(), now=now())
    appointment = press(public_id, undo, [Status.BOOKED])
    flash(gettext("C’est annulé : le rendez-vous est comme avant."))
    return back_to(appointment)


def _noted() -> Status:
    """What the pressed button stood beside: a second press takes nothing more back."""
    noted = request.args.get("noted", "")
    return Status(noted) if noted in NOTED_HERE else abort(422)
