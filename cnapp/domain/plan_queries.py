"""Queries of recovery plans, of what they displaced and of whom they had taken over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Delete, Select, Update, delete, func, select, update
from sqlalchemy.orm import joinedload

from cnapp.base.spans import Span
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import Commitment
from cnapp.domain.plans import (
    ANSWERABLE,
    HOLD_PREFIX,
    LETTERS_AFTER,
    Cover,
    Displacement,
    RecoveryPlan,
    Standing,
    Trigger,
)
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_sessions import WorkshopSession


def plan_named(public_id: str) -> Select[RecoveryPlan]:
    return (
        select(RecoveryPlan)
        .where(RecoveryPlan.public_id == public_id)
        .options(joinedload(RecoveryPlan.made_by), joinedload(RecoveryPlan.closure))
    )


def plans_of_closures(closure_ids: Collection[int]) -> Select[RecoveryPlan]:
    """The newest first."""
    return select(RecoveryPlan).where(RecoveryPlan.closure_id.in_(closure_ids)).order_by(RecoveryPlan.id.desc())


def displacements_whole() -> Select[Displacement]:
    """With all that the page of a plan says of each."""
    appointment, session = joinedload(Displacement.appointment), joinedload(Displacement.session)
    return select(Displacement).options(
        appointment.joinedload(Appointment.motif),
        appointment.joinedload(Appointment.person),
        appointment.joinedload(Appointment.booker),
        appointment.joinedload(Appointment.conseiller),
        appointment.joinedload(Appointment.presence).joinedload(Presence.place),
        appointment.joinedload(Appointment.presence).joinedload(Presence.room),
        session.selectinload(WorkshopSession.leadings),
        joinedload(Displacement.conseiller),
        joinedload(Displacement.place),
        joinedload(Displacement.presence),
    )


def displacements_of(plan_id: int) -> Select[Displacement]:
    """Of a plan, by the hour that was lost."""
    theirs = displacements_whole().where(Displacement.plan_id == plan_id)
    return theirs.order_by(Displacement.starts_at, Displacement.id)


def displacement_numbered(number: int) -> Select[Displacement]:
    """As the database knows it now, whatever was read of it before."""
    return displacements_whole().where(Displacement.id == number).execution_options(populate_existing=True)


def lines_proposed() -> Select[Displacement]:
    """Open ones of any plan, with what is held for them, and whose they are."""
    whose = joinedload(Displacement.appointment).joinedload(Appointment.person)
    open_ones = Displacement.standing == Standing.OPEN, Displacement.proposal.is_not(None)
    return select(Displacement).where(*open_ones).options(whose)


def last_displacement(appointment_id: int) -> Select[Displacement]:
    """The one that tells how an appointment came to be where it is."""
    theirs = displacements_whole().where(Displacement.appointment_id == appointment_id)
    return theirs.order_by(Displacement.id.desc()).limit(1)


def displacement_overtaken(appointment_id: int, standing: Standing, now: datetime) -> tuple[Delete, Update]:
    """Somebody decided about an appointment otherwise: what the plan held for it is free, and the line is settled."""
    undecided = Displacement.standing.in_((Standing.OPEN, *ANSWERABLE))
    mine = Displacement.appointment_id == appointment_id, undecided
    holds = select(HOLD_PREFIX + Displacement.public_id).where(*mine)
    settled = update(Displacement).where(*mine).values(standing=standing, settled_at=now, proposal=None)
    return delete(Commitment).where(Commitment.draft_id.in_(holds)), settled


def session_decided(session_id: int, standing: Standing, now: datetime) -> Update:
    """Somebody leads it, on whatever day, or it is cancelled."""
    mine = Displacement.session_id == session_id, Displacement.standing == Standing.OPEN
    return update(Displacement).where(*mine).values(standing=standing, settled_at=now, proposal=None)


def displacements_of_sessions(session_ids: Collection[int]) -> Select[Displacement]:
    """Whatever became of them."""
    return displacements_whole().where(Displacement.session_id.in_(session_ids)).order_by(Displacement.id)


def displacements_open(during: Span, place_ids: Collection[int] | None = None) -> Select[Displacement]:
    """Those that nobody has handled and that were to be in this time, at some places or at all (None)."""
    then = Displacement.standing == Standing.OPEN, Displacement.starts_at < during.end
    there = () if place_ids is None else (Displacement.place_id.in_(place_ids),)
    found = displacements_whole().where(*then, Displacement.starts_at >= during.start, *there)
    return found.order_by(Displacement.starts_at, Displacement.id)


def how_many_open() -> Select[int]:
    return select(func.count()).select_from(Displacement).where(Displacement.standing == Standing.OPEN)


def counted_by_standing(plan_ids: Collection[int]) -> Select[int, Standing, int]:
    """(plan, standing, how many)."""
    return (
        select(Displacement.plan_id, Displacement.standing, func.count())
        .where(Displacement.plan_id.in_(plan_ids))
        .group_by(Displacement.plan_id, Displacement.standing)
    )


def counted_by_person(plan_ids: Collection[int]) -> Select[int, int, Standing, int]:
    """(plan, conseiller whose time was lost, standing, how many)."""
    whose = Displacement.plan_id, Displacement.conseiller_id, Displacement.standing
    return select(*whose, func.count()).where(Displacement.plan_id.in_(plan_ids)).group_by(*whose)


def displacements_unanswered(now: datetime, at_most: int) -> Select[int, int]:
    """Asked by a letter that may have left, and the time to answer is over: each with its conseiller; oldest first."""
    over = Displacement.standing == Standing.PROPOSED, Displacement.answer_until <= now
    asked = Displacement.settled_at <= now - LETTERS_AFTER
    found = select(Displacement.id, Appointment.conseiller_id).join(Displacement.appointment).where(*over, asked)
    return found.order_by(Displacement.answer_until, Displacement.id).limit(at_most)


def answer_noted(displacement_id: int, standing: Standing, now: datetime, *, was: Collection[Standing]) -> Update:
    """Unless somebody else decided meanwhile. `answered_at` is of a yes alone."""
    is_yes = standing is Standing.ACCEPTED
    values = {"standing": standing, "settled_at": now, "answered_at": now if is_yes else None}
    mine = Displacement.id == displacement_id, Displacement.standing.in_(was)
    return update(Displacement).where(*mine).values(**values)


def covers_of(plan_id: int) -> Select[Cover]:
    """Those that stand."""
    return select(Cover).where(Cover.plan_id == plan_id, Cover.undone_at.is_(None)).order_by(Cover.id)


def displacements_of_presence(presence_id: int, now: datetime) -> Select[Displacement]:
    """Those that nobody has handled, yet to come, that a change of the roster took out of it."""
    waiting = Displacement.standing == Standing.OPEN, Displacement.starts_at > now
    found = displacements_whole().join(RecoveryPlan, RecoveryPlan.id == Displacement.plan_id)
    mine = Displacement.presence_id == presence_id, RecoveryPlan.cause == Trigger.ROSTER, *waiting
    return found.where(*mine).order_by(Displacement.starts_at, Displacement.id)
