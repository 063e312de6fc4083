"""« Où êtes-vous ? Qui est à l’accueil ? »: the place that this browser works at, and a first name for the journal."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import SelectField, ValidationError
from wtforms.fields.choices import SelectChoice

from cnapp.base.database import transaction
from cnapp.base.workdays import day_of
from cnapp.domain.accounts import SignIn
from cnapp.domain.places import Place
from cnapp.services import desks
from cnapp.web.account.signed_in import my_sign_in
from cnapp.web.application import now
from cnapp.web.desk.here import day_address, my_places
from cnapp.web.forms import AtMost, Form, LineField

bp = Blueprint("places", __name__)

HAND_LENGTH = 40
RADIOS_AT_MOST = 6


class WorkForm(Form):
    place = SelectField(lazy_gettext("Où êtes-vous ?"), validate_choice=False)
    hand = LineField(lazy_gettext("Votre prénom"), [AtMost(HAND_LENGTH)])

    places: Sequence[Place] = ()

    @classmethod
    def among(cls, places: Sequence[Place], sign_in: SignIn) -> WorkForm:
        """What was sent, or what this browser said before."""
        form = cls(data={"place": sign_in.at_place and sign_in.at_place.slug, "hand": sign_in.hand})
        form.places = places
        choose = [SelectChoice("", gettext("Choisissez"))] if form.is_long else []
        form.place.choices = [*choose, *(SelectChoice(each.slug, each.name) for each in places)]
        return form

    @property
    def is_long(self) -> bool:
        """Too long for radios."""
        return len(self.places) > RADIOS_AT_MOST

    @property
    def only(self) -> Place | None:
        return self.places[0] if len(self.places) == 1 else None

    @property
    def chosen(self) -> Place | None:
        return next((each for each in self.places if each.slug == self.place.data), None)

    def validate_place(self, _field: SelectField) -> None:
        if self.chosen is None:
            raise ValidationError(gettext("Choisissez le lieu où vous êtes."))


@bp.get("/poste")
def edit() -> str:
    return _page(WorkForm.among(my_places(), my_sign_in()))


@bp.post("/poste")
def update() -> ResponseReturnValue:
    form = WorkForm.among(my_places(), my_sign_in())
    if not form.validate() or form.chosen is None:
        return _page(form), 422
    chosen, hand = form.chosen, form.hand.data
    with transaction():
        desks.work_at(my_sign_in(), chosen, hand=hand, now=now())
    return redirect(day_address(day_of(now())), 303)


def _page(form: WorkForm) -> str:
    return render_template("desk/places/edit.html", form=form)
