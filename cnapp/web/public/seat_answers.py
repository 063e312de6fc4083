"""The answer to a seat that is offered: taken, or not wanted; and waiting again, for whoever answered too late."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms import HiddenField

from cnapp.base.database import transaction
from cnapp.domain.registrations import NoSeatToHave, RegisteredAlready, Registration, RegistrationOver
from cnapp.services.journal import By
from cnapp.services.seats import hold_still
from cnapp.services.waiting_list import accept, decline, sweep, wait_again
from cnapp.web.application import now, settings
from cnapp.web.forms import Form
from cnapp.web.public.registration import over, registration_at
from cnapp.web.public.registration_check import not_online

bp = Blueprint("seat_answers", __name__, url_prefix="/i/<token>/reponse")


class AnswerForm(Form):
    answer = HiddenField()


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    """Sent twice, it shows the same end."""
    registration = registration_at(token)
    answers = {"prendre": _take, "non": _decline, "attendre": _wait_again}
    verb = answers.get(AnswerForm().answer.data or "")
    try:
        is_done = verb(registration) if verb else True
    except (NoSeatToHave, RegistrationOver):
        is_done = False
    except RegisteredAlready:
        return not_online()
    if not is_done:
        return over(registration_at(token), token), 409
    return redirect(url_for("public.registration.show", token=token), 303)


def _take(registration: Registration) -> bool:
    """False when the time to answer is over: the seat then goes on."""
    with transaction():
        is_theirs = accept(registration, by=By.citizen(), settings=settings(), now=now())
    if is_theirs:
        flash(gettext("C’est fait : la place est à vous."))
    return is_theirs


def _decline(registration: Registration) -> bool:
    with transaction():
        decline(registration, by=By.citizen(), settings=settings(), now=now())
    return True


def _wait_again(registration: Registration) -> bool:
    """What time has ended is ended first."""
    with transaction():
        sweep(hold_still(registration.workshop_id), settings=settings(), now=now())
        wait_again(registration, by=By.citizen(), settings=settings(), now=now())
    return True
