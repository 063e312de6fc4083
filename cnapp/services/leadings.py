"""The time of those who lead a session: promised inside a presence, made with it when there is none.

Callers lock the conseillers, and commit.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from cnapp.base.database import attempt, db, write
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.closed_time import is_shut
from cnapp.domain.commitments import Commitment, Kind, commitments_of, expired_holds
from cnapp.domain.people import Staff
from cnapp.domain.places import Closed, Place, closures_between
from cnapp.domain.plan_queries import session_decided
from cnapp.domain.planning import PlaceClosedThen, Plan, presences_whole
from cnapp.domain.plans import Standing
from cnapp.domain.presences import Presence, presences_of
from cnapp.domain.workshop_sessions import Leading, WorkshopSession
from cnapp.services import planning
from cnapp.services.journal import By


class LeaderRefused(Refusal):
    """`leader` cannot lead a session at `span`, for the `reason` that stands in the way."""

    sentence = "Une personne ne peut pas animer cette séance."

    def __init__(self, leader: Staff, span: Span, reason: Refusal) -> None:
        super().__init__()
        self.leader, self.span, self.reason = leader, span, reason


class LeaderBusy(Refusal):
    sentence = "Cette personne a déjà un rendez-vous, un atelier ou une absence à ce moment-là."


class PresenceTooShort(Refusal):
    sentence = "La permanence de cette personne dans ce lieu ne couvre pas toute la séance : allongez-la d’abord."


def lead(session: WorkshopSession, leader: Staff, place: Place, *, by: By, now: datetime) -> Leading:
    """Promises this time of theirs. Raises LeaderRefused."""
    try:
        with attempt():
            return _promise(session, leader, place, by=by, now=now)
    except Refusal as reason:
        raise LeaderRefused(leader, session.span, reason) from reason


def _promise(session: WorkshopSession, leader: Staff, place: Place, *, by: By, now: datetime) -> Leading:
    _refuse_closed(place, session.span)
    presence = _presence_for(leader, place, session.span, by=by, now=now)
    _refuse_busy(leader, session.span, now)
    commitment = Commitment(
        kind=Kind.WORKSHOP,
        conseiller_id=leader.id,
        presence_id=presence.id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )
    db.session.add(commitment)
    db.session.flush()
    leading = Leading(
        session_id=session.id,
        conseiller_id=leader.id,
        presence_id=presence.id,
        commitment_id=commitment.id,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
    )
    db.session.add(leading)
    presence.updated_at = now  # whose calendar gains it must see that something changed
    decide(session, Standing.SETTLED, now=now)
    return leading


def decide(session: WorkshopSession, standing: Standing, *, now: datetime) -> None:
    """One that had lost its leader waits for nobody any more."""
    if session.displaced_at:
        session.displaced_at = None
        write(session_decided(session.id, standing, now))
    db.session.flush()


def free(session: WorkshopSession, *, by: By, now: datetime) -> None:
    """The time is theirs again; a presence that was made for the workshop alone goes."""
    for leading in db.session.scalars(select(Leading).where(Leading.session_id == session.id)).all():
        _free(leading, by=by, now=now)


def forget(session: WorkshopSession, *, by: By, now: datetime) -> None:
    """Nobody leads it any more: its time or place is about to change."""
    free(session, by=by, now=now)
    write(delete(Leading).where(Leading.session_id == session.id))
    db.session.expire(session, ["leadings"])


def dismiss(session: WorkshopSession, leader: Staff, *, by: By, now: datetime) -> None:
    """Others lead it without them."""
    theirs = Leading.session_id == session.id, Leading.conseiller_id == leader.id
    for leading in db.session.scalars(select(Leading).where(*theirs)).all():
        _free(leading, by=by, now=now)
    write(delete(Leading).where(*theirs))
    db.session.expire(session, ["leadings"])


def _free(leading: Leading, *, by: By, now: datetime) -> None:
    commitment_id, leading.commitment_id = leading.commitment_id, None
    db.session.flush()
    write(delete(Commitment).where(Commitment.id == commitment_id))
    _leave(db.session.get_one(Presence, leading.presence_id), by=by, now=now)


def _presence_for(leader: Staff, place: Place, span: Span, *, by: By, now: datetime) -> Presence:
    there = db.session.scalars(presences_whole(presences_of(leader.id, span))).all()
    for presence in there:
        if presence.place_id == place.id:
            if not presence.span.covers(span):
                raise PresenceTooShort
            return presence
    return planning.add(Plan(leader, place, None, span, takes_appointments=False), by=by, now=now)


def _refuse_closed(place: Place, span: Span) -> None:
    day = day_of(span.start)
    if is_shut(place.id, span, db.session.scalars(closures_between(day, day)).all(), Closed.WORKSHOPS):
        raise PlaceClosedThen


def _refuse_busy(leader: Staff, span: Span, now: datetime) -> None:
    write(expired_holds([leader.id], span, now))
    if db.session.scalar(commitments_of([leader.id], span).limit(1)):
        raise LeaderBusy


def _leave(presence: Presence, *, by: By, now: datetime) -> None:
    presence.updated_at = now
    is_own = presence.rule_id is None and not presence.takes_appointments and not presence.takes_walk_ins
    is_used = db.session.scalar(select(Commitment.id).where(Commitment.presence_id == presence.id).limit(1))
    if is_own and not is_used and presence.can_be_changed(now):
        planning.withdraw(presence, by=by, now=now)
