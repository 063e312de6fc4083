"""Who opened whose booking, for whoever has to answer a citizen or the data protection officer."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import Field, ValidationError
from wtforms.fields.choices import SelectChoice

from cnapp.base.tokens import read_code
from cnapp.domain.appointments import AppointmentUnknown
from cnapp.domain.consultations import Consultation, Wanted, Way
from cnapp.domain.people import Staff
from cnapp.services import consultations
from cnapp.services.paging import Listing
from cnapp.web.coordination.fields import NearDayField
from cnapp.web.forms import AtMost, Form, LineField
from cnapp.web.paging import page_asked
from cnapp.web.public.forms import ListField

bp = Blueprint("consultations", __name__, url_prefix="/consultations")

WAYS = {
    Way.CODE: lazy_gettext("depuis un autre lieu, avec le code et un nom"),
    Way.PLACE: lazy_gettext("à l’accueil du lieu"),
    Way.PHONE_LINE: lazy_gettext("à la ligne de téléphone"),
    Way.OWN: lazy_gettext("par le conseiller qui reçoit"),
}


class WantedForm(Form):
    """Sent by an address: nothing is written, so no secret is asked for."""

    person = ListField(
        lazy_gettext("Qui a ouvert"), lazy_gettext("Choisissez quelqu’un de la liste."), name="personne", default=""
    )
    day = NearDayField(lazy_gettext("Jour"), name="jour")
    code = LineField(lazy_gettext("Code du rendez-vous ou de l’inscription"), [AtMost(40)], name="code")

    def offer(self, team: Sequence[Staff]) -> None:
        self.by_name = {each.public_id: each.id for each in team}
        anybody = SelectChoice("", gettext("Toute l’équipe"))
        self.person.choices = [anybody, *(SelectChoice(each.public_id, each.name) for each in team)]

    def validate_code(self, field: Field) -> None:
        if field.data and read_code(field.data) is None:
            raise ValidationError(gettext("Ce code n’est pas complet. Il a 8 lettres ou chiffres."))

    @property
    def wanted(self) -> Wanted:
        """Raises AppointmentUnknown."""
        code = read_code(self.code.data)
        booking = consultations.booking_with(code) if code else None
        return Wanted(self.by_name.get(self.person.data), booking, self.day.data)

    @property
    def asked(self) -> dict[str, str]:
        """What was filled in, as it stands in the address."""
        return {field.name: request.args[field.name] for field in self if request.args.get(field.name)}


@bp.get("")
def index() -> ResponseReturnValue:
    form = WantedForm(request.args, meta={"csrf": False})
    form.offer(consultations.everybody())
    if not form.validate():
        return _page(form), 422
    try:
        wanted = form.wanted
    except AppointmentUnknown:
        form.code.errors = [gettext("Rien n’a été réservé avec ce code. Vérifiez-le, ou c’est déjà effacé.")]
        return _page(form), 422
    listing = consultations.listing(wanted, page=page_asked())
    if not listing.lines and listing.page > 1:
        abort(404)
    return _page(form, listing)


def _page(form: WantedForm, listing: Listing[Consultation] | None = None) -> str:
    return render_template("coordination/consultations/index.html", form=form, listing=listing, ways=WAYS)
