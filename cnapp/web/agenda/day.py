"""One day of the conseiller as cards."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.workdays import day_of, week_code
from cnapp.services import schedule
from cnapp.web.account.signed_in import me
from cnapp.web.agenda.addresses import day_in
from cnapp.web.application import now

bp = Blueprint("day", __name__)


@bp.get("/")
def today() -> ResponseReturnValue:
    return redirect(url_for("agenda.day.show", day=day_of(now()).isoformat()), 303)


@bp.get("/<day>")
def show(day: str) -> str:
    shown = schedule.day(me().id, day_in(day), now=now())
    today = day_of(now())
    return render_template("agenda/day/show.html", shown=shown, week=week_code(shown.day), today=today, now=now())
