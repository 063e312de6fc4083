"""A new workshop before it is written: each of its dates, and what stands in the way of it."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue

from cnapp.web.coordination.workshop_form import WorkshopForm
from cnapp.web.coordination.workshop_pages import NONSENSE, check_page, new_page, offer, refused_nonsense, rehearse

bp = Blueprint("workshop_checks", __name__, url_prefix="/ateliers/verification")


@bp.post("")
def show() -> ResponseReturnValue:
    form = WorkshopForm()
    form.offer_words()
    offer(form)
    if not form.validate():
        return new_page(form), 422
    try:
        obstacles = rehearse(form)
    except NONSENSE as refusal:
        return refused_nonsense(form, refusal), 422
    return check_page(form, obstacles)
