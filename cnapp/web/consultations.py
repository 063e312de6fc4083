"""Opening the page of somebody's booking leaves a line among the consultations."""

from __future__ import annotations

from flask import Response, after_this_request

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment
from cnapp.domain.consultations import Booking, Way
from cnapp.domain.registrations import Registration
from cnapp.services import consultations
from cnapp.web.account.signed_in import by_me
from cnapp.web.application import now


def note_consultation(row: Appointment | Registration, way: Way) -> None:
    """Written once the page is made, before it leaves; where there turns out to be no page, nothing was opened."""
    booking, by = Booking.of(row), by_me()

    @after_this_request
    def write(answer: Response) -> Response:
        if answer.status_code != 404 and not consultations.is_noted(booking, by=by, now=now()):
            with transaction():
                consultations.note(booking, way, by=by, now=now())
        return answer
