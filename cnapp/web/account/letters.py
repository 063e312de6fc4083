"""Whether one is written to when one's next 24 hours change."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField

from cnapp.base.database import transaction
from cnapp.domain.people import Role
from cnapp.services import accounts
from cnapp.web.account.guard import only
from cnapp.web.account.signed_in import me
from cnapp.web.forms import Form

bp = Blueprint("letters", __name__)
only(bp, *Role)


class LettersForm(Form):
    schedule_letters = BooleanField(
        lazy_gettext("M’écrire quand un rendez-vous des prochaines 24 heures est pris, changé ou annulé")
    )


@bp.post("/compte/lettres")
def update() -> ResponseReturnValue:
    staff, wants = me(), bool(LettersForm().schedule_letters.data)
    with transaction():
        accounts.set_schedule_letters(staff, wants)
    flash(gettext("Vous recevez ces e-mails.") if wants else gettext("Vous ne recevez plus ces e-mails."))
    return redirect(url_for("account.profile.show"), 303)
