"""Cancelling one's appointment: asked first, then the time is free at once."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment
from cnapp.services.appointments import cancel
from cnapp.services.journal import By
from cnapp.web.application import now
from cnapp.web.forms import Form
from cnapp.web.public.forms import ChoiceField, choices
from cnapp.web.public.receipt import appointment_at, state_of

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
    seen = HiddenField()
    """The version of the appointment that the page shows: what is cancelled is what was read."""


@bp.get("")
def new(token: str) -> ResponseReturnValue:
    """« ?v=3 » comes from a letter: when the appointment has changed since, the page says so before it asks."""
    appointment = appointment_at(token)
    if not appointment.can_be_changed(now()):
        return render_template("public/cancellation/over.html", state=state_of(appointment))
    told = request.args.get("v", "")
    has_changed = told.isascii() and told.isdigit() and told != str(appointment.version)
    return _page(CancellationForm(), appointment, token=token, has_changed=has_changed)


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    """Sent again, it shows the same end. Raises NotUpcoming."""
    appointment, form = appointment_at(token), CancellationForm()
    if not form.validate():
        return _page(form, appointment, token=token), 422
    with transaction(appointment.conseiller_id):
        has_changed = appointment.can_be_changed(now()) and form.seen.data != str(appointment.version)
        if not has_changed:
            cancel(appointment, by=By.citizen(), reason=form.reason.data or None, now=now())
    if has_changed:
        return _page(form, appointment, token=token, has_changed=True), 409
    return redirect(url_for("public.receipt.show", token=token), 303)


def _page(form: CancellationForm, appointment: Appointment, *, token: str, has_changed: bool = False) -> str:
    form.seen.data = str(appointment.version)
    shown = {"appointment": appointment, "has_changed": has_changed, "token": token}
    return render_template("public/cancellation/new.html", form=form, **shown)
