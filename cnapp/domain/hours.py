"""Opening hours as people read them: by season, days with the same hours together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from itertools import groupby

from cnapp.domain.places import OpeningHours, Season

Stretches = tuple[tuple[time, time], ...]
ALL_YEAR = Season(101, 1231)


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays in a row (Monday is 0) with the same hours; none where the place is closed."""

    first: int
    last: int
    open: Stretches


@dataclass(frozen=True, slots=True)
class Timetable:
    """One season of a place."""

    season: Season
    days: tuple[Days, ...]

    @property
    def is_all_year(self) -> bool:
        return self.season == ALL_YEAR


def timetables(hours: Iterable[OpeningHours], today: date) -> list[Timetable]:
    """The season of today first; hours that hold all year belong to every season."""
    rows = list(hours)
    seasons = {Season(row.season_first, row.season_last) for row in rows}
    named = seasons - {ALL_YEAR} or seasons
    in_order = sorted(named, key=lambda season: (not season.holds(today), season.first))
    return [Timetable(season, _days([row for row in rows if _is_in(row, season)])) for season in in_order]


def _is_in(row: OpeningHours, season: Season) -> bool:
    return Season(row.season_first, row.season_last) in (season, ALL_YEAR)


def _days(rows: list[OpeningHours]) -> tuple[Days, ...]:
    week = [(weekday, _stretches(rows, weekday)) for weekday in range(7)]
    found = []
    for stretches, group in groupby(week, key=lambda each: each[1]):
        weekdays = [weekday for weekday, _ in group]
        found.append(Days(weekdays[0], weekdays[-1], stretches))
    return tuple(found)


def _stretches(rows: list[OpeningHours], weekday: int) -> Stretches:
    return tuple(sorted((row.opens, row.closes) for row in rows if row.weekday == weekday))
