"""The workshops to come, as citizens look for one: a fixed number of queries, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cnapp.base.database import db
from cnapp.domain.places import Place
from cnapp.domain.workshop_lists import Line, Narrowing, lines_coming, workshops_numbered
from cnapp.domain.workshops import Level, Workshop, workshops_coming
from cnapp.services.vacancies import Vacancy, vacancies

WORKSHOPS_A_PAGE = 12
"""As many as a page under 60 KB holds."""
AT_A_PLACE = 3


@dataclass(frozen=True)
class Asked:
    """What an address asks, not yet judged."""

    place: str = ""
    theme: str = ""
    level: Level | None = None
    month: str = ""


@dataclass(frozen=True)
class Choices:
    """What the list can be narrowed down by: only what some workshop has."""

    places: dict[str, str]
    """Names by slug."""
    themes: list[str]
    levels: list[Level]
    months: list[date]


@dataclass(frozen=True)
class Found:
    """One page of them, and what was understood of the question."""

    workshops: Sequence[Workshop]
    vacancies: dict[int, Vacancy]
    how_many: int
    narrowing: Narrowing
    choices: Choices
    has_more: bool


def find(asked: Asked, *, page: int, now: datetime) -> Found:
    """What is asked and does not exist is as if it were not asked."""
    lines = [Line(*row) for row in db.session.execute(lines_coming(now))]
    choices = _choices(lines)
    narrowing = _understood(asked, choices)
    kept = [line.id for line in lines if narrowing.keeps(line)]
    shown = kept[(page - 1) * WORKSHOPS_A_PAGE : page * WORKSHOPS_A_PAGE]
    workshops = db.session.scalars(workshops_numbered(shown)).all()
    has_more = len(kept) > page * WORKSHOPS_A_PAGE
    return Found(workshops, vacancies(workshops, now=now), len(kept), narrowing, choices, has_more)


def coming_at(place: Place, *, now: datetime) -> Sequence[Workshop]:
    """The next few at a place."""
    return db.session.scalars(workshops_coming(now, [place.id]).limit(AT_A_PLACE)).all()


def _choices(lines: Sequence[Line]) -> Choices:
    places = sorted({(line.place, line.slug) for line in lines})
    return Choices(
        {slug: name for name, slug in places},
        sorted({line.theme for line in lines}),
        [level for level in Level if level in {line.level for line in lines}],
        sorted({line.month for line in lines}),
    )


def _understood(asked: Asked, choices: Choices) -> Narrowing:
    return Narrowing(
        place=asked.place if asked.place in choices.places else None,
        theme=asked.theme if asked.theme in choices.themes else None,
        level=asked.level if asked.level in choices.levels else None,
        month=next((month for month in choices.months if f"{month:%Y-%m}" == asked.month), None),
    )
