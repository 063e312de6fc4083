"""A plan decides of a session that nobody leads any more: led by another, held another day, or its workshop cancelled.

Callers lock the leaders, hold the workshop still, and commit.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from cnapp.base.database import db, write
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.plans import LETTERS_AFTER, Displacement, NothingApplied, RecoveryPlan
from cnapp.domain.proposals import CANCEL_VALUE, Option, Way
from cnapp.domain.registration_letters import letters_put_off
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services import leadings, revivals, workshops
from cnapp.services.journal import By, last_number_of, record_about
from cnapp.services.plans import lines_of
from cnapp.services.seats import hold_still
from cnapp.services.workshop_moves import ahead, change_programme, kits_of
from cnapp.services.workshops import Programme


class HasOtherDates(Refusal):
    sentence = "Cet atelier a d’autres dates à venir : changez-le sur sa page."


LED = (Way.SAME_TIME, Way.TAKEOVER)
"""Nobody who is registered has to know."""


def is_told_at_once(way: str, times: Collection[datetime], *, now: datetime) -> bool:
    """Whether it changes today, `times` being the one that is lost and the one that is given: it cannot be undone."""
    return way not in LED and day_of(now) in map(day_of, times)


def hold_workshops(plan: RecoveryPlan) -> None:
    """Those whose sessions are in it, always in the same order."""
    for workshop_id in sorted({line.session.workshop_id for line in lines_of(plan) if line.session}):
        hold_still(workshop_id)


def carry_out(line: Displacement, option: Option, *, by: By, settings: Settings, now: datetime) -> None:
    """Raises LeaderRefused, ProgrammeRefused, HasOtherDates, and what changing a workshop does; NothingApplied when it
    is decided."""
    session, workshop = _lost(line)
    leader = db.session.get_one(Staff, option.conseiller_id)
    if option.way in LED:
        leadings.lead(session, leader, line.place, by=by, now=now)
        at = session.starts_at.isoformat()
        record_about((Subject.WORKSHOP, workshop.id), "leader_replaced", by=by, now=now, at=at)
    else:
        _refuse_a_cycle(workshop, session, now)
        programme = Programme((option.span,), (leader,), tuple(kits_of(workshop, now)))
        change_programme(workshop.id, line.place, programme, by=by, settings=settings, now=now)
        write(letters_put_off(workshop.id, now, now + LETTERS_AFTER))
    _applied(line, option.way)


def cancel(line: Displacement, *, by: By, settings: Settings, now: datetime) -> None:
    """Raises WorkshopOver, HasOtherDates, NothingApplied."""
    session, workshop = _lost(line)
    _refuse_a_cycle(workshop, session, now)
    known = revivals.remember(workshop, now=now)
    workshops.cancel(workshop, by=by, settings=settings, now=now)
    write(letters_put_off(workshop.id, now, now + LETTERS_AFTER))
    _applied(line, CANCEL_VALUE)
    line.revival = known


def _lost(line: Displacement) -> tuple[WorkshopSession, Workshop]:
    session = line.session
    if session is None or session.displaced_at is None:
        raise NothingApplied
    return session, db.session.get_one(Workshop, session.workshop_id)


def _refuse_a_cycle(workshop: Workshop, session: WorkshopSession, now: datetime) -> None:
    """Its other dates are not the plan’s to change, whatever a form says. Raises HasOtherDates."""
    if ahead(workshop, now) != [session]:
        raise HasOtherDates


def _applied(line: Displacement, way: str) -> None:
    """Whoever decided has settled it; see leadings.decide."""
    db.session.flush()
    db.session.refresh(line)
    line.way = way
    line.applied_version = last_number_of((Subject.WORKSHOP, line.session.workshop_id)) if line.session else None
    db.session.flush()
