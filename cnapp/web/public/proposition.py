"""« Oui, je viens »: the answer to the time that a plan gave. Opening the page answers nothing, its button does."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.domain.plans import NotProposed
from cnapp.services.journal import By
from cnapp.services.proposal_answers import accept
from cnapp.web.application import now
from cnapp.web.forms import Form
from cnapp.web.public.receipt import appointment_at, page, proposal_to

bp = Blueprint("proposition", __name__, url_prefix="/r/<token>/proposition")


class AnswerForm(Form):
    choice = HiddenField()
    """The place and the time that the page showed."""


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    appointment = appointment_at(token)
    proposal = proposal_to(appointment)
    if proposal is None:
        return redirect(url_for("public.receipt.show", token=token), 303)
    values = {"appointment": appointment, "proposal": proposal, "token": token}
    return render_template("public/proposition/show.html", **values)


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    """Sent twice, it shows the same end; of a time that was withdrawn, how things stand now."""
    appointment, asked = appointment_at(token), AnswerForm().choice.data or ""
    try:
        with transaction(appointment.conseiller_id):
            accept(appointment, asked, by=By.citizen(), now=now())
    except NotProposed as refusal:
        return page(token, gettext(refusal.sentence)), 409
    flash(gettext("C’est noté : vous venez à cette heure."))
    return redirect(url_for("public.receipt.show", token=token), 303)
