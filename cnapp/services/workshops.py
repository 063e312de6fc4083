"""Workshops: prepared, published, withdrawn, cancelled. Callers lock the leaders, and commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from cnapp.base.database import attempt, db
from cnapp.base.spans import Span
from cnapp.base.tokens import new_public_id
from cnapp.config import Settings
from cnapp.domain.journal import Subject
from cnapp.domain.kits import Kit
from cnapp.domain.outbox import Letter
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Standing as Decided
from cnapp.domain.registrations import Standing, registrations_for
from cnapp.domain.workshops import (
    Level,
    Status,
    Workshop,
    WorkshopOver,
    WorkshopUnknown,
    workshop_named,
    workshops_of_series,
)
from cnapp.services.journal import By, Thing, record_about
from cnapp.services.leadings import decide, free
from cnapp.services.registration_letters import announce, note
from cnapp.services.seats import hold_still
from cnapp.services.waiting_list import let_seat_go
from cnapp.services.workshop_programmes import (
    Obstacle,
    ProgrammeRefused,
    lay_out,
    promise_kits,
    refuse_long,
    refuse_nonsense,
    take_kits_back,
)


@dataclass(frozen=True)
class Facts:
    """What is said of a workshop; the names are those of its columns."""

    title: str
    learn: str
    level: Level
    theme: str
    place: Place
    capacity: int
    prerequisite: str = ""
    bring: str = ""
    language: str = "fr"
    audience: str = ""
    at_least: int = 1
    closes_hours_before: int = 0


@dataclass(frozen=True)
class Programme:
    """When it is held, by whom, and with which kits: all of them at every session."""

    spans: tuple[Span, ...]
    leaders: tuple[Staff, ...]
    kits: tuple[Kit, ...] = ()


def find(public_id: str) -> Workshop:
    """Raises WorkshopUnknown."""
    workshop = db.session.scalar(workshop_named(public_id))
    if workshop is None:
        raise WorkshopUnknown
    return workshop


def thing(workshop: Workshop) -> Thing:
    return Subject.WORKSHOP, workshop.id


def prepare(facts: Facts, programme: Programme, *, series_id: str | None = None, by: By, now: datetime) -> Workshop:
    """A draft, whose time is promised already.

    Raises ProgrammeRefused with all that stands in the way, NoSession, TooManySessions, NobodyLeads, SessionsOverlap.
    """
    spans = sorted(programme.spans)
    refuse_long(spans, programme.leaders)
    workshop = Workshop(
        public_id=new_public_id(),
        series_id=series_id,
        **vars(facts),
        starts_at=spans[0].start,
        ends_at=spans[-1].end,
        status=Status.DRAFT,
        version=1,
        created_at=now,
        updated_at=now,
    )
    db.session.add(workshop)
    db.session.flush()
    obstacles = lay_out(workshop, spans, programme.leaders, by=by, now=now)
    obstacles += promise_kits(workshop, programme.kits)
    if obstacles:
        raise ProgrammeRefused(obstacles)
    record_about(thing(workshop), "prepared", by=by, now=now)
    db.session.expire(workshop)
    return workshop


def prepare_series(
    facts: Facts, programme: Programme, *, series_id: str | None = None, by: By, now: datetime
) -> list[Workshop]:
    """« Par séance »: a draft for each date, all or none. Raises ProgrammeRefused, and what refuse_nonsense does."""
    spans = sorted(programme.spans)
    refuse_nonsense(spans, programme.leaders)
    series_id = series_id or new_public_id()
    made: list[Workshop] = []
    obstacles: list[Obstacle] = []
    for span in spans:
        try:
            with attempt():
                one = replace(programme, spans=(span,))
                made.append(prepare(facts, one, series_id=series_id, by=by, now=now))
        except ProgrammeRefused as refusal:
            obstacles += refusal.obstacles
    if obstacles:
        raise ProgrammeRefused(obstacles)
    return made


def series(series_id: str) -> Sequence[Workshop]:
    return db.session.scalars(workshops_of_series(series_id)).all()


def publish(workshop: Workshop, *, by: By, now: datetime) -> None:
    """Citizens see it and register. Again changes nothing. Raises WorkshopOver."""
    if workshop.status is Status.PUBLISHED:
        return
    if not workshop.stands or workshop.is_past(now):
        raise WorkshopOver
    _become(workshop, Status.PUBLISHED, "published", by=by, now=now)


def publish_series(workshop: Workshop, *, by: By, now: datetime) -> int:
    """Every draft of its series that is still to come. Answers how many."""
    held = [hold_still(each.id) for each in drafts_of(workshop, now=now)]
    drafts = [each for each in held if each.status is Status.DRAFT]
    for each in drafts:
        publish(each, by=by, now=now)
    return len(drafts)


def drafts_of(workshop: Workshop, *, now: datetime) -> list[Workshop]:
    """Of its series, itself among them, what is still to come and nobody sees yet; none without a series."""
    alike = series(workshop.series_id) if workshop.series_id else ()
    return [each for each in alike if each.status is Status.DRAFT and not each.is_past(now)]


def withdraw(workshop: Workshop, *, by: By, now: datetime) -> None:
    """Nobody sees it any more; whoever is registered stays so. Again changes nothing. Raises WorkshopOver."""
    if workshop.status is Status.WITHDRAWN:
        return
    if not workshop.stands:
        raise WorkshopOver
    _become(workshop, Status.WITHDRAWN, "withdrawn", by=by, now=now)


def cancel(workshop: Workshop, *, by: By, reason: str | None = None, settings: Settings, now: datetime) -> int:
    """Everyone concerned is told; the leaders' time and the kits are free. Answers how many people are told.

    Again changes nothing. Raises WorkshopOver once its last session has ended.
    """
    workshop = hold_still(workshop.id)
    if not workshop.stands:
        return 0
    if workshop.ends_at <= now:
        raise WorkshopOver
    told = db.session.scalars(registrations_for(workshop.id)).all()
    for registration in told:
        let_seat_go(registration, workshop, Standing.REVOKED, now=now)
        registration.reason = reason
        announce(registration, Letter.WORKSHOP_CANCELLED, by=by, now=now)
        note("revoked", registration, by=by, now=now, reason=reason)
    take_kits_back(workshop)
    for session in (each for each in workshop.sessions if each.ends_at > now):
        free(session, by=by, now=now)
        decide(session, Decided.ENDED, now=now)
    workshop.cancelled_at, workshop.version = now, workshop.version + 1
    _become(workshop, Status.CANCELLED, "cancelled", by=by, now=now, reason=reason)
    return len(told)


def _become(workshop: Workshop, status: Status, what: str, *, by: By, now: datetime, **detail: str | None) -> None:
    workshop.status, workshop.updated_at = status, now
    db.session.flush()
    record_about(thing(workshop), what, by=by, now=now, **detail)
