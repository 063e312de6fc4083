"""Somebody’s absence is taken back whole, after a page that says who is expected again."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cnapp.web.absence_changes import Door, ask_withdrawal, take_back
from cnapp.web.coordination.absences import somebodys as find

bp = Blueprint("absence_withdrawals", __name__, url_prefix="/absences/<public_id>/retrait")
DOOR = Door("coordination", find)


@bp.get("")
def new(public_id: str) -> str:
    return ask_withdrawal(DOOR, public_id)


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    return take_back(DOOR, public_id)
