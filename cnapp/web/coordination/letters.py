"""Every letter as people receive it, with an invented appointment."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask_babel import lazy_gettext

from cnapp.domain.outbox import Channel, Letter
from cnapp.services.channels import ORDER
from cnapp.services.letter_samples import samples
from cnapp.web.application import now, settings
from cnapp.wording.letters import write, write_on_paper

bp = Blueprint("letters", __name__, url_prefix="/lettres")

NAMES = {
    "confirmation": Letter.CONFIRMED,
    "changement": Letter.MOVED,
    "annulation": Letter.CANCELLED,
    "annulation-par-le-service": Letter.REVOKED,
}
"""How each is called in addresses, in the order of the page."""
TITLES = {
    Letter.CONFIRMED: lazy_gettext("Rendez-vous confirmé"),
    Letter.MOVED: lazy_gettext("Rendez-vous changé"),
    Letter.CANCELLED: lazy_gettext("Rendez-vous annulé par la personne"),
    Letter.REVOKED: lazy_gettext("Rendez-vous annulé par le service"),
}
MOMENTS = {
    Letter.CONFIRMED: lazy_gettext("dès que le rendez-vous est pris"),
    Letter.MOVED: lazy_gettext("dès que le jour, l’heure ou le lieu change"),
    Letter.CANCELLED: lazy_gettext("dès que la personne annule, ou que quelqu’un le note pour elle"),
    Letter.REVOKED: lazy_gettext("dès que le service annule"),
}


@bp.get("")
def index() -> str:
    lines = [{"name": name, "title": TITLES[letter], "moment": MOMENTS[letter]} for name, letter in NAMES.items()]
    return render_template("coordination/letters/index.html", lines=lines)


@bp.get("/<name>")
def show(name: str) -> str:
    letter = NAMES.get(name) or abort(404)
    told = samples(letter, now=now())
    written = [(each, write(each, settings())) for each in told]
    sheet = write_on_paper(told[0], settings(), now=now()) if Channel.PAPER in ORDER[letter] else None
    return render_template("coordination/letters/show.html", title=TITLES[letter], written=written, sheet=sheet)
