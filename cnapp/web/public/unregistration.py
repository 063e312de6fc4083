"""« Je ne viens pas », or « je n’attends plus »: asked first, then the seat is for somebody else at once."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.database import transaction
from cnapp.services.journal import By
from cnapp.services.registrations import cancel
from cnapp.web.application import now, settings
from cnapp.web.forms import Form
from cnapp.web.public import workshop_words
from cnapp.web.public.registration import registration_at

bp = Blueprint("unregistration", __name__, url_prefix="/i/<token>/annuler")


@bp.get("")
def new(token: str) -> ResponseReturnValue:
    registration = registration_at(token)
    if not registration.can_be_changed(now()):
        return _back(token)
    values = {"registration": registration, "workshop": registration.workshop, "words": workshop_words}
    return render_template("public/unregistration/new.html", form=Form(), token=token, **values)


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    """Sent again, it shows the same end. Raises RegistrationOver."""
    registration = registration_at(token)
    with transaction():
        cancel(registration, by=By.citizen(), settings=settings(), now=now())
    return _back(token)


def _back(token: str) -> ResponseReturnValue:
    return redirect(url_for("public.registration.show", token=token), 303)
