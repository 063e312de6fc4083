"""Which plans the coordination reads: those with somebody still to handle, and the newest of the others; queries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload

from cnapp.base.spans import Span
from cnapp.domain.absences import Absence
from cnapp.domain.kits import Kit, Loan
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement, RecoveryPlan, Standing
from cnapp.domain.presences import Presence, presences_during
from cnapp.domain.workshop_days import how_many_registered
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop

HANDLED_AT_MOST = 30
"""Plans without anybody left to handle, on one page."""


def plans_with_work() -> Select[RecoveryPlan]:
    """All of them, the newest first: none is ever hidden behind a page."""
    return _whole().where(_has_work())


def plans_handled() -> Select[RecoveryPlan]:
    """The newest, those that touched nobody among them."""
    return _whole().where(~_has_work()).limit(HANDLED_AT_MOST)


def _has_work() -> ColumnElement[bool]:
    return exists().where(Displacement.plan_id == RecoveryPlan.id, Displacement.standing == Standing.OPEN)


def _whole() -> Select[RecoveryPlan]:
    whole = joinedload(RecoveryPlan.made_by), joinedload(RecoveryPlan.closure)
    return select(RecoveryPlan).options(*whole).order_by(RecoveryPlan.created_at.desc(), RecoveryPlan.id.desc())


def absences_of_plans(plan_ids: Collection[int]) -> Select[Absence]:
    """With whose they are, in order."""
    theirs = select(Absence).where(Absence.plan_id.in_(plan_ids)).options(joinedload(Absence.conseiller))
    return theirs.order_by(Absence.starts_at, Absence.id)


def places_numbered(numbers: Collection[int]) -> Select[Place]:
    return select(Place).where(Place.id.in_(numbers))


def sessions_numbered(numbers: Collection[int]) -> Select[int, Workshop, int]:
    """(session, its workshop, how many are registered)."""
    return (
        select(WorkshopSession.id, Workshop, how_many_registered())
        .join(Workshop, Workshop.id == WorkshopSession.workshop_id)
        .where(WorkshopSession.id.in_(numbers))
    )


def how_many_ahead(workshop_ids: Collection[int], now: datetime) -> Select[int, int]:
    """(workshop, how many of its sessions have not begun)."""
    return (
        select(WorkshopSession.workshop_id, func.count())
        .where(WorkshopSession.workshop_id.in_(workshop_ids), WorkshopSession.starts_at > now)
        .group_by(WorkshopSession.workshop_id)
    )


def presences_numbered(numbers: Collection[int]) -> Select[Presence]:
    """With their places, in order."""
    these = select(Presence).where(Presence.id.in_(numbers)).options(joinedload(Presence.place))
    return these.order_by(Presence.starts_at, Presence.id)


def presences_missed(conseiller_ids: Collection[int], during: Span) -> Select[Presence]:
    """Those where somebody was to receive, with their places, in order."""
    theirs = presences_during(during).where(Presence.conseiller_id.in_(conseiller_ids))
    receives = or_(Presence.takes_appointments, Presence.takes_walk_ins)
    return theirs.where(receives).options(joinedload(Presence.place))


def loans_with_kits(session_ids: Collection[int]) -> Select[Loan]:
    """With where each kit is kept, and who has it."""
    kit = joinedload(Loan.kit)
    whole = kit.joinedload(Kit.place), kit.joinedload(Kit.holder)
    return select(Loan).where(Loan.session_id.in_(session_ids)).options(*whole).order_by(Loan.id)
