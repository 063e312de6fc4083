"""« Attestation de présence » of somebody who had an appointment and came: day, hours and place, never what for."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from cnapp.domain.appointments import Appointment
from cnapp.services import certificates, desks
from cnapp.web.account.signed_in import me
from cnapp.web.application import now

bp = Blueprint("certificates", __name__)


@bp.get("/rendez-vous/<public_id>/attestation")
def show(public_id: str) -> str:
    appointment = _appointment(public_id)
    if not appointment.has_come:
        abort(404)
    return render_template(
        "desk/certificates/show.html",
        appointment=appointment,
        place=appointment.presence.place,
        name=certificates.full_name(appointment),
        now=now(),
    )


def _appointment(public_id: str) -> Appointment:
    """At one of the account's places; any other is no page."""
    place_ids = [place.id for place in desks.places_for(me(), now=now())]
    return certificates.appointment_at(place_ids, public_id) or abort(404)
