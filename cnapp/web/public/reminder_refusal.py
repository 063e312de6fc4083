"""Reminders of one appointment: whoever receives them may refuse them, and have them again, by a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.services import reminders
from cnapp.services.journal import By
from cnapp.web.application import now
from cnapp.web.public.receipt import appointment_at

bp = Blueprint("reminder_refusal", __name__, url_prefix="/r/<token>/rappels")


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    """The receipt says it when there is nothing to be reminded of any more."""
    appointment = appointment_at(token)
    if not appointment.can_be_changed(now()):
        return redirect(url_for("public.receipt.show", token=token), 303)
    shown = {"appointment": appointment, "readers": _readers(appointment), "token": token}
    return render_template("public/reminder_refusal/show.html", **shown)


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    return _change(token, reminders.stop)


@bp.post("/reprendre")
def destroy(token: str) -> ResponseReturnValue:
    return _change(token, reminders.resume)


def _change(token: str, verb: Callable[..., None]) -> ResponseReturnValue:
    appointment = appointment_at(token)
    reader = _readers(appointment).get(request.form.get("reader", "")) or abort(422)
    with transaction(appointment.conseiller_id):
        verb(reader, appointment, by=By.citizen(), now=now())
    flash(gettext("C’est noté."))
    return redirect(url_for("public.reminder_refusal.show", token=token), 303)


def _readers(appointment: Appointment) -> Mapping[str, Citizen]:
    """By the name that the page gives them."""
    readers = reminders.readers_of(appointment)
    return {"person" if reader is appointment.person else "booker": reader for reader in readers}
