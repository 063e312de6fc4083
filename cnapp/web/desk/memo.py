"""« Mémo accueil »: one sheet for whoever stands at the desk once a week."""

from __future__ import annotations

from flask import Blueprint, render_template

bp = Blueprint("memo", __name__)


@bp.get("/memo")
def show() -> str:
    return render_template("desk/memo/show.html")
