"""One press that notes something of an appointment: held still, and as the page that was pressed showed it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import abort, request

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment, Status
from cnapp.services import visits
from cnapp.web.account.signed_in import by_me
from cnapp.web.desk.here import appointment_here

Verb = Callable[[Appointment], None]


def press(public_id: str, verb: Verb, wanted: Collection[Status]) -> Appointment:
    """A second press of the same hand changes nothing. Raises ChangedMeanwhile, and what the verb raises."""
    number, by = _number(), by_me()
    with transaction(appointment_here(public_id).conseiller_id):
        appointment = appointment_here(public_id)
        if not visits.is_pressed_again(appointment, number, wanted=wanted, by=by):
            verb(appointment)
    return appointment


def _number() -> int:
    """Of the last line of the journal that the page knew."""
    text = request.form.get("number", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        abort(422)
    return int(text)
