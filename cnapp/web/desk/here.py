"""Where this desk is, which appointments it opens there, and the way back to the day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue

from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment
from cnapp.domain.places import Place
from cnapp.services import desk_day, desks
from cnapp.web.account.signed_in import me, my_sign_in
from cnapp.web.application import now


def my_places() -> Sequence[Place]:
    return desks.places_for(me(), now=now())


def my_place() -> Place:
    """The one that this browser works at; it is asked first."""
    if not desks.is_placed(my_sign_in(), now=now()):
        abort(redirect(url_for("desk.places.edit"), 303))
    return desks.current_place(my_sign_in(), now=now()) or abort(404)


def appointment_here(public_id: str) -> Appointment:
    """At one of this desk's places; any other is no page."""
    return desk_day.appointment_at([place.id for place in my_places()], public_id) or abort(404)


def day_address(day: date, anchor: str | None = None) -> str:
    """The first page of a desk is its day; the telephone's first page is another."""
    if day == day_of(now()) and not me().phone_line:
        return url_for("desk.day.today", _anchor=anchor)
    return url_for("desk.day.show", day=day.isoformat(), _anchor=anchor)


def back_to(appointment: Appointment) -> ResponseReturnValue:
    """Its line, in its day."""
    return redirect(day_address(day_of(appointment.starts_at), f"rdv-{appointment.public_id}"), 303)
