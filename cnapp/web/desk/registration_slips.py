"""The paper that whoever is registered takes home: every session, the place, the code."""

from __future__ import annotations

from flask import Blueprint, render_template

from cnapp.domain.registrations import Standing
from cnapp.web.desk.grants import desk_registration
from cnapp.web.registration_slips import slip_facts

bp = Blueprint("registration_slips", __name__, url_prefix="/inscriptions/<public_id>/papier")


@bp.get("")
def show(public_id: str) -> str:
    registration = desk_registration(public_id)
    has_place = registration.status is Standing.REGISTERED
    shown = {"registration": registration, "has_place": has_place, **slip_facts(registration)}
    return render_template("desk/registration_slips/show.html", **shown)
