"""« Ne vient pas » and « Ne plus l’appeler »: asked twice, for neither is taken back from the list."""

from __future__ import annotations

from flask import Blueprint, abort, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.appointments import NotUpcoming
from cnapp.domain.calls import Answer, Call, CallIsOver, NotedMeanwhile
from cnapp.domain.registrations import RegistrationOver
from cnapp.services import calls, seat_calls
from cnapp.services.calls import Noted
from cnapp.web.application import now, settings
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
    call = _call(public_id, how)
    appointment, is_registered = call.appointment, call.registration is not None
    try:
        with transaction(*([appointment.conseiller_id] if appointment else [])):
            _end(my_call(public_id), noted(WAYS[how]))
    except (NotedMeanwhile, CallIsOver, NotUpcoming, RegistrationOver) as refusal:
        return page(refusal), 409
    flash(_done(WAYS[how], is_registered))
    return back_to_list()


def _end(call: Call, noted: Noted) -> None:
    if call.registration and noted.answer is Answer.NOT_COMING:
        seat_calls.end(call, noted, settings=settings(), now=now())
    else:
        calls.note(call, noted, now=now())


def _call(public_id: str, how: str) -> Call:
    """Only an appointment or a registration can be cancelled."""
    if how not in WAYS:
        abort(404)
    call = my_call(public_id)
    if WAYS[how] is Answer.NOT_COMING and call.appointment is None and call.registration is None:
        abort(404)
    return call


def _done(answer: Answer, is_registered: bool) -> str:
    if answer is Answer.NOT_COMING and is_registered:
        return str(gettext("L’inscription à l’atelier est annulée. La place est libre."))
    if answer is Answer.NOT_COMING:
        return str(gettext("Le rendez-vous est annulé. L’heure est libre."))
    return str(gettext("C’est noté : nous n’appelons plus cette personne."))
