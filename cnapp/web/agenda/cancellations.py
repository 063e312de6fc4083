"""Cancelling for the person, or because they cannot be received: one page that asks, one press that does."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment
from cnapp.services import appointments
from cnapp.services.journal import By
from cnapp.services.notices import is_team_asked, texted_to, written_to
from cnapp.web.account.signed_in import me
from cnapp.web.agenda.addresses import back_to, my_appointment, opened_appointment
from cnapp.web.application import now, settings
from cnapp.web.forms import Form, Required
from cnapp.web.public.forms import TickField

bp = Blueprint("cancellations", __name__)

VERBS = {"excused": appointments.cancel, "revoked": appointments.revoke}


class CancellationForm(Form):
    known = TickField(lazy_gettext("La personne le sait déjà : ne pas l’appeler"))
    why = RadioField(
        lazy_gettext("Pourquoi ?"),
        [Required(lazy_gettext("Choisissez une des deux réponses."))],
        choices=[
            SelectChoice("excused", lazy_gettext("La personne ne peut pas venir")),
            SelectChoice("revoked", lazy_gettext("Nous ne pouvons pas la recevoir")),
        ],
        validate_choice=False,
    )

    def validate_why(self, field: RadioField) -> None:
        if field.data not in VERBS:
            field.errors = [gettext("Choisissez une des deux réponses.")]


@bp.get("/rendez-vous/<public_id>/annuler")
def new(public_id: str) -> str:
    return _page(opened_appointment(public_id), CancellationForm())


@bp.post("/rendez-vous/<public_id>/annuler")
def create(public_id: str) -> ResponseReturnValue:
    form = CancellationForm()
    if not form.validate():
        return _page(opened_appointment(public_id), form), 422
    with transaction(me().id):
        appointment = my_appointment(public_id)
        by = replace(By.staff(me()), is_known=bool(form.known.data))
        VERBS[form.why.data](appointment, by=by, reason=None, now=now())
    flash(gettext("Le rendez-vous est annulé. L’heure est libre."))
    return back_to(appointment)


def _page(appointment: Appointment, form: CancellationForm) -> str:
    shown = {"appointment": appointment, "form": form}
    shown["written_to"], shown["texted_to"] = written_to(appointment, settings()), texted_to(appointment, settings())
    shown["is_team_asked"] = is_team_asked(appointment)
    return render_template("agenda/cancellations/new.html", **shown, now=now())
