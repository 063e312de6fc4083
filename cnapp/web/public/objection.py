"""« C’est une erreur ? »: who was noted as absent says that they came, as long as the address answers."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.database import transaction
from cnapp.domain.appointments import Status
from cnapp.services.objections import object_to_absence, objected_at
from cnapp.web.application import now
from cnapp.web.public.receipt import appointment_at

bp = Blueprint("objection", __name__, url_prefix="/r/<token>/absence")


@bp.get("")
def new(token: str) -> str:
    appointment = appointment_at(token)
    shown = {"is_missed": appointment.status is Status.NOSHOW, "is_noted": objected_at(appointment) is not None}
    return render_template("public/objection/new.html", token=token, **shown)


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    appointment = appointment_at(token)
    with transaction(appointment.conseiller_id):
        object_to_absence(appointment, now=now())
    return redirect(url_for("public.objection.new", token=token), 303)
