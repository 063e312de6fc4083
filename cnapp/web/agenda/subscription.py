"""« Mon calendrier »: the secret address that shows somebody's agenda on their telephone or computer."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user
from werkzeug import Response
from wtforms import HiddenField, RadioField
from wtforms.fields.choices import SelectChoice

from cnapp.base.database import transaction
from cnapp.base.tokens import new_public_id, signed_token
from cnapp.domain.accounts import Names
from cnapp.domain.people import Staff
from cnapp.services.feeds import current_feed, replace_address_by, revoke_addresses
from cnapp.web.application import now, settings
from cnapp.web.feeds.addresses import feed_address
from cnapp.web.forms import Form, Required

bp = Blueprint("subscription", __name__)

NAMES = {
    Names.NONE: lazy_gettext("Aucun nom"),
    Names.INITIALS: lazy_gettext("Les initiales"),
    Names.FULL: lazy_gettext("Le nom complet"),
}

OPEN_AGAIN = lazy_gettext("Cette page n’est pas complète. Ouvrez-la de nouveau, puis recommencez.")


class AddressForm(Form):
    """`key` belongs to this one form: sent again by a reload, it makes no second address."""

    names = RadioField(
        lazy_gettext("Comment montrer les personnes dans votre calendrier ?"),
        choices=[SelectChoice(names, label) for names, label in NAMES.items()],
        default=Names.NONE,
        validate_choice=True,
    )
    key = HiddenField(default=new_public_id, validators=[Required(OPEN_AGAIN)])


@bp.get("")
def show() -> str:
    return _page(_staff(), AddressForm())


@bp.post("")
def create() -> ResponseReturnValue:
    """The answer itself shows the address, and nothing else ever does: only its hash is kept."""
    staff, form = _staff(), AddressForm()
    if not form.validate_on_submit():
        return _page(staff, form), 422
    token = signed_token(settings().link_key, f"feed:{staff.public_id}:{form.key.data}")
    with transaction(staff.id):
        replace_address_by(token, staff, names=Names(form.names.data), now=now())
    return _page(staff, AddressForm(formdata=None), address=feed_address(staff, token))


@bp.post("/arret")
def destroy() -> Response:
    staff = _staff()
    with transaction(staff.id):
        revoke_addresses(staff, now=now())
    flash(gettext("L’adresse ne répond plus. Vous pouvez enlever ce calendrier de vos appareils."))
    return redirect(url_for("agenda.subscription.show"), 303)


def _staff() -> Staff:
    staff: Staff = current_user.staff
    return staff


def _page(staff: Staff, form: AddressForm, address: str = "") -> str:
    feed = current_feed(staff)
    shown = {"feed": feed, "names": NAMES[feed.names] if feed else "", "address": address}
    webcal = f"webcal://{address.partition('://')[2]}"
    return render_template("agenda/subscription/show.html", form=form, webcal=webcal, **shown)
