"""What a certificate of presence may say of an appointment."""

from __future__ import annotations

from collections.abc import Sequence

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, appointment_named
from cnapp.domain.desks import is_at
from cnapp.domain.visits import visit_of


def appointment_at(place_ids: Sequence[int], public_id: str) -> Appointment | None:
    """At one of these places."""
    found = db.session.scalar(appointment_named(public_id))
    return found if found and is_at(found, place_ids) else None


def full_name(appointment: Appointment) -> str:
    """Empty for whoever came without appointment: a first name at most is known, so it is written by hand."""
    came = db.session.scalar(visit_of(appointment.id))
    return "" if came else appointment.person.name
