"""For whom: oneself, a relative, or somebody helped at work."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cnapp.domain.answers import Answers
from cnapp.web.forms import Form
from cnapp.web.public import journey
from cnapp.web.public.forms import ChoiceField, choices
from cnapp.web.public.wording import BENEFICIARIES

bp = Blueprint("beneficiary", __name__, url_prefix="/rendez-vous/pour-qui")


class BeneficiaryForm(Form):
    booked_by = ChoiceField(
        lazy_gettext("Pour qui est ce rendez-vous ?"),
        lazy_gettext("Dites pour qui est ce rendez-vous."),
        choices=choices(BENEFICIARIES),
    )


class ParticipantForm(Form):
    """The same of a workshop."""

    booked_by = ChoiceField(
        lazy_gettext("Pour qui est cette inscription ?"),
        lazy_gettext("Dites pour qui est cette inscription."),
        choices=choices(BENEFICIARIES),
    )


@bp.get("")
def edit() -> str:
    given = journey.answers_before("beneficiary")
    return _page(_form(given)(booked_by=given.text("booked_by")), given)


@bp.post("")
def update() -> ResponseReturnValue:
    given = journey.answers_before("beneficiary")
    form = _form(given)()
    if not form.validate():
        return _page(form, given), 422
    journey.keep(booked_by=form.booked_by.data)
    return journey.go_on()


def _form(given: Answers) -> type[BeneficiaryForm] | type[ParticipantForm]:
    return ParticipantForm if given.is_registration else BeneficiaryForm


def _page(form: BeneficiaryForm | ParticipantForm, given: Answers) -> str:
    back = journey.address_before("beneficiary", given)
    return render_template("public/beneficiary/edit.html", form=form, back=back)
