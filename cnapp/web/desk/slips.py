"""The paper that the person takes home, which is also what a desk sees once a booking is made."""

from __future__ import annotations

from flask import Blueprint, render_template

from cnapp.web.desk.grants import desk_appointment
from cnapp.web.slips import slip_facts

bp = Blueprint("slips", __name__, url_prefix="/rendez-vous/<public_id>/papier")


@bp.get("")
def show(public_id: str) -> str:
    appointment = desk_appointment(public_id)
    return render_template("desk/slips/show.html", appointment=appointment, **slip_facts(appointment))
