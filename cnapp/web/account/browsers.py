"""The browsers where somebody is signed in: all of them can be signed out at once."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.people import Role
from cnapp.services import accounts
from cnapp.web.account.guard import only
from cnapp.web.account.signed_in import me
from cnapp.web.application import now

bp = Blueprint("browsers", __name__)
only(bp, *Role)


@bp.post("/compte/deconnexion-partout")
def destroy() -> ResponseReturnValue:
    staff = me()
    with transaction(staff.id):
        accounts.sign_out_everywhere(staff, now=now())
    session.clear()
    flash(gettext("La session est fermée sur tous les appareils."))
    return redirect(url_for("account.sessions.new"), 303)
