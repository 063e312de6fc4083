"""The paper of a time given to whoever came without appointment: ticket, day, hour, place, what to bring, code."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask_babel import gettext

from cnapp.base.database import db
from cnapp.domain.appointments import appointment_named
from cnapp.web.desk.visits_here import visit_here
from cnapp.web.slips import slip_facts
from cnapp.wording.dates import NBSP

bp = Blueprint("visit_slips", __name__)


@bp.get("/passages/<public_id>/papier")
def show(public_id: str) -> str:
    visit = visit_here(public_id)
    if visit.appointment is None:
        abort(404)
    appointment = db.session.scalars(appointment_named(visit.appointment.public_id)).one()
    facts = slip_facts(appointment)
    rows = [{"label": gettext("Passage"), "value": f"n°{NBSP}{visit.ticket}"}, *facts.pop("rows")]
    return render_template("desk/visit_slips/show.html", visit=visit, appointment=appointment, rows=rows, **facts)
