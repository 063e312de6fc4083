"""Changing one's password: the present one is asked, every other browser is signed out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.accounts import WrongPassword
from cnapp.domain.people import Role
from cnapp.services import accounts
from cnapp.services.accounts import PasswordTooShort, PasswordUnchanged, SignInWaits
from cnapp.web.account import profile
from cnapp.web.account.guard import only
from cnapp.web.account.profile import PasswordForm
from cnapp.web.account.proof import prove
from cnapp.web.account.sessions import in_words
from cnapp.web.account.signed_in import begin, me
from cnapp.web.application import now

bp = Blueprint("passwords", __name__)
only(bp, *Role)


@bp.post("/compte/mot-de-passe")
def update() -> ResponseReturnValue:
    form = PasswordForm()
    if not form.validate():
        return profile.page(form), 422
    try:
        _change(form)
    except SignInWaits as refusal:
        wait = in_words(refusal.wait)
        form.present.errors = [gettext("Trop d’essais. Attendez %(wait)s, puis essayez encore.", wait=wait)]
        return profile.page(form), 429
    except WrongPassword:
        form.present.errors = [gettext("Ce n’est pas votre mot de passe actuel.")]
        return profile.page(form), 422
    except (PasswordTooShort, PasswordUnchanged) as refusal:
        return _refuse(form, refusal)
    flash(gettext("Le mot de passe est changé. Les autres appareils sont déconnectés."))
    return redirect(url_for("account.profile.show"), 303)


def _change(form: PasswordForm) -> None:
    staff, remembered = me(), session.permanent
    entrance = prove(form.present.data or "", remembered=remembered)
    with transaction(staff.id):
        token = accounts.change_password(staff, entrance, form.new.data or "", now=now())
    begin(token, staff, remembered=remembered)


def _refuse(form: PasswordForm, refusal: Refusal) -> ResponseReturnValue:
    form.new.errors = [gettext(refusal.sentence)]
    return profile.page(form), 422
