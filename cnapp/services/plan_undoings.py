"""Undoing what was applied of a plan, while no letter has left.

Callers lock `people_applied`, and commit: all of it at once or nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from cnapp.base.database import attempt, db, write
from cnapp.base.refusals import Refusal
from cnapp.domain.appointments import Status
from cnapp.domain.commitments import LET_GO
from cnapp.domain.plan_queries import covers_of, lines_proposed
from cnapp.domain.plans import LETTERS_AFTER, Cover, Displacement, NothingApplied, RecoveryPlan, Standing, TooLateToUndo
from cnapp.domain.presences import Presence
from cnapp.services import held_proposals, planning, session_decisions, session_undoings
from cnapp.services.displacements import lose_time
from cnapp.services.journal import By, record_about
from cnapp.services.plans import lines_of, thing


@dataclass(frozen=True)
class Undone:
    """Who has none any more, and who is left as they are, since something happened meanwhile."""

    undone: list[Displacement]
    left: list[Displacement]


def lines_applied(plan: RecoveryPlan, *, now: datetime) -> list[Displacement]:
    """Those whose letters have not all left."""
    return [line for line in lines_of(plan) if was_just_applied(line, now=now)]


def was_just_applied(line: Displacement, *, now: datetime) -> bool:
    return _is_applied(line) and _can_be_undone(line, now)


def _is_applied(line: Displacement) -> bool:
    """By the plan; a session is settled, or ended, at once."""
    return line.standing is Standing.PROPOSED or (line.session is not None and line.applied_version is not None)


def _can_be_undone(line: Displacement, now: datetime) -> bool:
    return line.settled_at is not None and now < line.settled_at + LETTERS_AFTER


def people_applied(plan: RecoveryPlan, *, now: datetime) -> tuple[int, ...]:
    """Whom to lock before undoing."""
    found = {line.conseiller_id for line in lines_of(plan)}
    applied = lines_applied(plan, now=now)
    found |= {line.appointment.conseiller_id for line in applied if line.appointment}
    found |= {each.conseiller_id for line in applied if line.session for each in line.session.leadings}
    made = [number for cover in db.session.scalars(covers_of(plan.id)) for number in (cover.made_id, *cover.gave_up)]
    found |= set(db.session.scalars(select(Presence.conseiller_id).where(Presence.id.in_(made))))
    return tuple(sorted(found))


def undo(plan: RecoveryPlan, *, by: By, now: datetime) -> Undone:
    """Everybody is displaced again, colleagues are where they were. Raises NothingApplied, TooLateToUndo."""
    if plan.letters_at is None:
        raise NothingApplied
    if not plan.can_be_undone(now):
        raise TooLateToUndo
    session_decisions.hold_workshops(plan)
    lines = lines_applied(plan, now=now)
    undone = [line for line in lines if _is_untouched(line) and _is_undone(line, by, now)]
    covers = db.session.scalars(covers_of(plan.id)).all()
    _let_go_of_holds_in({cover.made_id for cover in covers})
    for cover in covers:
        _uncover(cover, by, now)
    plan.applied_at, plan.letters_at = None, None
    record_about(thing(plan), "undone", by=by, now=now, undone=len(undone))
    db.session.flush()
    return Undone(undone, [line for line in lines if line not in undone])


def _is_untouched(line: Displacement) -> bool:
    """Nobody has answered, moved, cancelled or received the person since."""
    if line.session:
        return session_undoings.is_untouched(line)
    appointment = line.appointment
    return bool(appointment and appointment.status is Status.BOOKED and appointment.version == line.applied_version)


def _is_undone(line: Displacement, by: By, now: datetime) -> bool:
    """A workshop stays as it is where its kits went elsewhere meanwhile."""
    if line.session is None:
        _displace_again(line, by, now)
        return True
    try:
        with attempt():
            session_undoings.undo(line, by=by, now=now)
    except Refusal:
        return False
    return True


def _displace_again(line: Displacement, by: By, now: datetime) -> None:
    if line.appointment is None:
        return
    lose_time(line.appointment, line, by=by, now=now)
    line.standing, line.settled_at, line.answer_until = Standing.OPEN, None, None
    line.applied_version, line.way = None, None
    db.session.flush()


def _let_go_of_holds_in(presence_ids: Collection[int]) -> None:
    """What is only proposed in them keeps no colleague there."""
    for line in db.session.scalars(lines_proposed()).all():
        proposal = held_proposals.read(line.proposal)
        if proposal and proposal.option and proposal.option.presence_id in presence_ids:
            line.proposal = None
            write(LET_GO, {"of_draft": line.hold_key})
    db.session.flush()


def _uncover(cover: Cover, by: By, now: datetime) -> None:
    """The colleague is where they were, unless somebody has booked with them there meanwhile."""
    if now >= cover.made_at + LETTERS_AFTER:
        return
    try:
        with attempt():
            planning.withdraw(db.session.get_one(Presence, cover.made_id), by=by, now=now)
            for number in cover.gave_up:
                _stand_again(db.session.get_one(Presence, number), by, now)
            cover.undone_at = now
            db.session.flush()
    except Refusal:
        return


def _stand_again(presence: Presence, by: By, now: datetime) -> None:
    presence.withdrawn_at, presence.updated_at = None, now
    presence.version += 1
    db.session.flush()
    record_about(planning.subject_of(presence), "restored", by=by, now=now)
