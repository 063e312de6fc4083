"""What it asks of somebody to come at another time, at another place or to somebody else; and what may not be asked.

One unit of cost is about one minute that somebody's day is shifted by.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cnapp.domain.answers import suits, surely_suits
from cnapp.domain.citizens import Need
from cnapp.domain.distances import Ways
from cnapp.domain.engagements import Diary, Engagement, Entry
from cnapp.domain.gaps import Length, Stay, Wanted, midnight_of, minute_of
from cnapp.domain.people import Habilitation
from cnapp.domain.places import Place
from cnapp.domain.proposals import Touched, Way
from cnapp.domain.travels import Travels

NEAR_MINUTES = 40
"""A way across the town by bus: whoever comes on foot or with a stick is not sent farther."""
AHEAD_DAYS = 21
"""Later than three weeks after the old day, a time is better agreed by telephone than proposed."""

SAME_DAY, NEARBY, LATER = 100, 400, 1200
"""What each way costs by itself: the same day is better than another one, the same place than a near one."""
A_DAY, ELSEWHERE = 100, 200
"""Each day of waiting; another place than theirs, another day."""
A_MINUTE_OF_WAY = 4
SOONER_TODAY = 60
"""Today, earlier than planned: they must be reached before they would have left."""
ANOTHER_FACE, OTHER_LANGUAGE = 10, 200
KEPT_FOR_WALK_INS, KEPT_FOR_ACTING = 40, 8
"""Minutes kept for people without appointment; the time of somebody habilitated, for a motif that needs no right."""
HOURS_WEIGH = 4
"""Another day, that many minutes of another hour count as one."""
CALLED = 5000
"""What somebody who is kept by nothing counts as."""


@dataclass(frozen=True)
class Colleague:
    """Somebody who receives, as plain values."""

    id: int
    first_name: str
    is_coordinator: bool = False
    languages: frozenset[str] = frozenset()
    habilitations: tuple[Habilitation, ...] = ()

    def may_act(self, perimeter: str, day: date) -> bool:
        return any(each.allows(perimeter, day) for each in self.habilitations)

    def speaks(self, languages: Iterable[str]) -> bool:
        return any(each in self.languages for each in languages)


@dataclass
class Person:
    """Somebody touched, with what searching asks again and again."""

    touched: Touched
    places: frozenset[int]
    """Where they can be received."""
    must_speak: frozenset[str] = frozenset()
    """At least one of these, since they had been given somebody who does."""
    engaged: tuple[Engagement, ...] = ()
    """What they have besides."""
    also: tuple[int, ...] = ()
    """Numbers of their other appointments that wait for a time here."""
    length: Length = field(init=False)
    start: int = field(init=False)
    day: date = field(init=False)
    hour: int = field(init=False)
    """Minutes since midnight."""

    def __post_init__(self) -> None:
        self.length = Length(self.touched.duration, self.touched.buffer)
        self.start = minute_of(self.touched.starts_at)
        self.day = self.touched.day
        self.hour = self.start - midnight_of(self.day)

    @property
    def entry(self) -> Entry | None:
        """As they had it; None where nobody knows whose it is."""
        touched = self.touched
        return Entry(touched.number, touched.who, touched.span, self.had) if touched.who else None

    @property
    def had(self) -> Engagement:
        return self.at(self.touched.place_id, self.start)

    def at(self, place_id: int, start: int) -> Engagement:
        return Engagement(start, start + self.length.duration, place_id)

    @cached_property
    def wanted(self) -> Wanted:
        return Wanted(self.start, self.length)

    @cached_property
    def profile(self) -> Hashable:
        """What a basis depends on: many people have the same."""
        touched = self.touched
        given = touched.conseiller_id, touched.place_id, touched.perimeter, touched.languages
        return (*given, self.day, self.must_speak, self.places)


@dataclass
class Team:
    """Who receives, where, and how far one place is from another for whoever walks or takes a bus."""

    colleagues: Mapping[int, Colleague]
    places: Mapping[int, Place]
    travels: Travels
    today: date
    ways: Ways = field(init=False)

    def __post_init__(self) -> None:
        self.ways = Ways(self.places, self.travels)

    def person(self, touched: Touched) -> Person:
        before = self.colleagues.get(touched.conseiller_id)
        spoken = before.languages.intersection(touched.languages) if before else frozenset()
        must = frozenset({"fsl"}) if "fsl" in spoken else spoken
        return Person(touched, frozenset(self._able_places(touched)), must)

    def minutes_between(self, here: int, there: int) -> int:
        return self.ways.minutes_between(here, there)

    def may_receive(self, colleague: Colleague, person: Person, day: date) -> bool:
        """Nothing that somebody needs is contradicted: the right to act for them, their language."""
        perimeter = person.touched.perimeter
        if perimeter is not None and not colleague.may_act(perimeter, day):
            return False
        return not person.must_speak or colleague.speaks(person.must_speak)

    def basis(self, person: Person, stay: Stay) -> int | None:
        """What any time within a presence costs at least; None when it can be none for them."""
        touched, colleague = person.touched, self.colleagues[stay.conseiller_id]
        first = max(person.day, self.today)
        waits = (stay.day - first).days
        if not 0 <= waits <= AHEAD_DAYS or stay.place_id not in person.places:
            return None
        if not self.may_receive(colleague, person, stay.day):
            return None
        away = self.minutes_between(touched.place_id, stay.place_id)
        moved = self._moved(person, stay, away)
        return None if moved is None else moved + self._meets(colleague, person, stay.day)

    def cost(self, person: Person, stay: Stay, basis: int, start: int) -> int:
        """Of one start within it."""
        late = KEPT_FOR_WALK_INS if start + person.length.duration > stay.walk_ins_from else 0
        if stay.day != person.day:
            return basis + late + abs(start - stay.midnight - person.hour) // HOURS_WEIGH
        if start == person.start:
            return basis + late
        sooner = SOONER_TODAY if start < person.start and stay.day == self.today else 0
        moved = SAME_DAY if stay.place_id == person.touched.place_id else 0
        return basis + late + moved + sooner + abs(start - person.start)

    def target(self, person: Person, stay: Stay) -> int:
        """The start that would be nearest to what they had."""
        return person.start if stay.day == person.day else stay.midnight + person.hour

    def way(self, person: Person, stay: Stay, start: int) -> Way:
        if stay.day != person.day:
            return Way.LATER
        if stay.place_id != person.touched.place_id:
            return Way.NEARBY
        return Way.SAME_TIME if start == person.start else Way.SAME_DAY

    def _moved(self, person: Person, stay: Stay, away: int) -> int | None:
        if stay.day == person.day:
            if stay.place_id == person.touched.place_id:
                return 0
            return NEARBY + A_MINUTE_OF_WAY * away if away <= NEAR_MINUTES else None
        elsewhere = ELSEWHERE + A_MINUTE_OF_WAY * away if stay.place_id != person.touched.place_id else 0
        return LATER + A_DAY * (stay.day - max(person.day, self.today)).days + elsewhere

    def _meets(self, colleague: Colleague, person: Person, day: date) -> int:
        """Another face, another language, a rare right used for nothing."""
        touched = person.touched
        cost = 0 if colleague.id == touched.conseiller_id else ANOTHER_FACE
        if touched.languages and not colleague.speaks(touched.languages):
            cost += OTHER_LANGUAGE
        rare = touched.perimeter is None and any(
            each.valid_from <= day <= each.valid_until for each in colleague.habilitations
        )
        return cost + (KEPT_FOR_ACTING if rare else 0)

    def _able_places(self, touched: Touched) -> Iterable[int]:
        """Where nobody has checked the way in, only when there is nothing better, or when it is where they were."""
        if Need.WHEELCHAIR not in touched.needs:
            return self.places
        sure = {number for number, place in self.places.items() if surely_suits(place, touched.needs)}
        able = {number for number, place in self.places.items() if suits(place, touched.needs)}
        return (sure or able) | (able & {touched.place_id})


def engage(people: Mapping[int, Person], beside: Iterable[Entry]) -> None:
    """Notes of each, by the number of their appointment, what else they have, and which others of theirs are here."""
    here = [entry for person in people.values() if (entry := person.entry)]
    diary = Diary([*(each for each in beside if each.number not in people), *here])
    for entry in here:
        others = diary.beside(entry)
        person = people[entry.number]
        person.also = tuple(each.number for each in others if each.number in people)
        person.engaged = tuple(each.engagement for each in others if each.number not in people)
