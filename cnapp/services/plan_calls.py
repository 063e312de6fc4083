"""Whom somebody calls about a plan, in order, and what to tell them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.appointments import Appointment
from cnapp.domain.call_lists import Reach, calls_open
from cnapp.domain.calls import Call
from cnapp.domain.citizens import Citizen
from cnapp.domain.plans import Displacement, RecoveryPlan, Standing
from cnapp.domain.proposals import Option, Way
from cnapp.services import plan_work
from cnapp.services.plan_audience import NOBODY_MOVES, WRITTEN, channel_of, is_called_first, reader_of
from cnapp.services.plan_work import Row

ASKED = (Standing.PROPOSED, Standing.KEPT)


@dataclass(frozen=True)
class ToCall:
    """One person of the phone list. `call`: the one of « À appeler », where there is one."""

    line: Displacement
    appointment: Appointment
    reader: Citizen
    option: Option | None
    """What is held for them; None once they have a time, or where nothing suits."""
    call: Call | None

    @property
    def keeps_all(self) -> bool:
        """Time and place are as they were: only whom they see changes."""
        return (self.option.way if self.option else self.line.way) in NOBODY_MOVES

    @property
    def can_agree(self) -> bool:
        """There is a time that they can say yes to."""
        return self.option is not None or self.appointment.stands

    @property
    def held_value(self) -> str:
        """How a form names what is held for them; nothing once they have a time."""
        return self.option.value if self.option else ""

    def is_today(self, now: datetime) -> bool:
        return day_of(self.line.starts_at) == day_of(now)


def phone_list(plan: RecoveryPlan, *, settings: Settings, now: datetime) -> list[ToCall]:
    """Today's first, then by the hour that was lost."""
    rows = [row for row in plan_work.rows_of(plan) if _is_called(row, settings, now)]
    calls = _calls_about([row.line.appointment_id or 0 for row in rows], now)
    made = [_to_call(row, row.line.appointment, calls) for row in rows if row.line.appointment]
    return sorted(made, key=lambda each: not each.is_today(now))


def _to_call(row: Row, appointment: Appointment, calls: dict[int, Call]) -> ToCall:
    return ToCall(row.line, appointment, reader_of(appointment), row.option, calls.get(appointment.id))


def _is_called(row: Row, settings: Settings, now: datetime) -> bool:
    line, appointment = row.line, row.line.appointment
    if appointment is None or not appointment.can_be_changed(now):
        return False
    channel = channel_of(appointment, settings=settings, now=now)
    if line.is_open:
        return line.way == Way.CALL or is_called_first(line, row.option, channel, now)
    if line.standing in ASKED:
        is_urgent = day_of(now) in _days(line, appointment) and line.standing is Standing.PROPOSED
        return line.way not in NOBODY_MOVES and (channel not in WRITTEN or is_urgent)
    return line.standing is Standing.TO_CALL


def _days(line: Displacement, appointment: Appointment) -> set[object]:
    return {day_of(line.starts_at), day_of(appointment.starts_at)}


def _calls_about(appointment_ids: Sequence[int], now: datetime) -> dict[int, Call]:
    """Of the team's list, the first of each."""
    found = db.session.scalars(calls_open(Reach(), now).where(Call.appointment_id.in_(appointment_ids))).all()
    return {each.appointment_id or 0: each for each in reversed(found)}
