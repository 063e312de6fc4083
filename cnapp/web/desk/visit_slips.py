"""The paper of a time given to whoever came without appointment: ticket, day, hour, place, what to bring, code."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for
from flask_babel import gettext

from cnapp.base.database import db
from cnapp.domain.appointments import appointment_named
from cnapp.web.application import now, settings
from cnapp.web.desk.visits_here import visit_here
from cnapp.web.public.receipt import qr_code, receipt_address, slip_rows
from cnapp.web.public.warning import sentence_for
from cnapp.web.rendering import NBSP

bp = Blueprint("visit_slips", __name__)


@bp.get("/passages/<public_id>/papier")
def show(public_id: str) -> str:
    visit = visit_here(public_id)
    if visit.appointment is None:
        abort(404)
    appointment = db.session.scalars(appointment_named(visit.appointment.public_id)).one()
    return render_template(
        "desk/visit_slips/show.html",
        visit=visit,
        appointment=appointment,
        rows=[{"label": gettext("Passage"), "value": f"n°{NBSP}{visit.ticket}"}, *slip_rows(appointment)],
        sentence=sentence_for(appointment),
        qr=qr_code(settings().base_url + receipt_address(appointment)),
        find_address=settings().base_url.partition("://")[2] + url_for("public.retrieval.new"),
        now=now(),
    )
