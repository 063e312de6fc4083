"""One's own account: who one is here, where one is signed in, the password."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask_babel import lazy_gettext
from wtforms import PasswordField

from cnapp.domain.people import Role
from cnapp.services import accounts
from cnapp.web.account.guard import only
from cnapp.web.account.letters import LettersForm
from cnapp.web.account.signed_in import me
from cnapp.web.application import now, settings
from cnapp.web.forms import AtMost, Form, Required
from cnapp.web.wording import language_name

bp = Blueprint("profile", __name__)
only(bp, *Role)

ROLES = {
    Role.CONSEILLER: lazy_gettext("Conseiller numérique"),
    Role.COORDINATOR: lazy_gettext("Coordination"),
    Role.DESK: lazy_gettext("Accueil"),
}


class PasswordForm(Form):
    present = PasswordField(
        lazy_gettext("Mot de passe actuel"), [Required(lazy_gettext("Écrivez votre mot de passe actuel.")), AtMost(200)]
    )
    new = PasswordField(
        lazy_gettext("Nouveau mot de passe"), [Required(lazy_gettext("Écrivez un nouveau mot de passe.")), AtMost(200)]
    )


@bp.get("/compte")
def show() -> str:
    return page(PasswordForm())


def page(form: PasswordForm) -> str:
    staff = me()
    return render_template(
        "account/profile/show.html",
        form=form,
        staff=staff,
        role=ROLES[staff.role],
        places=accounts.places_of(staff, now=now()),
        languages=[language_name(each.code) for each in staff.languages],
        letters=LettersForm(formdata=None, schedule_letters=staff.schedule_letters),
        gets_letters=settings().sends_mail and (staff.receives or staff.role is Role.DESK),
        browsers=accounts.browsers_of(staff, now=now()),
    )
