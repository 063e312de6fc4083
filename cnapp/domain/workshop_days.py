"""Sessions as the days of the staff show them: what is led when and where, and how many are registered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from cnapp.base.spans import Span
from cnapp.domain.kits import Loan
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshop_sessions import LONGEST_HOURS, Leading, WorkshopSession
from cnapp.domain.workshops import Status, Workshop

WAS_COUNTED = (Standing.REGISTERED, Standing.EXCUSED, Standing.REVOKED)
"""Whoever had a place for good once: their coming and going changes the number that is shown."""


@dataclass(frozen=True)
class Gathering:
    """One session of a workshop, and how many people are registered; `kits`: names of those to bring."""

    session: WorkshopSession
    workshop: Workshop
    registered: int
    kits: tuple[str, ...] = ()

    @property
    def span(self) -> Span:
        return self.session.span


def how_many_registered() -> ScalarSelect[int]:
    """For each workshop of a query: not those to whom a seat is only offered, nor who is filling in the form."""
    theirs = Registration.workshop_id == Workshop.id, Registration.status == Standing.REGISTERED
    return select(func.count()).select_from(Registration).where(*theirs).correlate(Workshop).scalar_subquery()


def last_counted() -> ScalarSelect[datetime]:
    """When that number last changed; NULL while nobody has ever been registered."""
    theirs = Registration.workshop_id == Workshop.id, Registration.status.in_(WAS_COUNTED)
    return select(func.max(Registration.updated_at)).where(*theirs).correlate(Workshop).scalar_subquery()


def sessions_led(conseiller_ids: Collection[int], during: Span) -> Select[Leading, WorkshopSession, Workshop, int]:
    """Those whose time is promised still, of these people, in order."""
    theirs = Leading.conseiller_id.in_(conseiller_ids), *_promised(during)
    return _led(*theirs)


def sessions_inside(presence_id: int) -> Select[Leading, WorkshopSession, Workshop, int]:
    return _led(Leading.presence_id == presence_id, Leading.commitment_id.is_not(None))


def sessions_ahead(conseiller_id: int, now: datetime) -> Select[Leading, WorkshopSession, Workshop, int]:
    theirs = Leading.conseiller_id == conseiller_id, Leading.commitment_id.is_not(None)
    return _led(*theirs, Leading.ends_at > now)


def sessions_shown(conseiller_id: int, during: Span) -> Select[*tuple[Any, ...]]:
    """(session, workshop, presence, how many are registered, when that last changed), for a calendar."""
    place_and_room = joinedload(Presence.place), joinedload(Presence.room)
    theirs = Leading.conseiller_id == conseiller_id, *_promised(during)
    return (
        select(WorkshopSession, Workshop, Presence, how_many_registered(), last_counted())
        .join(Leading, Leading.session_id == WorkshopSession.id)
        .join(Workshop, Workshop.id == WorkshopSession.workshop_id)
        .join(Presence, Presence.id == Leading.presence_id)
        .where(*theirs)
        .options(*place_and_room)
        .order_by(WorkshopSession.starts_at)
    )


def sessions_at(place_id: int, during: Span) -> Select[WorkshopSession, Workshop, int]:
    """What a desk tells people of: also what is cancelled, for whoever comes all the same; no drafts."""
    there = Workshop.place_id == place_id, Workshop.status != Status.DRAFT
    then = WorkshopSession.starts_at >= during.start, WorkshopSession.starts_at < during.end
    leaders = selectinload(WorkshopSession.leadings).joinedload(Leading.conseiller)
    return (
        select(WorkshopSession, Workshop, how_many_registered())
        .join(Workshop, Workshop.id == WorkshopSession.workshop_id)
        .where(*there, *then)
        .options(leaders)
        .order_by(WorkshopSession.starts_at, WorkshopSession.id)
    )


def sessions_in(during: Span, place_id: int | None, now: datetime) -> Select[WorkshopSession, Workshop, int]:
    """Those still to come that stand, at one place or at all of them (None), drafts too."""
    then = WorkshopSession.starts_at >= during.start, WorkshopSession.starts_at < during.end
    coming = WorkshopSession.ends_at > now, Workshop.status != Status.CANCELLED
    there = () if place_id is None else (Workshop.place_id == place_id,)
    return (
        select(WorkshopSession, Workshop, how_many_registered())
        .join(Workshop, Workshop.id == WorkshopSession.workshop_id)
        .where(*then, *coming, *there)
        .options(joinedload(Workshop.place))
        .order_by(WorkshopSession.starts_at, WorkshopSession.id)
    )


def loans_to(session_ids: Sequence[int]) -> Select[Loan]:
    """With their kits."""
    lent = select(Loan).where(Loan.session_id.in_(session_ids)).options(joinedload(Loan.kit))
    return lent.order_by(Loan.session_id, Loan.id)


def _led(*which: ColumnElement[bool]) -> Select[Leading, WorkshopSession, Workshop, int]:
    return (
        select(Leading, WorkshopSession, Workshop, how_many_registered())
        .join(WorkshopSession, WorkshopSession.id == Leading.session_id)
        .join(Workshop, Workshop.id == WorkshopSession.workshop_id)
        .where(*which)
        .options(joinedload(Workshop.place))
        .order_by(Leading.starts_at, Leading.id)
    )


def _promised(during: Span) -> tuple[ColumnElement[bool], ...]:
    """The lower bound keeps the index range short."""
    return (
        Leading.commitment_id.is_not(None),
        Leading.starts_at < during.end,
        Leading.starts_at > during.start - timedelta(hours=LONGEST_HOURS),
        Leading.ends_at > during.start,
    )
