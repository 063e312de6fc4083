"""A citizen's appointment as a file for their own calendar."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort
from flask_babel import gettext

from cnapp.domain.appointments import CANCELLED, Appointment, AppointmentUnknown
from cnapp.domain.appointments import Status as Standing
from cnapp.services.appointments import by_link
from cnapp.web.application import now, settings
from cnapp.web.feeds.addresses import organizer, page_address, uid
from cnapp.web.feeds.calendar import CALENDAR
from cnapp.web.feeds.ics import Event, Status, Time, published
from cnapp.web.feeds.lines import WORDED_AT, position, where

bp = Blueprint("receipt", __name__)


@bp.get("/r/<token>/rendez-vous.ics", provide_automatic_options=False)
def show(token: str) -> Response:
    try:
        appointment = by_link(token, now=now())
    except AppointmentUnknown:
        abort(404)
    response = Response(published([event_of(appointment, now())], organizer()), content_type=CALENDAR)
    response.headers["Content-Disposition"] = 'attachment; filename="rendez-vous.ics"'
    return response


def event_of(row: Appointment, now: datetime) -> Event:
    """The same event for life, whether it stands, has moved or is cancelled."""
    is_cancelled = row.status in (*CANCELLED, Standing.DISPLACED)
    place = row.presence.place
    changes = row.updated_at, row.presence.updated_at, place.updated_at, row.motif.updated_at, row.conseiller.updated_at
    return Event(
        uid=uid("rdv", row.public_id),
        summary=_title(row) if not is_cancelled else gettext("Annulé : %(title)s", title=_title(row)),
        starts=row.starts_at,
        ends=row.ends_at,
        changed_at=max(WORDED_AT, *changes),
        sequence=row.version - 1,
        status=Status.CANCELLED if is_cancelled else Status.CONFIRMED,
        time=Time.FREE if is_cancelled else Time.BUSY,
        location=where(place),
        position=position(place),
        description=_description(row) if row.shows_its_person(now) else "",
    )


def _title(row: Appointment) -> str:
    return str(gettext("Rendez-vous – %(service)s", service=settings().service_name))


def _description(row: Appointment) -> str:
    """What helps on the day. The short code, not the secret address: calendars are often shared."""
    lines = [
        gettext("Avec %(name)s", name=row.conseiller.first_name),
        gettext("Sujet : %(motif)s", motif=row.motif.title),
        gettext("À apporter : %(things)s", things=row.motif.bring) if row.motif.bring else "",
        row.presence.place.way_in,
        _changes(row.shown_code),
    ]
    return "\n".join(line for line in lines if line)


def _changes(code: str) -> str:
    address = page_address("public.retrieval.new")
    return str(gettext("Pour déplacer ou annuler : %(address)s, code %(code)s", address=address, code=code))
