"""The answer to a time that is offered: it is taken, or its person waits on. Opening a page answers nothing."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.domain.appointments import NotUpcoming
from cnapp.domain.citizens import TooManyUpcoming
from cnapp.domain.commitments import OutsidePresence, SlotTaken
from cnapp.domain.offers import Offer, OfferUnknown
from cnapp.domain.waits import WaitOver
from cnapp.services.journal import By
from cnapp.services.offers import decline, offer_called, people_to_lock, take
from cnapp.web.application import now, settings
from cnapp.web.forms import Form
from cnapp.web.public.receipt import receipt_address
from cnapp.web.public.wait import wait_at

bp = Blueprint("offer_answers", __name__, url_prefix="/attente/<token>/reponse")
TAKE, DECLINE = "prendre", "non"


class AnswerForm(Form):
    offer = HiddenField()
    answer = HiddenField()


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    """Taken twice, the same receipt is shown."""
    form = AnswerForm()
    try:
        offer = offer_called(form.offer.data or "", wait_at(token))
        return _take(token, offer) if form.answer.data == TAKE else _decline(token, offer)
    except (OfferUnknown, WaitOver):
        return redirect(url_for("public.wait.show", token=token), 303)


def _take(token: str, offer: Offer) -> ResponseReturnValue:
    try:
        with transaction(*people_to_lock(offer)):
            appointment = take(offer, by=By.citizen(), link_key=settings().link_key, now=now())
            address = receipt_address(appointment)
    except (SlotTaken, OutsidePresence):
        return render_template("public/offer_answers/gone.html", token=token), 409
    except (TooManyUpcoming, NotUpcoming) as refusal:
        return render_template(
            "public/offer_answers/refused.html", token=token, sentence=gettext(refusal.sentence)
        ), 409
    flash(gettext("Cette heure est à vous. Vous n’êtes plus sur la liste d’attente."))
    return redirect(address, 303)


def _decline(token: str, offer: Offer) -> ResponseReturnValue:
    with transaction():
        decline(offer, now=now())
    flash(gettext("C’est noté. Vous attendez toujours une autre heure."))
    return redirect(url_for("public.wait.show", token=token), 303)
