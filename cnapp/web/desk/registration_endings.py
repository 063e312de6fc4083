"""« Ne vient plus »: a registration ends for the person or by the service; one page that asks, one press that does."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.database import db, transaction
from cnapp.domain.journal import ChangedMeanwhile, Subject
from cnapp.domain.registrations import Registration, Standing
from cnapp.services import desk_workshops
from cnapp.services.desk_appointments import Press
from cnapp.services.journal import last_number_of
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now, settings
from cnapp.web.coordination.fields import ChangeForm
from cnapp.web.desk.grants import desk_registration
from cnapp.web.public.forms import ChoiceField, choices

bp = Blueprint("registration_endings", __name__, url_prefix="/inscriptions/<public_id>/annuler")

PERSON, SERVICE = "person", "service"
WHY = {
    PERSON: lazy_gettext("La personne ne vient plus"),
    SERVICE: lazy_gettext("Nous ne pouvons pas la recevoir"),
}


class EndingForm(ChangeForm):
    why = ChoiceField(
        lazy_gettext("Pourquoi ?"), lazy_gettext("Choisissez une réponse de la liste."), choices=choices(WHY)
    )


@bp.get("")
def new(public_id: str) -> str:
    return _page(desk_registration(public_id), EndingForm(why=PERSON))


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    """Raises RegistrationOver."""
    registration, form = desk_registration(public_id), EndingForm()
    if not form.validate():
        return _page(registration, form), 422
    try:
        with transaction():
            press = Press(by_me(), form.seen)
            is_ours = form.why.data == SERVICE
            desk_workshops.end(registration, press, is_ours=is_ours, settings=settings(), now=now())
    except ChangedMeanwhile as refusal:
        changes = form.catch_up(_thing(registration), refusal)
        db.session.rollback()
        return _page(desk_registration(public_id), form, changes), 409
    flash(gettext("L’inscription est annulée."))
    return redirect(url_for("desk.registrations.show", public_id=public_id), 303)


def _page(registration: Registration, form: EndingForm, changes: Sequence[str] = ()) -> str:
    if not form.number.data:
        form.number.data = str(last_number_of(_thing(registration)))
    waits = registration.status is Standing.WAITING
    can_change = registration.can_be_changed(now())
    shown = {"registration": registration, "waits": waits, "can_change": can_change, "changes": changes}
    return render_template("desk/registration_endings/new.html", form=form, **shown)


def _thing(registration: Registration) -> tuple[Subject, int]:
    return Subject.REGISTRATION, registration.id
