"""« Revenir en arrière »: taking back what was noted of an appointment, until its day closes."""

from __future__ import annotations

from flask import Blueprint, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.appointments import Status
from cnapp.services import visits
from cnapp.services.journal import By
from cnapp.web.account.signed_in import me
from cnapp.web.agenda.addresses import back_to, my_appointment
from cnapp.web.application import now

bp = Blueprint("undoings", __name__)


@bp.post("/rendez-vous/<public_id>/revenir")
def destroy(public_id: str) -> ResponseReturnValue:
    with transaction(me().id):
        appointment = my_appointment(public_id)
        visits.undo(appointment, _noted(), by=By.staff(me()), now=now())
    flash(gettext("C’est annulé : le rendez-vous est comme avant."))
    return back_to(appointment)


def _noted() -> Status:
    """What the pressed button stood beside: a second press takes nothing more back."""
    try:
        return Status(request.form.get("noted", ""))
    except ValueError:
        abort(422)
