"""Noting what came of one attempt."""

from __future__ import annotations

from datetime import datetime, time

from flask import Blueprint, abort, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.workdays import HourDoesNotExist, instant_at, read_day
from cnapp.domain.calls import FOR_GOOD, Answer, CallIsOver, NotedMeanwhile, NotWhileCalled
from cnapp.services import calls
from cnapp.web.application import now
from cnapp.web.calls.here import back_to_list, my_call, noted
from cnapp.web.calls.index import Typed, page
from cnapp.web.calls.words import ANSWERS

bp = Blueprint("call_attempts", __name__, url_prefix="/appels/<public_id>/essais")

ASKED_TWICE = (*FOR_GOOD, Answer.TAKEN_BACK)


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    appointment, answer = my_call(public_id).appointment, _answer()
    try:
        again_at = _moment() if answer is Answer.CALL_AGAIN else None
        with transaction(*([appointment.conseiller_id] if appointment else [])):
            calls.note(my_call(public_id), noted(answer, again_at), now=now())
    except NotWhileCalled as refusal:
        return page(refusal, _typed(public_id)), 422
    except (NotedMeanwhile, CallIsOver) as refusal:
        return page(refusal, _typed(public_id)), 409
    flash(gettext("C’est noté : %(said)s.", said=str(ANSWERS[answer]).lower()))
    return back_to_list()


def _answer() -> Answer:
    """Anything that no button of ours has sent is not understood."""
    sent = request.form.get("answer", "")
    if sent not in set(Answer) or sent in ASKED_TWICE:
        abort(422)
    return Answer(sent)


def _moment() -> datetime:
    """Raises NotWhileCalled."""
    try:
        return instant_at(read_day(request.form.get("day", "")), time.fromisoformat(request.form.get("at", "")))
    except (ValueError, OverflowError, HourDoesNotExist):
        raise NotWhileCalled from None


def _typed(public_id: str) -> Typed:
    return Typed(public_id, request.form.get("day", "")[:10], request.form.get("at", "")[:8])
