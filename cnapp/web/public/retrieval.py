"""Finding one's booking again: the code of the paper and three letters of a name, or a letter that tells the code."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.appointments import Appointment
from cnapp.domain.outbox import Channel
from cnapp.domain.registrations import Registration
from cnapp.services.retrieval import retrieve
from cnapp.web import errors
from cnapp.web.application import now, settings
from cnapp.web.forms import AtMost, Form, LineField, Required, is_contact
from cnapp.web.public.receipt import receipt_address
from cnapp.web.public.registration import registration_page

bp = Blueprint("retrieval", __name__, url_prefix="/retrouver")


class RetrievalForm(Form):
    code = LineField(
        lazy_gettext("Code"), validators=[Required(lazy_gettext("Écrivez le code de votre papier.")), AtMost(40)]
    )
    letters = LineField(
        lazy_gettext("Les 3 premières lettres de votre nom ou prénom"),
        validators=[Required(lazy_gettext("Écrivez 3 lettres de votre nom ou prénom.")), AtMost(80)],
    )


class LostCodeForm(Form):
    contact = LineField(
        lazy_gettext("Votre e-mail"),
        validators=[Required(lazy_gettext("Écrivez le contact que vous aviez donné.")), AtMost(254), is_contact],
    )


@bp.get("")
def new() -> str:
    return page()


@bp.post("")
def create() -> ResponseReturnValue:
    form = RetrievalForm()
    try:
        found = _find(form) if form.validate() else None
    except TooManyTries:
        return too_many()
    if found is None:
        return page(finding=form), 422
    address = receipt_address(found) if isinstance(found, Appointment) else registration_page(found)
    return redirect(address, 303)


def _find(form: RetrievalForm) -> Appointment | Registration | None:
    """The same sentence for a wrong code and for a wrong name."""
    address = request.remote_addr or ""
    with transaction():
        found = retrieve(form.code.data, form.letters.data, address=address, now=now())
    if found is None:
        form.code.errors = [
            gettext("Nous ne trouvons rien avec ce code et ces lettres. Vérifiez les deux sur votre papier.")
        ]
    return found


def too_many() -> ResponseReturnValue:
    sentence = gettext("Attendez quelques minutes, ou demandez à l’accueil d’un de nos lieux.")
    return errors.page(429, gettext("Trop d’essais"), sentence)


def page(finding: RetrievalForm | None = None, lost: LostCodeForm | None = None) -> str:
    """Both ways; the one that was sent shows its errors."""
    asked, can_text = lost or LostCodeForm(formdata=None), Channel.SMS in open_channels()
    if can_text:
        asked.contact.label.text = gettext("Votre e-mail ou votre téléphone portable")
    return render_template(
        "public/retrieval/new.html",
        form=lost or finding or RetrievalForm(formdata=None),
        finding=finding or RetrievalForm(formdata=None),
        lost=asked,
        can_write=Channel.EMAIL in open_channels(),
        can_text=can_text,
    )


def open_channels() -> list[Channel]:
    """By which a code can be told within minutes."""
    is_open = {Channel.EMAIL: settings().sends_mail, Channel.SMS: settings().sends_sms}
    return [channel for channel, is_set in is_open.items() if is_set]
