"""The link with which somebody chooses a password: shown once, to hand over or to print."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from cnapp.base.database import transaction
from cnapp.domain.accounts import PASSWORD_LINK_LASTS
from cnapp.services import password_links
from cnapp.web.account.signed_in import by_me, me
from cnapp.web.application import now, settings
from cnapp.web.coordination.people import somebody
from cnapp.web.public.receipt import qr_code

bp = Blueprint("password_links", __name__, url_prefix="/equipe/<public_id>")


@bp.post("/lien")
def create(public_id: str) -> str:
    """The answer itself shows the address, and nothing else ever does: only its hash is kept."""
    staff = somebody(public_id)
    with transaction(staff.id):
        token = password_links.make(staff, me(), by=by_me(), now=now())
    address = settings().base_url + url_for("account.links.edit", token=token)
    until = now() + PASSWORD_LINK_LASTS
    shown = {"address": address, "qr": qr_code(address), "until": until}
    return render_template("coordination/password_links/show.html", staff=staff, **shown)
