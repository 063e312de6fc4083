"""« Revenir en arrière »: a call that was noted by mistake is to be made again, until the day has ended."""

from __future__ import annotations

from flask import Blueprint, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.calls import Answer, CannotBeTakenBack, NotedMeanwhile
from cnapp.services import calls
from cnapp.web.application import now
from cnapp.web.calls.here import back_to_list, my_call, noted
from cnapp.web.calls.index import page

bp = Blueprint("call_undoings", __name__, url_prefix="/appels/<public_id>/revenir")


@bp.post("")
def destroy(public_id: str) -> ResponseReturnValue:
    appointment = my_call(public_id).appointment
    try:
        with transaction(*([appointment.conseiller_id] if appointment else [])):
            calls.take_back(my_call(public_id), noted(Answer.TAKEN_BACK), now=now())
    except (NotedMeanwhile, CannotBeTakenBack) as refusal:
        return page(refusal), 409
    flash(gettext("C’est repris : l’appel est de nouveau à faire."))
    return back_to_list()
