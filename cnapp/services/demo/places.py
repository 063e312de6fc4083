"""Places of the demonstration as rows, with their rooms, hours, closures and the travel between them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import combinations
from math import ceil, hypot

from cnapp.base.database import db
from cnapp.base.workdays import days_between, holiday_name, monday_of
from cnapp.domain.places import Closure, Place, Room, Travel
from cnapp.services.demo.chance import Chance
from cnapp.services.demo.hours import opening_hours
from cnapp.services.demo.metz import EXAMPLES, Example

MINUTES_IN_ONE_BUILDING = 5


@dataclass
class Places:
    """The rows, by slug."""

    by_slug: dict[str, Place] = field(default_factory=dict)

    def __getitem__(self, slug: str) -> Place:
        return self.by_slug[slug]

    def room_of(self, slug: str) -> int | None:
        """The first one, where there is any."""
        rooms = self.by_slug[slug].rooms
        return rooms[0].id if rooms else None


def make_places(day: date, *, now: datetime) -> Places:
    rows = [_place(example, number, now) for number, example in enumerate(EXAMPLES, 1)]
    db.session.add_all(rows)
    db.session.flush()
    places = Places({row.slug: row for row in rows})
    closures, chance = _closures(places, day), Chance(day, "closures")
    for closure in closures:
        closure.public_id = chance.hexadecimal()
    db.session.add_all([*_travel(places), *closures])
    db.session.flush()
    return places


def _place(example: Example, number: int, now: datetime) -> Place:
    return Place(
        slug=example.slug,
        name=example.name,
        address=example.address,
        postcode=example.postcode,
        town="Metz",
        phone=f"+3335301{number:04}",
        way_in=example.way_in,
        step_free=example.step_free,
        hearing_loop=example.hearing_loop,
        services=list(example.services),
        building=example.building,
        is_demonstration=True,
        valid_from=example.since,
        updated_at=now,
        rooms=[Room(name=name) for name in example.rooms],
        opening_hours=opening_hours(example.hours),
    )


def _travel(places: Places) -> list[Travel]:
    rows = []
    for one, other in combinations(EXAMPLES, 2):
        low, high = sorted((places[one.slug].id, places[other.slug].id))
        rows.append(Travel(from_place_id=low, to_place_id=high, minutes=travel_minutes(one, other)))
    return rows


def travel_minutes(one: Example, other: Example) -> int:
    """By bus and on foot: ten minutes and four for each kilometre, to the next five."""
    if one.building and one.building == other.building:
        return MINUTES_IN_ONE_BUILDING
    kilometres = hypot(one.at[0] - other.at[0], one.at[1] - other.at[1])
    return max(10, 5 * ceil((10 + 4 * kilometres) / 5))


def _closures(places: Places, day: date) -> list[Closure]:
    """Samedi saint in the libraries, the bridge of Ascension in two town halls, one week of works soon."""
    found = [
        _closure(places[example.slug], holy_saturday(year), "Samedi saint")
        for year in (day.year, day.year + 1)
        for example in EXAMPLES
        if example.is_library
    ]
    for year in (day.year, day.year + 1):
        bridge = day_called("Ascension", year) + timedelta(days=1)
        found += [
            _closure(places[slug], bridge, "Pont de l’Ascension") for slug in ("mairie-magny", "mairie-vallieres")
        ]
    works = monday_of(day) + timedelta(weeks=3)
    place = places["mediatheque-magny"]
    return [*found, Closure(place_id=place.id, starts_on=works, ends_on=works + timedelta(days=6), reason="Travaux")]


def _closure(place: Place, day: date, reason: str) -> Closure:
    return Closure(place_id=place.id, starts_on=day, ends_on=day, reason=reason)


def holy_saturday(year: int) -> date:
    return day_called("Vendredi saint", year) + timedelta(days=1)


def day_called(holiday: str, year: int) -> date:
    return next(day for day in days_between(date(year, 1, 1), date(year, 12, 31)) if holiday_name(day) == holiday)
