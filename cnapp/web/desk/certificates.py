"""« Attestation de présence » of somebody who had an appointment and came: day, hours and place, never what for."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from cnapp.services.walk_ins import has_walked_in
from cnapp.web.application import now
from cnapp.web.desk.grants import desk_appointment

bp = Blueprint("certificates", __name__)


@bp.get("/rendez-vous/<public_id>/attestation")
def show(public_id: str) -> str:
    appointment = desk_appointment(public_id)
    if not appointment.has_come:
        abort(404)
    return render_template(
        "desk/certificates/show.html",
        appointment=appointment,
        place=appointment.presence.place,
        name="" if has_walked_in(appointment) else appointment.person.name,
        now=now(),
    )
