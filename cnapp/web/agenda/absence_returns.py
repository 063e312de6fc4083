"""One comes back sooner than was noted: the rest of the absence ends."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cnapp.web.absence_changes import Door, ask_return, come_back
from cnapp.web.agenda.absences import my_absence as find

bp = Blueprint("absence_returns", __name__, url_prefix="/absence/<public_id>/retour")
DOOR = Door("agenda", find)


@bp.get("")
def new(public_id: str) -> ResponseReturnValue:
    return ask_return(DOOR, public_id)


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    return come_back(DOOR, public_id)
