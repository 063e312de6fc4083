"""« J’ai lu »: what had changed at the place needs no telling again."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, redirect, request
from flask.typing import ResponseReturnValue

from cnapp.base.database import transaction
from cnapp.base.workdays import day_of
from cnapp.services import desks
from cnapp.web.account.signed_in import me
from cnapp.web.application import now
from cnapp.web.desk.here import day_address, my_place

bp = Blueprint("looks", __name__)


@bp.post("/lu")
def create() -> ResponseReturnValue:
    place, until = my_place(), _until()
    with transaction():
        desks.look(me(), place, now=until)
    return redirect(day_address(day_of(now())), 303)


def _until() -> datetime:
    """When the newest change that was shown was written: what came later is still to be read."""
    try:
        until = datetime.fromisoformat(request.form.get("until", ""))
    except ValueError:
        abort(422)
    return until if until.tzinfo and until <= now() else abort(422)
