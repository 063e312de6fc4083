"""Workshops to come as a list that is narrowed down: by place, theme, level and month."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Select, select

from cnapp.base.workdays import day_of
from cnapp.domain.places import Place
from cnapp.domain.workshops import Level, Status, Workshop, workshops_whole


class Line(NamedTuple):
    """As much of a workshop as it takes to find it."""

    id: int
    starts_at: datetime
    theme: str
    level: Level
    slug: str
    place: str

    @property
    def month(self) -> date:
        """Its first day."""
        return day_of(self.starts_at).replace(day=1)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What is asked of a list; None asks nothing."""

    place: str | None = None
    theme: str | None = None
    level: Level | None = None
    month: date | None = None

    def keeps(self, line: Line) -> bool:
        asked = (self.place, line.slug), (self.theme, line.theme), (self.level, line.level), (self.month, line.month)
        return all(wanted in (None, its) for wanted, its in asked)


def lines_coming(now: datetime) -> Select[int, datetime, str, Level, str, str]:
    """Published and not begun, in order."""
    columns = Workshop.id, Workshop.starts_at, Workshop.theme, Workshop.level, Place.slug, Place.name
    coming = Workshop.status == Status.PUBLISHED, Workshop.starts_at > now
    order = Workshop.starts_at, Workshop.id
    return select(*columns).join(Place, Place.id == Workshop.place_id).where(*coming).order_by(*order)


def workshops_numbered(numbers: Collection[int]) -> Select[Workshop]:
    return workshops_whole().where(Workshop.id.in_(numbers)).order_by(Workshop.starts_at, Workshop.id)
