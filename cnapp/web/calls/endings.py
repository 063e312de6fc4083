"""« Ne vient pas » and « Ne plus l’appeler »: asked twice, for neither is taken back from the list."""

from __future__ import annotations

from flask import Blueprint, abort, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.appointments import NotUpcoming
from cnapp.domain.calls import Answer, Call, CallIsOver, NotedMeanwhile
from cnapp.services import calls
from cnapp.web.application import now
from cnapp.web.calls.here import back_to_list, here, my_call, noted
from cnapp.web.calls.index import page

bp = Blueprint("call_endings", __name__, url_prefix="/appels/<public_id>/fin/<how>")

WAYS = {"ne-vient-pas": Answer.NOT_COMING, "ne-plus-appeler": Answer.NO_CALLS}


@bp.get("")
def new(public_id: str, how: str) -> str:
    call = _call(public_id, how)
    return render_template(f"calls/{WAYS[how].value}.html", call=call, here=here, now=now())


@bp.post("")
def create(public_id: str, how: str) -> ResponseReturnValue:
    appointment = _call(public_id, how).appointment
    try:
        with transaction(*([appointment.conseiller_id] if appointment else [])):
            calls.note(my_call(public_id), noted(WAYS[how]), now=now())
    except (NotedMeanwhile, CallIsOver, NotUpcoming) as refusal:
        return page(refusal), 409
    flash(_done(WAYS[how]))
    return back_to_list()


def _call(public_id: str, how: str) -> Call:
    """Only an appointment to come can be cancelled."""
    if how not in WAYS:
        abort(404)
    call = my_call(public_id)
    if WAYS[how] is Answer.NOT_COMING and call.appointment is None:
        abort(404)
    return call


def _done(answer: Answer) -> str:
    if answer is Answer.NOT_COMING:
        return str(gettext("Le rendez-vous est annulé. L’heure est libre."))
    return str(gettext("C’est noté : nous n’appelons plus cette personne."))
