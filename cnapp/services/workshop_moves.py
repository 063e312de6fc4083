"""Changing when and where a workshop is held, by whom and with which kits. Callers lock all leaders, and commit.

Whoever is registered is told of another time or place, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.config import Settings
from cnapp.domain.kits import DevicesPromised, Kit, loans_of
from cnapp.domain.outbox import Letter
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement
from cnapp.domain.registrations import NO_OFFER_WITHIN, Registration, registrations_for
from cnapp.domain.seats import Seat
from cnapp.domain.workshop_sessions import (
    SESSIONS_AT_MOST,
    Attendance,
    NobodyLeads,
    NoSession,
    TooManySessions,
    WorkshopSession,
)
from cnapp.domain.workshops import Workshop, WorkshopBegun
from cnapp.services import leadings
from cnapp.services.journal import By, record_about
from cnapp.services.registration_letters import announce
from cnapp.services.seats import hold_still
from cnapp.services.waiting_list import give_free_seats
from cnapp.services.workshop_changes import refuse_over
from cnapp.services.workshop_programmes import (
    Obstacle,
    ProgrammeRefused,
    day_obstacles,
    lay_out,
    lead_all,
    promise_kits,
    refuse_overlap,
    take_kits_back,
)
from cnapp.services.workshops import Programme, thing

SESSIONS, PLACE, LEADERS, KITS = "sessions", "place", "leaders", "kits"
"""What of a programme was changed, as the journal says it."""
TOLD = {SESSIONS, PLACE}


@dataclass(frozen=True)
class Match:
    """Which session takes which time: those that stay, those that move; sessions too many, times too many."""

    moved: list[tuple[WorkshopSession, Span]]
    gone: list[WorkshopSession]
    added: list[Span]


def match(sessions: Iterable[WorkshopSession], spans: Iterable[Span]) -> Match:
    """One that begins at the same time stays itself; each other time is taken by the nearest session that is left."""
    left, moved = {each.starts_at: each for each in sessions}, []
    new = []
    for span in sorted(spans):
        if span.start in left:
            moved.append((left.pop(span.start), span))
        else:
            new.append(span)
    for span in list(new):
        if left:
            nearest = min(left, key=lambda start: abs(start - span.start))
            moved.append((left.pop(nearest), span))
            new.remove(span)
    return Match([(each, span) for each, span in moved if each.span != span], list(left.values()), new)


def ahead(workshop: Workshop, now: datetime) -> list[WorkshopSession]:
    """The sessions that can still be changed: not begun."""
    return [each for each in workshop.sessions if each.starts_at > now]


def leaders_of(sessions: Iterable[WorkshopSession]) -> list[Staff]:
    """Each once, by name."""
    found = {each.id: each for session in sessions for each in session.leaders}
    return sorted(found.values(), key=lambda each: (each.name, each.id))


def kits_of(workshop: Workshop, now: datetime) -> list[Kit]:
    """Those promised to what is still to come, each once."""
    loans = db.session.scalars(loans_of(workshop.id)).all()
    return list({loan.kit_id: loan.kit for loan in loans if loan.starts_at > now}.values())


def kits_ever(workshop: Workshop) -> list[Kit]:
    """Those that can be promised again to a copy of it."""
    loans = db.session.scalars(loans_of(workshop.id)).all()
    return list({loan.kit_id: loan.kit for loan in loans if loan.kit.retired_at is None}.values())


def change_programme(
    workshop_id: int, place: Place, programme: Programme, *, by: By, settings: Settings, now: datetime
) -> int:
    """Its sessions that have not begun are held at these times. Answers how many people are told.

    Raises WorkshopOver, WorkshopBegun, NoSession, TooManySessions, NobodyLeads, SessionsOverlap, DevicesPromised, and
    ProgrammeRefused with all that stands in the way.
    """
    workshop = hold_still(workshop_id)
    _refuse(workshop, place, programme, now)
    fields = differences(workshop, place, programme, now=now)
    if not fields:
        return 0
    left = [each.starts_at for each in ahead(workshop, now)]
    change = _Change(workshop, place, programme, fields, by, now)
    lent = change.take_kits_back()
    obstacles = [*change.sessions(), *change.lend()]
    if obstacles:
        raise ProgrammeRefused(obstacles)
    _lend_again(workshop, lent)
    workshop.updated_at = now
    db.session.flush()
    record_about(thing(workshop), "changed", by=by, now=now, fields=sorted(fields))
    told = _announce(workshop, left, by=by, now=now) if fields & TOLD else 0
    give_free_seats(workshop, settings=settings, now=now)
    return told


def put_back(workshop: Workshop, session: WorkshopSession, span: Span, *, by: By, now: datetime) -> None:
    """A session is held at its former time again, led by nobody, whether or not that time is possible.

    Nobody is told by this alone. Raises ProgrammeRefused when a kit was promised to another workshop meanwhile.
    """
    programme = Programme((span,), (), tuple(kits_of(workshop, now)))
    change = _Change(workshop, workshop.place, programme, {SESSIONS}, by, now)
    lent = change.take_kits_back()
    leadings.forget(session, by=by, now=now)
    session.starts_at, session.ends_at = span.start, span.end
    db.session.flush()
    _redate(workshop)
    obstacles = change.lend()
    if obstacles:
        raise ProgrammeRefused(obstacles)
    _lend_again(workshop, lent)
    workshop.version, workshop.updated_at = workshop.version + 1, now
    db.session.flush()


def differences(workshop: Workshop, place: Place, programme: Programme, *, now: datetime) -> set[str]:
    """What of it would change."""
    sessions = ahead(workshop, now)
    is_ahead = bool(sessions or programme.spans)
    differs = {
        SESSIONS: {each.span for each in sessions} != set(programme.spans),
        PLACE: place.id != workshop.place_id,
        LEADERS: is_ahead and _ids(leaders_of(sessions)) != _ids(programme.leaders),
        KITS: is_ahead and _ids(kits_of(workshop, now)) != _ids(programme.kits),
    }
    return {name for name, is_other in differs.items() if is_other}


def _ids(rows: Iterable[Staff | Kit]) -> set[int]:
    return {each.id for each in rows}


def _refuse(workshop: Workshop, place: Place, programme: Programme, now: datetime) -> None:
    refuse_over(workshop, now)
    begun = [each.span for each in workshop.sessions if each.starts_at <= now]
    if begun and place.id != workshop.place_id:
        raise WorkshopBegun
    if not begun and not programme.spans:
        raise NoSession
    if len(begun) + len(programme.spans) > SESSIONS_AT_MOST:
        raise TooManySessions
    if programme.spans and not programme.leaders:
        raise NobodyLeads
    refuse_overlap([*begun, *programme.spans])


@dataclass(frozen=True)
class _Change:
    """One change under way, of a workshop that is held still."""

    workshop: Workshop
    place: Place
    programme: Programme
    fields: set[str]
    by: By
    now: datetime

    def take_kits_back(self) -> list[int]:
        """Answers the seats with which a device was lent."""
        if self.fields <= {LEADERS}:
            return []
        mine = Seat.workshop_id == self.workshop.id
        lent = list(db.session.scalars(select(Seat.id).where(mine, Seat.borrows)))
        _lend(lent, self.workshop, borrows=False)
        take_kits_back(self.workshop, since=self.now)
        return lent

    def lend(self) -> list[Obstacle]:
        kits = () if self.fields <= {LEADERS} else self.programme.kits
        return promise_kits(self.workshop, kits, since=self.now)

    def sessions(self) -> list[Obstacle]:
        """Each leader's time is let go, then promised again where it is needed."""
        if self.fields <= {KITS}:
            return []
        sessions = ahead(self.workshop, self.now)
        matched, leaders = match(sessions, self.programme.spans), self._leaders(sessions)
        moved = {each.id: span for each, span in matched.moved}
        stay = [each for each in sessions if each not in matched.gone]
        again = [each for each in stay if PLACE in self.fields or each.id in moved]
        for each in (*again, *matched.gone):
            leadings.forget(each, by=self.by, now=self.now)
        self._move(moved, again, matched.gone)
        obstacles = self._lead(again, leaders)
        if LEADERS in self.fields:
            obstacles += [each for session in stay if session not in again for each in self._swap(session)]
        obstacles += lay_out(self.workshop, matched.added, self.programme.leaders, by=self.by, now=self.now)
        _redate(self.workshop)
        return obstacles

    def _swap(self, session: WorkshopSession) -> list[Obstacle]:
        """Whoever leads it and stays is left alone."""
        known, wanted = session.leaders, self.programme.leaders
        for each in known:
            if each not in wanted:
                leadings.dismiss(session, each, by=self.by, now=self.now)
        new = [each for each in wanted if each not in known]
        return lead_all(session, new, self.place, by=self.by, now=self.now)

    def _leaders(self, sessions: Sequence[WorkshopSession]) -> dict[int, Sequence[Staff]]:
        """A session keeps its own, unless others were chosen."""
        if LEADERS in self.fields:
            return {each.id: self.programme.leaders for each in sessions}
        return {each.id: list(each.leaders) for each in sessions}

    def _move(self, moved: dict[int, Span], again: list[WorkshopSession], gone: list[WorkshopSession]) -> None:
        for each in gone:
            db.session.execute(delete(Attendance).where(Attendance.session_id == each.id))
            db.session.execute(delete(Displacement).where(Displacement.session_id == each.id))
            db.session.execute(delete(WorkshopSession).where(WorkshopSession.id == each.id))
            db.session.expunge(each)
        for each in again:
            span = moved.get(each.id, each.span)
            each.starts_at, each.ends_at = span.start, span.end
        self.workshop.place = self.place
        db.session.flush()
        db.session.expire(self.workshop, ["sessions", "place_id"])

    def _lead(self, sessions: list[WorkshopSession], leaders: dict[int, Sequence[Staff]]) -> list[Obstacle]:
        obstacles = day_obstacles(self.place, [each.span for each in sessions], now=self.now)
        impossible = {each.span for each in obstacles}
        for session in sessions:
            if session.span not in impossible:
                obstacles += lead_all(session, leaders[session.id], self.place, by=self.by, now=self.now)
        return obstacles


def _redate(workshop: Workshop) -> None:
    """Its dates are those of its first and of its last session."""
    theirs = select(WorkshopSession).where(WorkshopSession.workshop_id == workshop.id)
    spans = [each.span for each in db.session.scalars(theirs)]
    workshop.starts_at, workshop.ends_at = min(each.start for each in spans), max(each.end for each in spans)
    db.session.flush()
    db.session.expire(workshop, ["sessions"])


def _lend(seat_ids: list[int], workshop: Workshop, *, borrows: bool) -> None:
    db.session.execute(update(Seat).where(Seat.id.in_(seat_ids)).values(borrows=borrows))
    db.session.refresh(workshop, ["taken", "borrowed"])


def _lend_again(workshop: Workshop, seat_ids: list[int]) -> None:
    """Raises DevicesPromised."""
    db.session.refresh(workshop, ["lendable"])
    if len(seat_ids) > workshop.lendable:
        raise DevicesPromised(len(seat_ids), workshop.lendable)
    _lend(seat_ids, workshop, borrows=True)


def _announce(workshop: Workshop, left: list[datetime], *, by: By, now: datetime) -> int:
    """`left`: when it was to be held until now."""
    workshop.version += 1
    told = db.session.scalars(registrations_for(workshop.id)).all()
    for registration in told:
        _answer_in_time(registration, workshop)
        announce(registration, Letter.WORKSHOP_CHANGED, by=by, left=left, now=now)
    return len(told)


def _answer_in_time(registration: Registration, workshop: Workshop) -> None:
    """Nothing is offered into the last hours before the start, where that may be earlier now."""
    if registration.answer_by:
        registration.answer_by = min(registration.answer_by, workshop.starts_at - NO_OFFER_WITHIN)
