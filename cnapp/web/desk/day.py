"""One day at the desk's place."""

from __future__ import annotations

from flask import Blueprint, render_template

from cnapp.services import desks
from cnapp.web.account.signed_in import my_sign_in
from cnapp.web.application import now

bp = Blueprint("day", __name__)


@bp.get("/")
def today() -> str:
    return render_template("desk/day/show.html", place=desks.current_place(my_sign_in(), now=now()))
