"""Who comes; and, when somebody else books, who that is."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from wtforms.validators import InputRequired

from cnapp.domain.answers import Answers
from cnapp.domain.appointments import Booker
from cnapp.web.forms import NAME_MISSING, AtMost, Form, LineField, Required, is_name
from cnapp.web.public import journey
from cnapp.web.public.forms import TickField

bp = Blueprint("name", __name__, url_prefix="/rendez-vous/nom")


class NameForm(Form):
    name = LineField(lazy_gettext("Prénom et nom"), validators=[Required(NAME_MISSING), is_name])


class RelativeForm(NameForm):
    booker_name = LineField(lazy_gettext("Votre prénom et votre nom"), validators=[Required(NAME_MISSING), is_name])
    agreed = TickField(
        lazy_gettext("La personne le sait. Elle est d’accord."),
        validators=[InputRequired(lazy_gettext("Cochez la case : la personne doit être d’accord."))],
    )


class ProfessionalForm(RelativeForm):
    structure = LineField(
        lazy_gettext("Votre structure"),
        validators=[Required(lazy_gettext("Écrivez le nom de votre structure.")), AtMost(120)],
    )


FORMS = {Booker.SELF: NameForm, Booker.RELATIVE: RelativeForm, Booker.PROFESSIONAL: ProfessionalForm}


@bp.get("")
def edit() -> str:
    given = journey.answers_before("name")
    return _page(FORMS[given.booked_by](data=dict(given.given)), given)


@bp.post("")
def update() -> ResponseReturnValue:
    given = journey.answers_before("name")
    form = FORMS[given.booked_by]()
    if not form.validate():
        return _page(form, given), 422
    journey.keep(**_typed(form))
    return journey.go_on()


def _typed(form: NameForm) -> dict[str, Any]:
    return {field.name: field.data for field in form if field.name != "csrf_token"}


def _page(form: NameForm, given: Answers) -> str:
    return render_template("public/name/edit.html", form=form, given=given)
