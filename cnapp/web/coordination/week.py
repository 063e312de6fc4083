"""The week board: who is where, half-day by half-day, by place or by person."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.workdays import day_of, week_code
from cnapp.services import board
from cnapp.web.agenda.addresses import monday_in
from cnapp.web.application import now
from cnapp.web.coordination import wording
from cnapp.web.coordination.post_words import late_sentence

bp = Blueprint("week", __name__)

BOARDS = {"lieu": board.by_place, "personne": board.by_person}


@bp.get("/")
def current() -> ResponseReturnValue:
    return redirect(url_for("coordination.week.show", week=week_code(day_of(now()))), 303)


@bp.get("/semaine/<week>")
def show(week: str) -> str:
    by = request.args.get("par", "lieu")
    if by not in BOARDS:
        abort(404)
    shown = BOARDS[by](monday_in(week), now=now())
    around = {"previous": shown.previous, "following": shown.next, "present": day_of(now())}
    return render_template(
        "coordination/week/show.html",
        board=shown,
        by=by,
        week=week,
        now=now(),
        today=day_of(now()),
        words=wording,
        late=late_sentence(),
        **{name: week_code(day) for name, day in around.items()},
    )
