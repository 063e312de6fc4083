"""A citizen's appointment as a file for their own calendar."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from cnapp.base.ics import published
from cnapp.domain.appointments import AppointmentUnknown
from cnapp.services.appointments import by_link
from cnapp.web.application import now, settings
from cnapp.web.feeds.calendar import CALENDAR
from cnapp.wording.addresses import organizer
from cnapp.wording.events import event_of

bp = Blueprint("receipt", __name__)


@bp.get("/r/<token>/rendez-vous.ics", provide_automatic_options=False)
def show(token: str) -> Response:
    try:
        appointment = by_link(token, now=now())
    except AppointmentUnknown:
        abort(404)
    event = event_of(appointment, settings=settings(), now=now())
    response = Response(published([event], organizer(settings())), content_type=CALENDAR)
    response.headers["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return response
