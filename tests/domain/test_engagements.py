"""One person is at one place at a time, in small towns at random and whoever has what besides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from cnapp.base.spans import Span
from cnapp.domain.engagements import Diary, Engagement, Entry, Who, meets
from cnapp.domain.free_time import FreeTime
from cnapp.domain.gaps import instant_of, midnight_of
from cnapp.domain.seating import Seats, one_by_one, seat_all
from cnapp.domain.shifts import Person, engage
from tests.scenes import MONDAY, Scene, scene

NINE = midnight_of(MONDAY) + 9 * 60
LEA = Who(1, ("+33612345678",))


def entry(number: int, who: Who, start: int = NINE, place_id: int = 1) -> Entry:
    engagement = Engagement(start, start + 45, place_id)
    return Entry(number, who, Span(instant_of(start), instant_of(start + 45)), engagement)


def crowd(seed: int) -> tuple[Scene, list[Entry]]:
    """Five people come two or three times each, and have other things that week."""
    random = Random(seed)
    town = scene(seed, people=12, colleagues=4, days=2)
    known = [Who(number, (f"+3361234567{number}",)) for number in range(5)]
    people = [
        Person(replace(each.touched, who=known[number % 5]), each.places, each.must_speak)
        for number, each in enumerate(town.people)
    ]
    beside = [
        entry(0, random.choice([who, Who(100 + number, who.contacts)]), _some_start(random), random.choice([1, 2, 3]))
        for number, who in enumerate(known)
        for _ in range(random.randint(0, 3))
    ]
    engage({person.touched.number: person for person in people}, beside)
    return replace(town, people=people), beside


def _some_start(random: Random) -> int:
    return NINE + random.choice([0, 24 * 60]) + random.randrange(0, 420, 15)


def clashes(engagements: Iterable[Engagement], town: Scene) -> list[tuple[Engagement, Engagement]]:
    """By its own arithmetic: less time between than the way takes."""
    found = []
    for one, other in combinations(sorted(engagements), 2):
        if other.start - one.end < town.team.minutes_between(one.place_id, other.place_id):
            found.append((one, other))
    return found


def given(town: Scene, seats: Seats) -> Iterator[tuple[Person, list[Engagement]]]:
    """Each with what is proposed to them for all of their appointments."""
    for person in town.people:
        theirs = [each for each in town.people if each.touched.who == person.touched.who]
        yield person, [seats[each.touched.number].engagement for each in theirs if each.touched.number in seats]


@pytest.mark.parametrize("seed", range(60))
def test_nobody_is_given_two_times_that_meet(seed: int) -> None:
    town, beside = crowd(seed)
    seats, free = seat_all(town.people, town.fresh)
    for person, theirs in given(town, seats):
        assert clashes(theirs, town) == []
        same = [each.engagement for each in beside if each.who == person.touched.who]
        assert all(clashes([one, other], town) == [] for one in theirs for other in same)
        own = seats.get(person.touched.number)
        assert not own or all(clashes([own.engagement, each], town) == [] for each in person.engaged)
    assert_alternatives(town, seats, free)


def assert_alternatives(town: Scene, seats: Seats, free: FreeTime) -> None:
    """They meet nothing that their person has, nor is proposed for another appointment."""
    for person in town.people:
        others = [seats[number].engagement for number in person.also if number in seats]
        for seat in (seat for way in free.of_each_way(person).values() for seat in way):
            assert all(clashes([seat.engagement, each], town) == [] for each in (*person.engaged, *others))


def test_as_many_as_can_be_are_kept_all_the_same() -> None:
    towns = [crowd(seed)[0] for seed in range(60)]
    ours = sum(len(seat_all(each.people, each.fresh)[0]) for each in towns)
    assert ours >= sum(len(one_by_one(each.people, each.fresh())) for each in towns)
    assert ours > 60 * 12 * 0.7


def test_what_somebody_has_for_others_is_found_by_telephone_or_mailbox_or_row() -> None:
    again, elsewhere = Who(2, ("lea@exemple.fr", *LEA.contacts)), Who(3, ("lea@exemple.fr",))
    diary = Diary([entry(1, LEA), entry(2, again, NINE + 60), entry(3, elsewhere, NINE + 120), entry(4, Who(4, ()))])
    assert [each.number for each in diary.beside(entry(1, LEA))] == [2]
    assert [each.number for each in diary.beside(entry(2, again, NINE + 60))] == [3, 1]
    assert [each.number for each in diary.beside(entry(9, Who(4, ())))] == [4]


def test_two_who_came_at_once_from_the_beginning_are_two_with_one_telephone() -> None:
    diary = Diary([entry(1, LEA, NINE + 30), entry(2, Who(2, LEA.contacts), NINE + 30)])
    assert [each.number for each in diary.beside(entry(3, LEA))] == [1]


@pytest.mark.parametrize(
    ("start", "place_id", "is_met"), [(44, 1, True), (45, 1, False), (59, 2, True), (60, 2, False)]
)
def test_the_way_counts_between_two_places_and_at_one_there_is_none(start: int, place_id: int, is_met: bool) -> None:
    ways = scene(0, people=1).team.ways
    first, second = Engagement(NINE, NINE + 45, 1), Engagement(NINE + start, NINE + start + 30, place_id)
    assert meets(second, [first], ways) is is_met
    assert meets(first, [second], ways) is is_met
