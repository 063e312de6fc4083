"""Cancelling one's appointment: asked first, then the time is free at once."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment
from cnapp.services.appointments import cancel
from cnapp.services.journal import By
from cnapp.web.application import now
from cnapp.web.forms import Form
from cnapp.web.public.forms import ChoiceField, choices
from cnapp.web.public.receipt import appointment_at

bp = Blueprint("cancellation", __name__, url_prefix="/r/<token>/annuler")

REASONS = {
    "not_possible": lazy_gettext("Je ne suis pas libre"),
    "not_needed": lazy_gettext("Je n’ai plus besoin d’aide"),
    "": lazy_gettext("Je préfère ne pas le dire"),
}


class CancellationForm(Form):
    reason = ChoiceField(
        lazy_gettext("Pourquoi ?"),
        lazy_gettext("Choisissez une réponse de la liste."),
        choices=choices(REASONS),
        default="",
    )


@bp.get("")
def new(token: str) -> ResponseReturnValue:
    appointment = appointment_at(token)
    if not appointment.can_be_changed(now()):
        return _back(token)
    return _page(token, CancellationForm(), appointment)


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    """Sent again, it shows the same end. Raises NotUpcoming."""
    appointment, form = appointment_at(token), CancellationForm()
    if not form.validate():
        return _page(token, form, appointment), 422
    with transaction(appointment.conseiller_id):
        cancel(appointment, by=By.citizen(), reason=form.reason.data or None, now=now())
    return _back(token)


def _back(token: str) -> ResponseReturnValue:
    return redirect(url_for("public.receipt.show", token=token), 303)


def _page(token: str, form: CancellationForm, appointment: Appointment) -> str:
    return render_template("public/cancellation/new.html", form=form, appointment=appointment, token=token)
