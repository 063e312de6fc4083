"""What the public calendars, the town's own site and the printed programmes show of workshops."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from cnapp.base.spans import Span
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.places import Place
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Level, Status, Workshop


@dataclass(frozen=True)
class Wanted:
    """Which workshops somebody looks for; what is None may be any."""

    place_id: int | None = None
    theme: str | None = None
    level: Level | None = None

    @property
    def rules(self) -> list[ColumnElement[bool]]:
        asked = (Workshop.place_id, self.place_id), (Workshop.theme, self.theme), (Workshop.level, self.level)
        return [column == value for column, value in asked if value is not None]


def _with_sessions() -> Select[Workshop]:
    """And their place, but not who leads them: two queries, however many there are."""
    return select(Workshop).options(joinedload(Workshop.place), selectinload(Workshop.sessions))


def is_public() -> ColumnElement[bool]:
    """Published, or cancelled after it had been: whoever never read of it need not read that it is not held."""
    told = Entry.subject == Subject.WORKSHOP, Entry.subject_id == Workshop.id, Entry.what == "published"
    was_published = exists().where(*told)
    cancelled = (Workshop.status == Status.CANCELLED) & was_published
    return or_(Workshop.status == Status.PUBLISHED, cancelled)


def workshops_shown(during: Span, wanted: Wanted) -> Select[Workshop]:
    """Those of a calendar, in order; cancelled ones too."""
    touches = Workshop.starts_at < during.end, Workshop.ends_at > during.start
    shown = _with_sessions().where(*touches, is_public(), *wanted.rules)
    return shown.order_by(Workshop.starts_at, Workshop.id)


def workshop_shown(public_id: str) -> Select[Workshop]:
    return _with_sessions().where(Workshop.public_id == public_id, is_public())


def last_change(during: Span) -> Select[datetime | None, datetime | None]:
    """Of any workshop, also of one that is shown no more or has gone elsewhere; and of any place."""
    touches = Workshop.starts_at < during.end, Workshop.ends_at > during.start
    workshops = select(func.max(Workshop.updated_at)).where(*touches).scalar_subquery()
    return select(workshops, select(func.max(Place.updated_at)).scalar_subquery())


def workshops_offered(now: datetime, wanted: Wanted) -> Select[Workshop]:
    """Published and not begun, in order."""
    coming = Workshop.status == Status.PUBLISHED, Workshop.starts_at > now
    return _with_sessions().where(*coming, *wanted.rules).order_by(Workshop.starts_at, Workshop.id)


def sessions_held(place_id: int, during: Span) -> Select[WorkshopSession, Workshop]:
    """With their workshop and all its sessions, in order: what a place announces."""
    within = WorkshopSession.starts_at >= during.start, WorkshopSession.starts_at < during.end
    announced = Workshop.place_id == place_id, Workshop.status == Status.PUBLISHED
    return (
        select(WorkshopSession, Workshop)
        .join(Workshop, Workshop.id == WorkshopSession.workshop_id)
        .options(selectinload(Workshop.sessions))
        .where(*within, *announced)
        .order_by(WorkshopSession.starts_at, Workshop.id)
    )
