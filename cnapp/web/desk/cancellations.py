"""Cancelling for the person, or because they cannot be received: one page that asks, one press that does."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.journal import ChangedMeanwhile
from cnapp.services.desk_appointments import Ending, end
from cnapp.services.notices import is_team_asked, texted_to, written_to
from cnapp.web.application import now, settings
from cnapp.web.desk.changing import ChangingForm, told
from cnapp.web.desk.grants import desk_appointment
from cnapp.web.public.forms import ChoiceField, choices

bp = Blueprint("cancellations", __name__, url_prefix="/rendez-vous/<public_id>/annuler")

ENDINGS = {
    "person-not-free": Ending(Status.EXCUSED, "not_possible"),
    "person-helped": Ending(Status.EXCUSED, "not_needed"),
    "person": Ending(Status.EXCUSED, None),
    "conseiller-away": Ending(Status.REVOKED, "conseiller_away"),
    "place-closed": Ending(Status.REVOKED, "place_closed"),
    "service": Ending(Status.REVOKED, None),
}
WHY = {
    "person-not-free": lazy_gettext("La personne n’est pas libre"),
    "person-helped": lazy_gettext("La personne n’a plus besoin d’aide"),
    "person": lazy_gettext("La personne ne vient pas, sans dire pourquoi"),
    "conseiller-away": lazy_gettext("Nous ne pouvons pas la recevoir : le conseiller n’est pas là"),
    "place-closed": lazy_gettext("Nous ne pouvons pas la recevoir : le lieu est fermé"),
    "service": lazy_gettext("Nous ne pouvons pas la recevoir, pour une autre raison"),
}


class CancellationForm(ChangingForm):
    why = ChoiceField(
        lazy_gettext("Pourquoi ?"), lazy_gettext("Choisissez une réponse de la liste."), choices=choices(WHY)
    )


@bp.get("")
def new(public_id: str) -> str:
    return _page(desk_appointment(public_id), CancellationForm())


@bp.post("")
def create(public_id: str) -> ResponseReturnValue:
    """Raises NotUpcoming."""
    form, appointment = CancellationForm(), desk_appointment(public_id)
    if not form.validate():
        return _page(appointment, form), 422
    try:
        with transaction(appointment.conseiller_id):
            end(appointment, ENDINGS[form.why.data], press=form.press, now=now())
    except ChangedMeanwhile as refusal:
        changes = told(refusal)
        return _page(desk_appointment(public_id), form, changes), 409
    flash(gettext("Le rendez-vous est annulé. L’heure est libre."))
    return redirect(url_for("desk.appointments.show", public_id=public_id), 303)


def reason_words(appointment: Appointment) -> str:
    """Why it was cancelled, where a code says it."""
    given = Ending(appointment.status, appointment.reason)
    known = (str(WHY[why]) for why, ending in ENDINGS.items() if ending == given and ending.reason)
    return next(known, "")


def _page(appointment: Appointment, form: CancellationForm, changes: Sequence[str] = ()) -> str:
    """The number that was sent stays while the form is corrected; once the changes are told, it is read again."""
    if changes or not form.number.data:
        form.read_again(appointment)
    shown = {"appointment": appointment, "form": form, "changes": changes}
    shown["written_to"], shown["texted_to"] = written_to(appointment, settings()), texted_to(appointment, settings())
    shown["is_team_asked"] = is_team_asked(appointment)
    return render_template("desk/cancellations/new.html", **shown, now=now())
