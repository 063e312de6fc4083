"""One week of the conseiller, by half-days."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.workdays import day_of, week_code
from cnapp.services import schedule
from cnapp.web.account.signed_in import me
from cnapp.web.agenda.addresses import monday_in
from cnapp.web.application import now

bp = Blueprint("week", __name__)


@bp.get("/semaine")
def current() -> ResponseReturnValue:
    return redirect(url_for("agenda.week.show", week=week_code(day_of(now()))), 303)


@bp.get("/semaine/<week>")
def show(week: str) -> str:
    shown = schedule.week(me().id, monday_in(week), now=now())
    around = {"previous": week_code(shown.previous), "following": week_code(shown.next)}
    return render_template("agenda/week/show.html", shown=shown, today=day_of(now()), now=now(), **around)
