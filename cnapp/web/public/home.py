"""The first page: what this is, how to come, and a word in other languages."""

from __future__ import annotations

from flask import Blueprint, render_template

from cnapp.services.receiving import walk_ins
from cnapp.web.application import now
from cnapp.web.public.tongues import TONGUES

bp = Blueprint("home", __name__)


@bp.get("/")
def show() -> str:
    return render_template("public/home/show.html", tongues=TONGUES.values(), walk_ins=walk_ins(now=now()))
