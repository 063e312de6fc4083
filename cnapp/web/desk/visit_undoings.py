"""« Revenir en arrière » on a visit: the person waits again, and a time that was given is free."""

from __future__ import annotations

from flask import Blueprint, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.visits import State, Visit
from cnapp.services import walk_ins
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.desk.visits_here import back_to_list, visit_held, visit_here

bp = Blueprint("visit_undoings", __name__)


@bp.post("/passages/<public_id>/revenir")
def destroy(public_id: str) -> ResponseReturnValue:
    with transaction(*_concerned(visit_here(public_id))):
        visit = visit_held(public_id)
        walk_ins.undo(visit, _noted(), by=by_me(), now=now())
    flash(gettext("C’est annulé : le n° %(ticket)d attend.", ticket=visit.ticket))
    return back_to_list(visit)


def _concerned(visit: Visit) -> list[int]:
    """Whose time was given."""
    return [visit.appointment.conseiller_id] if visit.appointment else []


def _noted() -> State:
    """What the pressed button stood beside: a second press takes nothing more back."""
    try:
        return State(request.form.get("noted", ""))
    except ValueError:
        abort(422)
