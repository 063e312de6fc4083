"""How a visit ended: sent elsewhere, no room today, not for us, helped at once, left; one press each."""

from __future__ import annotations

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.services import walk_ins
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.desk import visit_page
from cnapp.web.desk.visit_page import OutcomeForm
from cnapp.web.desk.visit_words import state_of
from cnapp.web.desk.visits_here import back_to_list, visit_held, visit_here

bp = Blueprint("outcomes", __name__)


@bp.post("/passages/<public_id>/suite")
def create(public_id: str) -> ResponseReturnValue:
    form = OutcomeForm()
    if not form.validate():
        return visit_page.page(visit_here(public_id), None, form=form), 422
    with transaction():
        visit = visit_held(public_id)
        walk_ins.end(visit, form.outcome, by=by_me(), now=now())
    flash(gettext("C’est noté pour le n° %(ticket)d : %(state)s.", ticket=visit.ticket, state=state_of(visit)))
    return back_to_list(visit)
