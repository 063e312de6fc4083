"""« J’ai fini, effacer mes réponses », for shared computers."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.web.public import journey

bp = Blueprint("finish", __name__, url_prefix="/rendez-vous/effacer")


@bp.post("")
def create() -> ResponseReturnValue:
    journey.erase()
    flash(gettext("Vos réponses sont effacées de cet appareil."))
    return redirect(url_for("public.home.show"), 303)
