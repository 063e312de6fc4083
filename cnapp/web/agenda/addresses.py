"""Reading what stands in an address of the agenda, and going back to a day."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.workdays import day_of, instant_at, local, monday_of_week, read_day
from cnapp.domain.appointments import Appointment
from cnapp.domain.consultations import Way
from cnapp.services.schedule import appointment_of
from cnapp.web.account.signed_in import me
from cnapp.web.application import now
from cnapp.web.consultations import note_consultation

HOUR = re.compile(r"(\d{2})h(\d{2})", re.ASCII)
FARTHEST = timedelta(days=731)
"""Two years, before or after today: nothing is shown beyond."""


def day_in(text: str) -> date:
    """« 2026-12-03 »; anything else, and days out of reach, are no page."""
    try:
        return _within_reach(read_day(text))
    except ValueError:
        abort(404)


def monday_in(text: str) -> date:
    """« 2026-W49 »."""
    try:
        return _within_reach(monday_of_week(text))
    except (ValueError, OverflowError):
        abort(404)


def instant_in(day: str, hour: str) -> datetime:
    """« 2026-12-03 », « 09h45 »."""
    found = HOUR.fullmatch(hour)
    try:
        at = time(int(found[1]), int(found[2])) if found else abort(404)
    except ValueError:
        abort(404)
    return instant_at(day_in(day), at)


def path_day(instant: datetime) -> str:
    return day_of(instant).isoformat()


def path_hour(instant: datetime) -> str:
    """« 09h45 »."""
    return f"{local(instant):%Hh%M}"


def _within_reach(day: date) -> date:
    if abs(day - day_of(now())) > FARTHEST:
        abort(404)
    return day


def my_appointment(public_id: str) -> Appointment:
    """Somebody else's is no page either."""
    return appointment_of(me().id, public_id) or abort(404)


def opened_appointment(public_id: str) -> Appointment:
    """The same for a page about it: that it was opened is written down."""
    appointment = my_appointment(public_id)
    note_consultation(appointment, Way.OWN)
    return appointment


def back_to(appointment: Appointment) -> ResponseReturnValue:
    """Its card, in its day."""
    day = day_of(appointment.starts_at)
    return redirect(url_for("agenda.day.show", day=day.isoformat(), _anchor=f"rdv-{appointment.public_id}"), 303)
