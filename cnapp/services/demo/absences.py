"""Somebody of the team is ill tomorrow: a plan for the coordination to work on."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import Select, func, select

from cnapp.base.database import db
from cnapp.base.workdays import span_of_days
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.people import Role, Staff
from cnapp.services.absences import Wanted, enter
from cnapp.services.journal import By

LOOKED_AHEAD = timedelta(days=10)
"""Over a weekend with holidays, tomorrow is the next day when people are expected."""


def make_absence(day: date, *, now: datetime) -> None:
    """Of whom most people are expected by, on the first day when anybody is; the coordination is told."""
    for ahead in range(1, LOOKED_AHEAD.days + 1):
        tomorrow = day + timedelta(days=ahead)
        busiest = db.session.scalar(_busiest(tomorrow))
        if busiest:
            enter(Wanted([busiest], span_of_days(tomorrow, tomorrow), Cause.ILLNESS), by=By.staff(busiest), now=now)
            return


def _busiest(day: date) -> Select[Staff]:
    whole = span_of_days(day, day)
    then = Appointment.starts_at >= whole.start, Appointment.starts_at < whole.end
    return (
        select(Staff)
        .join(Appointment, Appointment.conseiller_id == Staff.id)
        .where(Staff.role == Role.CONSEILLER, Appointment.status == Status.BOOKED, *then)
        .group_by(Staff.id)
        .order_by(func.count().desc(), Staff.id)
        .limit(1)
    )
