"""When a workshop is held, by whom, with which kits: all that stands in the way is found at once, date by date.

Callers lock the leaders, and commit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from sqlalchemy import select

from cnapp.base.database import attempt, db
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import day_of, is_holiday
from cnapp.domain.closed_time import is_shut
from cnapp.domain.kits import Kit, KitNotReady, Loan, State, loans_of
from cnapp.domain.people import Staff
from cnapp.domain.places import Closed, Closure, Place, closures_between, is_closed
from cnapp.domain.planning import (
    AHEAD,
    OnHoliday,
    PlaceClosed,
    PlaceClosedThen,
    PlaceNotThere,
    PresenceIsPast,
    PresenceTooFar,
)
from cnapp.domain.workshop_sessions import (
    LONGEST_HOURS,
    SERIES_AT_MOST,
    SESSIONS_AT_MOST,
    NobodyLeads,
    NoSession,
    SessionsOverlap,
    SessionTooLong,
    TooManySessions,
    TooManyWorkshops,
    WorkshopSession,
)
from cnapp.domain.workshops import Workshop
from cnapp.services.journal import By
from cnapp.services.leadings import LeaderRefused, lead


@dataclass(frozen=True)
class Obstacle:
    """Why a session cannot be held at this time: the day itself, one of its leaders, or one of its kits."""

    span: Span
    reason: Refusal
    leader: Staff | None = None
    kit: Kit | None = None


class ProgrammeRefused(Refusal):
    """`obstacles` name every date that is impossible."""

    sentence = "Une date au moins n’est pas possible."

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__()
        self.obstacles = obstacles


def refuse_overlap(spans: Iterable[Span]) -> None:
    """Raises SessionsOverlap."""
    if any(earlier.overlaps(later) for earlier, later in pairwise(sorted(spans))):
        raise SessionsOverlap


def refuse_long(spans: Sequence[Span], leaders: Sequence[Staff]) -> None:
    """As a cycle. Raises TooManySessions, and what `refuse_nonsense` does."""
    if len(spans) > SESSIONS_AT_MOST:
        raise TooManySessions
    refuse_nonsense(spans, leaders)


def refuse_nonsense(spans: Sequence[Span], leaders: Sequence[Staff]) -> None:
    """Raises NoSession, TooManyWorkshops, SessionsOverlap, NobodyLeads."""
    if not spans:
        raise NoSession
    if len(spans) > SERIES_AT_MOST:
        raise TooManyWorkshops
    if not leaders:
        raise NobodyLeads
    refuse_overlap(spans)


def day_obstacles(place: Place, spans: Iterable[Span], *, now: datetime) -> list[Obstacle]:
    """Those that hold whoever leads: in the past, a holiday, the place closed."""
    spans = sorted(spans)
    days = [day_of(span.start) for span in spans]
    closures = db.session.scalars(closures_between(days[0], days[-1])).all() if days else ()
    found = ((span, _misfit(place, span, closures, now)) for span in spans)
    return [Obstacle(span, reason) for span, reason in found if reason]


def _misfit(place: Place, span: Span, closures: Iterable[Closure], now: datetime) -> Refusal | None:
    day = day_of(span.start)
    if not 0 < span.minutes <= LONGEST_HOURS * 60:
        return SessionTooLong()
    if span.start <= now:
        return PresenceIsPast()
    if day > day_of(now) + AHEAD:
        return PresenceTooFar()
    if is_holiday(day):
        return OnHoliday()
    if not place.exists_on(day):
        return PlaceNotThere()
    return _shut(place, span, closures)


def _shut(place: Place, span: Span, closures: Iterable[Closure]) -> Refusal | None:
    if is_closed(place.id, day_of(span.start), closures):
        return PlaceClosed()
    return PlaceClosedThen() if is_shut(place.id, span, closures, Closed.WORKSHOPS) else None


def lay_out(
    workshop: Workshop, spans: Sequence[Span], leaders: Sequence[Staff], *, by: By, now: datetime
) -> list[Obstacle]:
    """New sessions. Answers what stands in the way; then the transaction must not be committed."""
    obstacles = day_obstacles(workshop.place, spans, now=now)
    impossible = {each.span for each in obstacles}
    for span in spans:
        if span not in impossible:
            obstacles += lead_all(add_session(workshop, span), leaders, workshop.place, by=by, now=now)
    return obstacles


def add_session(workshop: Workshop, span: Span) -> WorkshopSession:
    session = WorkshopSession(
        public_id=new_public_id(), workshop_id=workshop.id, starts_at=span.start, ends_at=span.end, drop_ins=0
    )
    db.session.add(session)
    db.session.flush()
    return session


def lead_all(
    session: WorkshopSession, leaders: Iterable[Staff], place: Place, *, by: By, now: datetime
) -> list[Obstacle]:
    """Promises the time of each; answers who cannot, and why."""
    obstacles = []
    for leader in leaders:
        try:
            lead(session, leader, place, by=by, now=now)
        except LeaderRefused as refusal:
            obstacles.append(Obstacle(session.span, refusal.reason, leader=leader))
    return obstacles


def promise_kits(workshop: Workshop, kits: Iterable[Kit], *, since: datetime | None = None) -> list[Obstacle]:
    """To each of its sessions, or to those that begin after an instant; answers which cannot be promised, and why."""
    theirs = select(WorkshopSession).where(WorkshopSession.workshop_id == workshop.id)
    sessions = db.session.scalars(theirs.order_by(WorkshopSession.starts_at)).all()
    obstacles = []
    for kit in sorted(kits, key=lambda each: each.id):
        for session in sessions:
            if since is None or session.starts_at > since:
                obstacles += _promise_kit(workshop, kit, session)
    db.session.refresh(workshop, ["lendable"])
    return obstacles


def _promise_kit(workshop: Workshop, kit: Kit, session: WorkshopSession) -> list[Obstacle]:
    span = session.span
    try:
        with attempt():
            if kit.state is not State.READY or kit.retired_at is not None:
                raise KitNotReady
            loan = {"session_id": session.id, "workshop_id": workshop.id, "place_id": workshop.place_id}
            db.session.add(Loan(kit_id=kit.id, **loan, starts_at=span.start, ends_at=span.end))
            db.session.flush()
    except Refusal as reason:
        return [Obstacle(span, reason, kit=kit)]
    return []


def lend_kits(workshop: Workshop, kits: Sequence[Kit]) -> None:
    """To each of its sessions. Raises KitTaken, KitNotReady."""
    for obstacle in promise_kits(workshop, kits):
        raise obstacle.reason


def take_kits_back(workshop: Workshop, *, since: datetime | None = None) -> None:
    """Of all its sessions, or of those that begin after an instant.

    Raises NothingToLend when somebody was promised a device.
    """
    for loan in db.session.scalars(loans_of(workshop.id)).all():
        if since is None or loan.starts_at > since:
            db.session.delete(loan)
    db.session.flush()
    db.session.refresh(workshop, ["lendable"])
