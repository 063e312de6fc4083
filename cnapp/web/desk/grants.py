"""Bookings of other places that this browser may act on: each was opened with its code and a name.

The list stands in the signed cookie of the session, and ends with it. An entry not used for half an hour is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from flask import abort, session

from cnapp.domain.appointments import Appointment
from cnapp.domain.registrations import Registration
from cnapp.services import desk_workshops
from cnapp.services.desk_appointments import appointment_for, opens, way_to
from cnapp.web.account.signed_in import me
from cnapp.web.application import now
from cnapp.web.consultations import note_consultation

KEY = "opened_bookings"
LASTS = timedelta(minutes=30)
AT_MOST = 12
"""A cookie is small; the oldest goes first."""


def desk_appointment(public_id: str) -> Appointment:
    """Of the desk's own places, or opened here with its code; any other is no page. It is written down."""
    granted = _granted()
    if public_id in granted:
        _keep({**granted, public_id: _end()})
    appointment = appointment_for(me(), public_id, granted) or abort(404)
    note_consultation(appointment, way_to(me(), appointment))
    return appointment


def grant(appointment: Appointment) -> None:
    """What the desk's own places open needs none."""
    if not opens(me(), appointment):
        _keep({**_granted(), appointment.public_id: _end()})


def desk_registration(public_id: str) -> Registration:
    """For a workshop at its own places, or opened here with its code; any other is no page. It is written down."""
    granted = _granted()
    if public_id in granted:
        _keep({**granted, public_id: _end()})
    registration = desk_workshops.registration_for(me(), public_id, granted, now=now()) or abort(404)
    note_consultation(registration, desk_workshops.way_to(me(), registration, now=now()))
    return registration


def grant_registration(registration: Registration) -> None:
    """What the desk's own places open needs none."""
    if not desk_workshops.opens(me(), registration, now=now()):
        _keep({**_granted(), registration.public_id: _end()})


def _granted() -> dict[str, int]:
    """When each one ends, in seconds."""
    kept: dict[str, int] = session.get(KEY, {})
    return {public_id: end for public_id, end in kept.items() if now() < datetime.fromtimestamp(end, tz=now().tzinfo)}


def _keep(granted: dict[str, int]) -> None:
    last = sorted(granted.items(), key=lambda each: each[1])[-AT_MOST:]
    session[KEY] = dict(last)


def _end() -> int:
    return int((now() + LASTS).timestamp())
