"""Signing in and out."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext, ngettext
from flask_login import current_user
from wtforms import BooleanField, HiddenField, PasswordField

from cnapp.base.database import transaction
from cnapp.domain.accounts import WrongPassword
from cnapp.services import accounts
from cnapp.services.accounts import Entrance, SignInWaits
from cnapp.web.account.destinations import destination, home_of
from cnapp.web.account.signed_in import begin, staff_or_none
from cnapp.web.application import now
from cnapp.web.forms import AtMost, Form, LineField, Required

bp = Blueprint("sessions", __name__)


class SignInForm(Form):
    email = LineField(
        lazy_gettext("Adresse e-mail"), [Required(lazy_gettext("Écrivez votre adresse e-mail.")), AtMost(254)]
    )
    password = PasswordField(
        lazy_gettext("Mot de passe"), [Required(lazy_gettext("Écrivez votre mot de passe.")), AtMost(200)]
    )
    remembered = BooleanField(lazy_gettext("Rester connecté sur ce téléphone"))
    next = HiddenField()

    @property
    def entrance(self) -> Entrance:
        address = request.remote_addr or ""
        return Entrance(self.email.data or "", self.password.data or "", address, bool(self.remembered.data))


@bp.get("/connexion")
def new() -> ResponseReturnValue:
    staff = staff_or_none()
    if staff:
        return redirect(home_of(staff), 303)
    return _page(SignInForm(request.args), 200)


@bp.post("/connexion")
def create() -> ResponseReturnValue:
    form = SignInForm()
    if not form.validate():
        return _page(form, 422)
    try:
        return redirect(_enter(form), 303)
    except SignInWaits as refusal:
        return _wait(form, refusal.wait)
    except WrongPassword as refusal:
        form.form_errors.append(gettext(refusal.sentence))
        return _page(form, 422)


@bp.post("/deconnexion")
def destroy() -> ResponseReturnValue:
    token = current_user.get_id()
    if token:
        with transaction():
            accounts.sign_out(token)
    session.clear()
    flash(gettext("La session est fermée sur cet appareil."))
    return redirect(url_for("account.sessions.new"), 303)


def _enter(form: SignInForm) -> str:
    """Counts the try for good, looks at the password, then opens the session; answers where to go."""
    entrance = form.entrance
    with transaction():
        accounts.knock(entrance, now=now())
    staff = accounts.recognise(entrance, now=now())
    with transaction():
        token = accounts.sign_in(staff, entrance, now=now())
    begin(token, staff, remembered=entrance.remembered)
    return destination(form.next.data or "", staff)


def _wait(form: SignInForm, wait: timedelta) -> Response:
    sentence = gettext("Trop d’essais. Attendez %(wait)s, puis essayez encore.", wait=in_words(wait))
    form.form_errors.append(sentence)
    response = _page(form, 429)
    response.headers["Retry-After"] = str(int(wait.total_seconds()))
    return response


def in_words(wait: timedelta) -> str:
    seconds = int(wait.total_seconds())
    if seconds <= 60:
        return str(ngettext("%(num)d seconde", "%(num)d secondes", seconds))
    return str(ngettext("%(num)d minute", "%(num)d minutes", -(-seconds // 60)))


def _page(form: SignInForm, status: int) -> Response:
    return make_response(render_template("account/sessions/new.html", form=form), status)
