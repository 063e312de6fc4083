"""Whoever comes to a workshop brings a computer, or borrows one of those that come with it."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.domain.answers import BORROWED, OWN, Answers
from cnapp.domain.workshops import NothingToLend, Workshop
from cnapp.services import workshops
from cnapp.web.forms import Form
from cnapp.web.public import journey
from cnapp.web.public.forms import ChoiceField, choices

bp = Blueprint("device", __name__, url_prefix="/inscription/ordinateur")
DEVICES = {
    OWN: lazy_gettext("J’apporte mon ordinateur"),
    BORROWED: lazy_gettext("J’emprunte un ordinateur"),
}


class DeviceForm(Form):
    device = ChoiceField(
        lazy_gettext("Avec quel ordinateur venez-vous ?"), lazy_gettext("Dites si vous apportez un ordinateur.")
    )

    def offer(self, given: Answers, workshop: Workshop) -> None:
        """Whoever waits may hope for one; else only what is there is lent."""
        can_borrow = workshop.lendable > 0 if given.waits else workshop.can_lend
        self.device.choices = choices(DEVICES if can_borrow else {OWN: DEVICES[OWN]})


@bp.get("")
def edit() -> str:
    given = journey.answers_before("device")
    return _page(_form(given, device=given.text("device")), given)


@bp.post("")
def update() -> ResponseReturnValue:
    given = journey.answers_before("device")
    form = _form(given)
    if not form.validate():
        return _page(form, given), 422
    journey.keep(device=form.device.data)
    return journey.go_on()


def none_left(given: Answers) -> ResponseReturnValue:
    """The last one was lent meanwhile: the question again, with the reason."""
    form = _form(given, formdata=None)
    form.device.errors = [gettext(NothingToLend.sentence)]
    return _page(form, given), 409


def _form(given: Answers, **values: object) -> DeviceForm:
    form = DeviceForm(**values)
    form.offer(given, workshops.find(given.text("workshop")))
    return form


def _page(form: DeviceForm, given: Answers) -> str:
    back = journey.address_before("device", given)
    return render_template("public/device/edit.html", form=form, back=back, action=url_for("public.device.update"))
