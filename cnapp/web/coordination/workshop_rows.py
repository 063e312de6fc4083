"""The form of a new workshop on its way: one more date, or as it was typed, to be corrected. Nothing is written."""

from __future__ import annotations

from flask import Blueprint

from cnapp.web.coordination.workshop_form import WorkshopForm
from cnapp.web.coordination.workshop_pages import new_page, offer

bp = Blueprint("workshop_rows", __name__, url_prefix="/ateliers/nouveau")


@bp.post("")
def again() -> str:
    return new_page(_typed())


@bp.post("/seances")
def more() -> str:
    form = _typed()
    form.add_row()
    return new_page(form)


def _typed() -> WorkshopForm:
    form = WorkshopForm()
    form.offer_words()
    offer(form)
    return form
