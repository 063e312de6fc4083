"""The sign-in sheet of a session, printed at the desk."""

from __future__ import annotations

from flask import Blueprint, url_for

from cnapp.web.desk.workshops import workshop_here
from cnapp.web.sign_in_sheets import session_in, sheet_page

bp = Blueprint("sheets", __name__, url_prefix="/ateliers/<public_id>/seances/<session>/emargement")


@bp.get("")
def show(public_id: str, session: str) -> str:
    workshop = workshop_here(public_id)
    back = url_for("desk.workshops.show", public_id=public_id)
    return sheet_page(workshop, session_in(workshop, session), back)
