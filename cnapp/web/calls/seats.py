"""« Accepte la place », « Refuse la place »: what whoever was called about a seat of a workshop answered."""

from __future__ import annotations

from flask import Blueprint, abort, flash
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cnapp.base.database import transaction
from cnapp.domain.calls import Answer, CallIsOver, NotedMeanwhile
from cnapp.domain.registrations import NoSeatToHave, RegistrationOver
from cnapp.services.seat_calls import accept, decline
from cnapp.web.application import now, settings
from cnapp.web.calls.here import back_to_list, my_call, noted
from cnapp.web.calls.index import page

bp = Blueprint("call_seats", __name__, url_prefix="/appels/<public_id>/place/<how>")

WAYS = {"acceptee": accept, "refusee": decline}
DONE = {
    "acceptee": lazy_gettext("C’est noté : la place est à elle."),
    "refusee": lazy_gettext("C’est noté : la place va à la personne suivante."),
}


@bp.post("")
def create(public_id: str, how: str) -> ResponseReturnValue:
    """Too late, it says so: the seat may be somebody else's by now."""
    if how not in WAYS or my_call(public_id).registration is None:
        abort(404)
    try:
        with transaction():
            WAYS[how](my_call(public_id), noted(Answer.REACHED), settings=settings(), now=now())
    except (NotedMeanwhile, CallIsOver, NoSeatToHave, RegistrationOver) as refusal:
        return page(refusal), 409
    flash(str(DONE[how]))
    return back_to_list()
