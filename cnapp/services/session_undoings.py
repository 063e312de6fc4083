"""Undoing what a plan decided of a session, while no letter has left: nobody leads it again, and it waits.

Callers lock the leaders, hold the workshop still, and commit.
"""

from __future__ import annotations

from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.journal import Subject
from cnapp.domain.plans import Displacement, NothingApplied, Standing
from cnapp.domain.proposals import CANCEL_VALUE, Way
from cnapp.domain.registration_letters import registered_since
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services import leadings
from cnapp.services.journal import By, last_number_of, record_about
from cnapp.services.registration_letters import unsay
from cnapp.services.revivals import revive
from cnapp.services.session_decisions import LED, is_told_at_once
from cnapp.services.workshop_moves import put_back


def is_untouched(line: Displacement) -> bool:
    """Nobody has changed the workshop since; where people are told, none of the messages left at once."""
    session = line.session
    if session is None or line.settled_at is None:
        return False
    if line.applied_version != last_number_of((Subject.WORKSHOP, session.workshop_id)):
        return False
    if line.way in LED:
        return True
    is_new = registered_since(session.workshop_id, line.settled_at)
    return not was_told_at_once(line) and db.session.scalar(is_new) is None


def was_told_at_once(line: Displacement) -> bool:
    """Of a session: its messages left as the plan was applied."""
    session, at = line.session, line.settled_at
    return bool(session and at and line.way and is_told_at_once(line.way, {line.starts_at, session.starts_at}, now=at))


def undo(line: Displacement, *, by: By, now: datetime) -> None:
    """Raises NothingApplied, ProgrammeRefused."""
    session = line.session
    if session is None:
        raise NothingApplied
    workshop = db.session.get_one(Workshop, session.workshop_id)
    if line.way == CANCEL_VALUE:
        revive(workshop, line.revival or {}, by=by, now=now)
    elif line.way == Way.LATER:
        put_back(workshop, session, line.span, by=by, now=now)
    else:
        leadings.forget(session, by=by, now=now)
    if line.way not in LED:
        unsay(workshop.id, line.settled_at or now, by=by, now=now)
    record_about((Subject.WORKSHOP, workshop.id), "waits_again", by=by, now=now, at=line.starts_at.isoformat())
    _wait(line, session, now)


def _wait(line: Displacement, session: WorkshopSession, now: datetime) -> None:
    session.displaced_at = now
    line.standing, line.settled_at, line.way = Standing.OPEN, None, None
    line.applied_version, line.revival = None, None
    db.session.flush()
