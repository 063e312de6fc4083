"""Letters that could not be written, once what was wrong is mended: one of them, or all, leave again."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from cnapp.base.database import transaction
from cnapp.services.post import release, release_all
from cnapp.web.application import now

bp = Blueprint("releases", __name__, url_prefix="/courrier/relance")


@bp.post("")
def create() -> ResponseReturnValue:
    """`letter` names one of them; without it all go. Pressed again, there is none left."""
    key = request.form.get("letter")
    with transaction():
        count = release_all(now=now()) if key is None else release(key, now=now())
    flash(_told(count))
    return redirect(url_for("coordination.post.show"), 303)


def _told(count: int) -> str:
    if not count:
        return str(gettext("Rien à remettre en partance : c’est déjà fait."))
    return str(ngettext("%(num)d lettre repart.", "%(num)d lettres repartent.", count))
