"""The page of a one-time link: whoever holds it chooses their password, once, within 48 hours."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import PasswordField

from cnapp.base.database import transaction
from cnapp.domain.accounts import LinkOver, LinkUnknown, PasswordLink, TooManyTries
from cnapp.services import password_links
from cnapp.services.accounts import PasswordTooShort
from cnapp.web import errors
from cnapp.web.application import now
from cnapp.web.forms import AtMost, Form, Required

bp = Blueprint("links", __name__, url_prefix="/connexion/nouveau-mot-de-passe/<token>")


class ChosenForm(Form):
    new = PasswordField(
        lazy_gettext("Votre nouveau mot de passe"), [Required(lazy_gettext("Écrivez un mot de passe.")), AtMost(200)]
    )


@bp.get("")
def edit(token: str) -> str:
    return _page(ChosenForm(), _link(token))


@bp.post("")
def update(token: str) -> ResponseReturnValue:
    link, form = _link(token), ChosenForm()
    if not form.validate():
        return _page(form, link), 422
    address = request.remote_addr or ""
    try:
        with transaction(link.staff_id):
            password_links.choose(token, form.new.data or "", now=now())
            password_links.forget_wrong_tries(link.staff, address, now=now())
    except PasswordTooShort as refusal:
        form.new.errors = [gettext(refusal.sentence)]
        return _page(form, link), 422
    session.clear()
    flash(gettext("Votre mot de passe est choisi. Connectez-vous avec lui."))
    return redirect(url_for("account.sessions.new"), 303)


@bp.errorhandler(LinkOver)
def over(refusal: LinkOver) -> ResponseReturnValue:
    """The same words whether it was never given, has served, or is too old."""
    status = 404 if isinstance(refusal, LinkUnknown) else 410
    return errors.page(status, gettext("Ce lien ne marche plus"), gettext(refusal.sentence))


@bp.errorhandler(TooManyTries)
def wait(refusal: TooManyTries) -> ResponseReturnValue:
    return errors.page(429, gettext("Trop d’essais"), gettext(refusal.sentence))


def _link(token: str) -> PasswordLink:
    """Raises LinkOver, LinkUnknown, TooManyTries. What nobody was given is counted."""
    address = request.remote_addr or ""
    password_links.refuse_guessing(address, now=now())
    try:
        return password_links.link_at(token, now=now())
    except LinkUnknown:
        with transaction():
            password_links.note_guess(address, now=now())
        raise


def _page(form: ChosenForm, link: PasswordLink) -> str:
    return render_template("account/links/edit.html", form=form, staff=link.staff)
