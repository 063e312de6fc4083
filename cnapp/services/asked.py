"""What is asked of whoever a plan gave another time, and what follows when nobody answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db, later
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.distances import distance_between
from cnapp.domain.plan_letters import awaiting_answer
from cnapp.domain.plan_queries import last_displacement
from cnapp.domain.plans import Displacement, Standing
from cnapp.services.notices import may_be_called, told_people
from cnapp.services.travel import minutes_from


@dataclass(frozen=True)
class Asked:
    """`until`: an answer means something before that; None: it is given, or the time to answer is over."""

    until: datetime | None = None
    is_answered: bool = False
    will_call: bool = False
    """Without an answer somebody calls; else the new time stays theirs."""
    travel_minutes: int | None = None
    """From the place of before; None where it is the same, or where nobody knows."""


def asked_of(line: Displacement, appointment: Appointment, *, now: datetime) -> Asked:
    is_asked = line.standing is Standing.PROPOSED and line.answer_until is not None and now < line.answer_until
    return Asked(
        until=line.answer_until if is_asked else None,
        is_answered=line.standing is Standing.ACCEPTED,
        will_call=will_call(line, appointment),
        travel_minutes=_travel(line, appointment),
    )


def will_call(line: Displacement, appointment: Appointment) -> bool:
    """At another place, and one of them has a telephone."""
    return not line.is_at_same_place and any(may_be_called(each) for each in told_of(appointment))


def told_of(appointment: Appointment) -> list[Citizen]:
    return told_people(appointment.told, appointment.person, appointment.booker)


def line_awaiting(appointment: Appointment, *, now: datetime) -> Displacement | None:
    """The one whose new time its person may still say yes to."""
    asked = {"appointment_id": appointment.id}
    line = db.session.scalar(_AWAITING, asked) if appointment.is_upcoming(now) else None
    return line if line and line.awaits_answer(now) else None


_AWAITING = awaiting_answer(later("appointment_id"))


def last_line(appointment: Appointment) -> Displacement | None:
    """How it last lost its time, as the database knows it now."""
    return db.session.scalar(last_displacement(appointment.id).execution_options(populate_existing=True))


def ended_without_time(appointment: Appointment) -> bool:
    """It was cancelled before anybody gave it another time."""
    line = last_line(appointment)
    if line is None or line.standing is not Standing.ENDED:
        return False
    lost = line.starts_at, line.presence_id, line.conseiller_id
    return lost == (appointment.starts_at, appointment.presence_id, appointment.conseiller_id)


def _travel(line: Displacement, appointment: Appointment) -> int | None:
    if line.is_at_same_place:
        return None
    here, there = line.place, appointment.presence.place
    distance = distance_between(here, there, minutes_from(here).get(there.id))
    return distance.allowed_minutes if distance.is_known else None
