"""The paper that the person takes home, which is also what a desk sees once a booking is made."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from cnapp.web.application import settings
from cnapp.web.desk.grants import desk_appointment
from cnapp.web.public.receipt import qr_code, receipt_address
from cnapp.web.public.warning import sentence_for

bp = Blueprint("slips", __name__, url_prefix="/rendez-vous/<public_id>/papier")


@bp.get("")
def show(public_id: str) -> str:
    appointment = desk_appointment(public_id)
    return render_template(
        "desk/slips/show.html",
        appointment=appointment,
        place=appointment.presence.place,
        sentence=sentence_for(appointment),
        qr=qr_code(settings().base_url + receipt_address(appointment)),
        find_address=settings().base_url.partition("://")[2] + url_for("public.retrieval.new"),
    )
