"""« Je parle … »: a card to show at a desk, and the language that this person speaks better than French."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from cnapp.web.public import journey
from cnapp.web.public.tongues import TONGUES, Tongue
from cnapp.web.wording import language_name

bp = Blueprint("languages", __name__, url_prefix="/je-parle/<code>")

KEY = "language"


@bp.get("")
def show(code: str) -> str:
    tongue = _tongue(code)
    chosen = session.get(KEY) == code
    return render_template("public/languages/show.html", tongue=tongue, name=language_name(code), chosen=chosen)


@bp.post("")
def create(code: str) -> ResponseReturnValue:
    """Remembered by this browser, and by a booking under way."""
    session[KEY] = _tongue(code).code
    if journey.is_begun():
        journey.keep(language=code)
    return redirect(url_for("public.languages.show", code=code), 303)


def _tongue(code: str) -> Tongue:
    return TONGUES.get(code) or abort(404)
