"""A registration as a file for one's own calendar: every session."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from cnapp.base.ics import published
from cnapp.domain.registrations import RegistrationUnknown
from cnapp.services.registrations import by_link
from cnapp.web.application import now, settings
from cnapp.web.feeds.calendar import CALENDAR
from cnapp.wording.addresses import organizer
from cnapp.wording.events import events_of_registration

bp = Blueprint("registration", __name__)


@bp.get("/i/<token>/atelier.ics", provide_automatic_options=False)
def show(token: str) -> Response:
    """404 too for whoever waits: nothing is theirs to note yet."""
    try:
        registration = by_link(token, now=now())
    except RegistrationUnknown:
        abort(404)
    events = events_of_registration(registration, settings=settings(), now=now())
    if not events:
        abort(404)
    response = Response(published(events, organizer(settings())), content_type=CALENDAR)
    response.headers["Content-Disposition"] = 'attachment; filename="atelier.ics"'
    return response
