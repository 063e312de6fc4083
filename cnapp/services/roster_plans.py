"""A presence is withdrawn or changed over what is promised inside: it becomes lines of a plan, in the same transaction.

Callers lock the conseiller, and commit. What is under way or over stands: `planning` refuses to leave it outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete

from cnapp.base.database import db, write
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.displaced import EXPECTED
from cnapp.domain.planning import Plan, appointments_inside, commitments_inside
from cnapp.domain.plans import RecoveryPlan, Trigger
from cnapp.domain.presences import Presence
from cnapp.services import planning, workshop_days
from cnapp.services.displacements import displace, displace_session
from cnapp.services.journal import By
from cnapp.services.plans import begin, tell_coordination
from cnapp.services.seats import hold_still
from cnapp.services.workshop_days import Led


@dataclass(frozen=True)
class Lost:
    """What would no longer fit into a presence."""

    appointments: Sequence[Appointment]
    led: Sequence[Led]
    holds: Sequence[int]
    """Commitments: times that somebody is about to take, that are offered, or that another plan holds."""
    stays: int
    """How many promises nobody can displace: under way, or over."""

    @property
    def count(self) -> int:
        return len(self.appointments) + len(self.led)

    @property
    def can_be_displaced(self) -> bool:
        return self.count > 0 and self.stays == 0


def lost(presence: Presence, plan: Plan | None, *, now: datetime) -> Lost:
    """With a presence as it is wished; all of it, when it is to be withdrawn (None)."""
    inside = db.session.scalars(commitments_inside(presence.id)).all()
    gone = {each.id: each for each in inside if plan is None or not planning.fits(each, presence, plan)}
    appointments = [
        each
        for each in db.session.scalars(appointments_inside(presence.id))
        if each.commitment_id in gone and each.status in EXPECTED and each.starts_at > now
    ]
    led = [
        each
        for each in workshop_days.led_by([presence.conseiller_id], presence.span)
        if each.commitment_id in gone and each.gathering.session.starts_at > now
    ]
    holds = [number for number, each in gone.items() if each.kind is Kind.HOLD]
    return Lost(appointments, led, holds, len(gone) - len(appointments) - len(led) - len(holds))


def withdraw(presence: Presence, *, by: By, now: datetime) -> RecoveryPlan | None:
    """None where nobody was expected. Raises what `planning.withdraw` does of what is under way or over."""
    plan = _displace(lost(presence, None, now=now), by=by, now=now)
    planning.withdraw(presence, by=by, now=now)
    return plan


def change(presence: Presence, wanted: Plan, *, by: By, now: datetime) -> tuple[Presence, RecoveryPlan | None]:
    """Answers what stands then: at another place it is another presence, so that whoever was expected is not there.

    Raises what `planning.change` does.
    """
    planning.refuse_ended(presence, now=now)
    gone = lost(presence, wanted, now=now)
    plan = _displace(gone, by=by, now=now)
    if presence.withdrawn_at or (gone.count and wanted.place.id != presence.place_id):
        planning.withdraw(presence, by=by, now=now)
        return planning.add(wanted, by=by, now=now), plan
    planning.change(presence, wanted, by=by, now=now)
    return presence, plan


def displace_all(plan: RecoveryPlan, gone: Iterable[Lost], *, by: By, now: datetime) -> None:
    """Into one plan."""
    for each in gone:
        for appointment in each.appointments:
            displace(appointment, plan, by=by, now=now)
        for led in each.led:
            hold_still(led.gathering.workshop.id)
            leader_id = db.session.get_one(Presence, led.presence_id).conseiller_id
            displace_session(led, leader_id, plan, by=by, now=now)
    db.session.expire_all()


def let_go(gone: Iterable[Lost]) -> None:
    """Whoever was about to take such a time reads that it is gone."""
    held = [number for each in gone for number in each.holds]
    if held:
        write(delete(Commitment).where(Commitment.id.in_(held)))
        db.session.expire_all()


def _displace(gone: Lost, *, by: By, now: datetime) -> RecoveryPlan | None:
    let_go([gone])
    if not gone.count:
        return None
    plan = begin(Trigger.ROSTER, by=by, now=now)
    displace_all(plan, [gone], by=by, now=now)
    tell_coordination(plan, by=by, now=now)
    return plan
