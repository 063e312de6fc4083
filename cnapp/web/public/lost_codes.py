"""« Je n’ai plus le code »: a contact is asked, and the answer is the same whoever has an appointment."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.contacts import read_contact
from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.outbox import Channel
from cnapp.services import lost_codes
from cnapp.web.application import now
from cnapp.web.public.retrieval import LostCodeForm, open_channels, page, too_many

bp = Blueprint("lost_codes", __name__, url_prefix="/retrouver/sans-code")


@bp.get("")
def new() -> ResponseReturnValue:
    return redirect(url_for("public.retrieval.new"), 303)


@bp.post("")
def create() -> ResponseReturnValue:
    """By which channel follows from what was typed."""
    form = LostCodeForm()
    if not open_channels():
        return page(), 409
    asked = _asked(form) if form.validate() else None
    if asked is None:
        return page(lost=form), 422
    with transaction():
        lost_codes.ask(*asked, address=request.remote_addr or "", now=now())
    flash(gettext("Si un rendez-vous existe, un message arrive dans 2 minutes."))
    return redirect(url_for("public.retrieval.new"), 303)


@bp.errorhandler(TooManyTries)
def wait(_refusal: TooManyTries) -> ResponseReturnValue:
    return too_many()


def _asked(form: LostCodeForm) -> tuple[Channel, str] | None:
    """None with the reason beside the field, where nothing that is set goes to such a contact."""
    phone, email = read_contact(form.contact.data or "")
    if email and Channel.EMAIL in open_channels():
        return Channel.EMAIL, email
    if phone and phone.is_mobile and Channel.SMS in open_channels():
        return Channel.SMS, phone.number
    form.contact.errors = [gettext("Nous ne pouvons pas écrire à ce contact. Appelez-nous, ou venez à l’accueil.")]
    return None
