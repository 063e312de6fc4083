"""Appointments that somebody did not come to: counted for whoever decides, never a reason for the software to refuse.

RGPD art. 22: no decision about a person by a machine alone.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select

from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.citizens import Citizen

LOOKED_BACK = timedelta(days=365)


def absences_noted(citizen: Citizen, now: datetime) -> Select[int] | None:
    """How many in a year with this phone or this mailbox; None where nothing tells one person from another."""
    known = [
        column == value
        for column, value in ((Citizen.phone, citizen.phone), (Citizen.mailbox, citizen.mailbox))
        if value is not None
    ]
    if not known:
        return None
    people = select(Citizen.id).where(or_(*known))
    return (
        select(func.count())
        .select_from(Appointment)
        .where(Appointment.person_id.in_(people), Appointment.status == Status.NOSHOW)
        .where(Appointment.starts_at > now - LOOKED_BACK)
    )
