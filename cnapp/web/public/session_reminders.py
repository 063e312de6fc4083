"""Reminders of one workshop: whoever receives them may refuse them, and have them again, by a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from cnapp.base.database import transaction
from cnapp.domain.citizens import Citizen
from cnapp.domain.registrations import Registration, RegistrationUnknown
from cnapp.services import reminders
from cnapp.services.journal import By
from cnapp.services.registrations import by_link
from cnapp.services.seats import hold_still
from cnapp.web.application import now, settings
from cnapp.wording.addresses import registration_address

bp = Blueprint("session_reminders", __name__, url_prefix="/i/<token>/rappels")


@bp.get("")
def show(token: str) -> ResponseReturnValue:
    """Their page says it when there is nothing to be reminded of any more."""
    registration, page = _registration(token), registration_address(_registration(token), settings())
    if registration.is_over(now()) or not registration.is_active:
        return redirect(page, 303)
    shown = {"registration": registration, "readers": _readers(registration), "token": token, "page": page}
    return render_template("public/session_reminders/show.html", resource="public.session_reminders", **shown)


@bp.post("")
def create(token: str) -> ResponseReturnValue:
    return _change(token, reminders.stop)


@bp.post("/reprendre")
def destroy(token: str) -> ResponseReturnValue:
    return _change(token, reminders.resume)


def _change(token: str, verb: Callable[..., None]) -> ResponseReturnValue:
    registration = _registration(token)
    reader = _readers(registration).get(request.form.get("reader", "")) or abort(422)
    with transaction():
        hold_still(registration.workshop_id)
        verb(reader, registration, by=By.citizen(), now=now())
    flash(gettext("C’est noté."))
    return redirect(url_for("public.session_reminders.show", token=token), 303)


def _registration(token: str) -> Registration:
    try:
        return by_link(token, now=now())
    except RegistrationUnknown:
        abort(404)


def _readers(registration: Registration) -> Mapping[str, Citizen]:
    """By the name that the page gives them."""
    readers = reminders.readers_of(registration)
    return {"person" if reader is registration.person else "booker": reader for reader in readers}
