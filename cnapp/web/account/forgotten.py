"""« Mot de passe oublié »: an e-mail address is asked, and the answer is the same whoever has an account."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.database import transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.services import forgotten_passwords
from cnapp.web import errors
from cnapp.web.application import now, settings
from cnapp.web.forms import AtMost, Form, LineField, Required, is_email

bp = Blueprint("forgotten", __name__, url_prefix="/connexion/mot-de-passe-oublie")


class ForgottenForm(Form):
    email = LineField(
        lazy_gettext("Adresse e-mail"), [Required(lazy_gettext("Écrivez votre adresse e-mail.")), AtMost(254), is_email]
    )


@bp.get("")
def new() -> str:
    return _page(ForgottenForm())


@bp.post("")
def create() -> ResponseReturnValue:
    """Without a mail server nothing is asked: the page says whom to see."""
    form = ForgottenForm()
    if not settings().sends_mail:
        return _page(form), 409
    if not form.validate():
        return _page(form), 422
    with transaction():
        asked = {"address": request.remote_addr or "", "link_key": settings().link_key}
        forgotten_passwords.ask(form.email.data or "", **asked, now=now())
    flash(gettext("Si ce compte existe, un e-mail arrive dans quelques minutes."))
    return redirect(url_for("account.sessions.new"), 303)


@bp.errorhandler(TooManyTries)
def wait(_refusal: TooManyTries) -> ResponseReturnValue:
    sentence = gettext(
        "Regardez vos e-mails. Vous pouvez essayer encore dans une heure, ou en parler à la coordination."
    )
    return errors.page(429, gettext("Trop de demandes"), sentence)


def _page(form: ForgottenForm) -> str:
    return render_template("account/forgotten/new.html", form=form)
