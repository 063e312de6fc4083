"""For whom: oneself, a relative, or somebody helped at work."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

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


@bp.get("")
def edit() -> str:
    given = journey.answers_before("beneficiary")
    return render_template("public/beneficiary/edit.html", form=BeneficiaryForm(booked_by=given.text("booked_by")))


@bp.post("")
def update() -> ResponseReturnValue:
    journey.answers_before("beneficiary")
    form = BeneficiaryForm()
    if not form.validate():
        return render_template("public/beneficiary/edit.html", form=form), 422
    journey.keep(booked_by=form.booked_by.data)
    return journey.go_on()
