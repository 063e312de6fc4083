"""What became of appointments, by the reminder that left before them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ScalarSelect, Select, case, func, select

from cnapp.base.spans import Span
from cnapp.domain.appointments import NOTED, Appointment, Origin, Status
from cnapp.domain.outbox import REMINDERS, Channel, Due, Outcome

RANKED = (Channel.SMS, Channel.EMAIL, Channel.CALL, Channel.PAPER)
"""An appointment with reminders by several counts for the first of them."""
COUNTED = (Status.BOOKED, *NOTED, Status.EXCUSED)
"""Not what the service itself cancelled."""


def outcomes_by_reminder(during: Span) -> Select[Any]:
    """The rank of the reminder that left (none: None), the status, how many; who walked in had none before."""
    its_day = Appointment.starts_at >= during.start, Appointment.starts_at < during.end
    counted = Appointment.status.in_(COUNTED), Appointment.origin != Origin.WALK_IN
    each = select(_rank().label("rank"), Appointment.status.label("status")).where(*its_day, *counted).subquery()
    return select(each.c.rank, each.c.status, func.count()).group_by(each.c.rank, each.c.status)


def _rank() -> ScalarSelect[int | None]:
    """Of reminders of its last time: cancelling raised the version once more."""
    told_of = Appointment.version - case((Appointment.status == Status.EXCUSED, 1), else_=0)
    left = Due.letter.in_(REMINDERS), Due.outcome.in_((Outcome.SENT, Outcome.ENTRUSTED))
    rank = case({channel: rank for rank, channel in enumerate(RANKED)}, value=Due.channel)
    about = Due.appointment_id == Appointment.id, Due.version == told_of
    return select(func.min(rank)).where(*about, *left).correlate(Appointment).scalar_subquery()
