"""« Attestation de présence » of somebody who came without appointment; the name is written by hand."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from cnapp.web.application import now
from cnapp.web.desk.visits_here import visit_here

bp = Blueprint("visit_certificates", __name__)


@bp.get("/passages/<public_id>/attestation")
def show(public_id: str) -> str:
    visit = visit_here(public_id)
    if not visit.is_certifiable:
        abort(404)
    return render_template("desk/certificates/visit.html", visit=visit, place=visit.place, now=now())
