"""Everything about one appointment of the conseiller."""

from __future__ import annotations

from flask import Blueprint, render_template

from cnapp.base.workdays import day_of
from cnapp.services.objections import objected_at
from cnapp.web.agenda.addresses import opened_appointment
from cnapp.web.application import now

bp = Blueprint("appointments", __name__)


@bp.get("/rendez-vous/<public_id>")
def show(public_id: str) -> str:
    appointment = opened_appointment(public_id)
    day = day_of(appointment.starts_at)
    shown = {"appointment": appointment, "day": day, "objected_at": objected_at(appointment), "now": now()}
    return render_template("agenda/appointments/show.html", **shown)
