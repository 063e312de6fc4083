"""The week board: who is where, half-day by half-day."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("week", __name__)


@bp.get("/")
def current() -> str:
    return render_template("coordination/week/show.html")
