"""The paper that the person takes home: day, hour, place, code."""

from __future__ import annotations

from flask import Blueprint, render_template

from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment
from cnapp.web.agenda.addresses import opened_appointment

bp = Blueprint("slips", __name__)


@bp.get("/rendez-vous/<public_id>/papier")
def show(public_id: str) -> str:
    appointment: Appointment = opened_appointment(public_id)
    return render_template("agenda/slips/show.html", appointment=appointment, day=day_of(appointment.starts_at))
