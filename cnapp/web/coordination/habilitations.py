"""What somebody may do in a person's place (Aidants Connect): one page for each stretch of days."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.database import transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.domain.people import Habilitation, HabilitationTwice, HabilitationUnknown, Staff
from cnapp.services import habilitations, people
from cnapp.services.habilitations import Terms
from cnapp.services.journal import last_number_of, refuse_if_changed
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now
from cnapp.web.coordination.fields import ChangeForm, NearDayField
from cnapp.web.coordination.people import somebody
from cnapp.web.coordination.setting_words import PERIMETERS
from cnapp.web.fields import Given
from cnapp.web.public.forms import ChoicesField, choices

bp = Blueprint("habilitations", __name__, url_prefix="/equipe/<public_id>/habilitations")


class HabilitationForm(ChangeForm):
    valid_from = NearDayField(
        lazy_gettext("Premier jour"), [Given(lazy_gettext("Écrivez le premier jour, par exemple 31/12/2026."))]
    )
    valid_until = NearDayField(
        lazy_gettext("Dernier jour"), [Given(lazy_gettext("Écrivez le dernier jour, par exemple 31/12/2027."))]
    )
    perimeters = ChoicesField(
        lazy_gettext("Domaines"), lazy_gettext("Choisissez dans la liste."), choices=choices(PERIMETERS)
    )

    def validate(self, extra_validators: Any = None) -> bool:
        is_good = bool(super().validate(extra_validators))
        first, last = self.valid_from.data, self.valid_until.data
        if first and last and last < first:
            self.valid_until.errors = [gettext("Le dernier jour vient après le premier.")]
            is_good = False
        if not self.perimeters.data:
            self.perimeters.errors = [gettext("Choisissez au moins un domaine.")]
            is_good = False
        return is_good

    @property
    def terms(self) -> Terms:
        return Terms(self.valid_from.data, self.valid_until.data, list(self.perimeters.data or ()))


@bp.get("/nouvelle")
def new(public_id: str) -> str:
    staff = somebody(public_id)
    return _page(staff, HabilitationForm(number=last_number_of(people.about(staff))), None)


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    staff, form = somebody(public_id), HabilitationForm()
    if not form.validate():
        return _page(staff, form, None), 422
    try:
        with transaction(staff.id):
            habilitations.add(staff, form.terms, by=by_me(), now=now())
    except HabilitationTwice as refusal:
        return _refuse(staff, form, None, refusal)
    return _done(public_id, gettext("L’habilitation est ajoutée."))


@bp.get("/<name>")
def edit(public_id: str, name: str) -> str:
    staff = somebody(public_id)
    own = _own(staff, name)
    number = last_number_of(people.about(staff))
    values = {field: getattr(own, field) for field in ("valid_from", "valid_until", "perimeters")}
    return _page(staff, HabilitationForm(data={**values, "number": number}), own)


@bp.post("/<name>")
def update(public_id: str, name: str) -> ResponseReturnValue:
    staff, form = somebody(public_id), HabilitationForm()
    own, thing = _own(staff, name), people.about(staff)
    if not form.validate():
        return _page(staff, form, own), 422
    try:
        with transaction(staff.id):
            refuse_if_changed(thing, form.seen)
            habilitations.change(staff, _own(staff, name), form.terms, by=by_me(), now=now())
    except ChangedMeanwhile as refusal:
        changes = form.catch_up(thing, refusal)
        return _page(staff, form, _own(staff, name), changes), 409
    except HabilitationTwice as refusal:
        return _refuse(staff, form, own, refusal)
    return _done(public_id, gettext("L’habilitation est changée."))


@bp.post("/<name>/retirer")
def destroy(public_id: str, name: str) -> ResponseReturnValue:
    staff = somebody(public_id)
    with transaction(staff.id):
        habilitations.remove(staff, _own(staff, name), by=by_me(), now=now())
    return _done(public_id, gettext("L’habilitation est retirée."))


def _own(staff: Staff, name: str) -> Habilitation:
    try:
        return habilitations.habilitation(staff, name)
    except HabilitationUnknown:
        abort(404)


def _page(staff: Staff, form: HabilitationForm, own: Habilitation | None, changes: list[str] | None = None) -> str:
    context = {"form": form, "staff": staff, "own": own, "changes": changes or []}
    return render_template("coordination/habilitations/edit.html", **context)


def _refuse(staff: Staff, form: HabilitationForm, own: Habilitation | None, refusal: Refusal) -> ResponseReturnValue:
    form.valid_from.errors = [gettext(refusal.sentence)]
    return _page(staff, form, own), 422


def _done(public_id: str, sentence: str) -> ResponseReturnValue:
    flash(sentence)
    return redirect(url_for("coordination.people.edit", public_id=public_id, _anchor="habilitations"), 303)
