"""Retiring a kit, and bringing it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.services import kits
from cnapp.services.changes import hold_still
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.kits import kit_or_404

bp = Blueprint("kit_retirements", __name__, url_prefix="/kits/<public_id>")


@bp.post("/retirer")
def create(public_id: str) -> ResponseReturnValue:
    """One that is promised is refused (409)."""
    thing = kits.about(kit_or_404(public_id))
    with transaction():
        hold_still(thing)
        kits.retire(kit_or_404(public_id), by=by_me(), now=now())
    flash(gettext("Le kit est retiré : il n’est plus prêté."))
    return redirect(url_for("coordination.kits.index"), 303)


@bp.post("/reprendre")
def destroy(public_id: str) -> ResponseReturnValue:
    thing = kits.about(kit_or_404(public_id))
    with transaction():
        hold_still(thing)
        kits.bring_back(kit_or_404(public_id), by=by_me(), now=now())
    flash(gettext("Le kit est de nouveau prêté."))
    return redirect(url_for("coordination.kits.edit", public_id=public_id), 303)
