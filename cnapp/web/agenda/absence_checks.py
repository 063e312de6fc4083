"""One’s own absence before it is entered: how many people it touches; and the way back, with what was typed."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from cnapp.domain.absences import AbsentAlready
from cnapp.services import absence_lists
from cnapp.web.absence_forms import IMPOSSIBLE
from cnapp.web.account.signed_in import me
from cnapp.web.agenda.absences import form_page, known_already, typed
from cnapp.web.application import now
from cnapp.wording.absences import CAUSES, touched_words

bp = Blueprint("absence_checks", __name__, url_prefix="/absence")


@bp.post("/verification")
def show() -> ResponseReturnValue:
    form = typed()
    if not form.validate():
        return form_page(form), 422
    try:
        wanted = form.wanted([me()], now())
        (touched,) = absence_lists.touched_by(wanted, now=now())
    except IMPOSSIBLE as refusal:
        form.refuse(refusal)
        return form_page(form), 422
    except AbsentAlready as refusal:
        return known_already(form, wanted, refusal.absence.public_id)
    shown = {"form": form, "wanted": wanted, "touched": touched, "causes": CAUSES, "touched_words": touched_words}
    return render_template("agenda/absences/check.html", **shown)


@bp.post("/corriger")
def again() -> str:
    return form_page(typed())
