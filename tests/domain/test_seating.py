"""Everybody at once, in small towns at random: beside one after the other, and beside trying every answer."""

from __future__ import annotations

from itertools import combinations

import pytest

from bench.optimum import least_cost
from cnapp.domain.citizens import Need
from cnapp.domain.free_time import Seat
from cnapp.domain.seating import Seats, one_by_one, seat_all
from cnapp.domain.shifts import CALLED, Person
from tests.scenes import Scene, scene


def cost(town: Scene, seats: Seats) -> int:
    return town.fresh().price(seats.values()) + CALLED * (len(town.people) - len(seats))


def meet(one: Seat, other: Seat) -> bool:
    """At once, or in the rest of the other."""
    first, second = sorted((one.taken, other.taken))
    return one.stay == other.stay and second.start < first.end + first.buffer


@pytest.mark.parametrize("seed", range(60))
def test_a_few_are_kept_as_well_as_can_be(seed: int) -> None:
    town = scene(seed, people=4, colleagues=2, days=1)
    ours, least = cost(town, seat_all(town.people, town.fresh)[0]), least_cost(town.people, town.fresh())
    assert least <= ours < least + CALLED / 2, "as many are kept"
    assert ours <= cost(town, one_by_one(town.people, town.fresh()))


def test_nearly_always_nothing_else_would_ask_less() -> None:
    towns = [scene(seed, people=4, colleagues=2, days=1) for seed in range(100)]
    least = [least_cost(each.people, each.fresh()) for each in towns]
    ours = [cost(each, seat_all(each.people, each.fresh)[0]) for each in towns]
    greedy = [cost(each, one_by_one(each.people, each.fresh())) for each in towns]
    assert sum(one == other for one, other in zip(ours, least, strict=True)) >= 85
    assert sum(one == other for one, other in zip(greedy, least, strict=True)) < 75
    assert sum(ours) < sum(least) * 1.001


@pytest.mark.parametrize("seed", range(8))
def test_of_many_no_fewer_are_kept_than_one_after_the_other(seed: int) -> None:
    town = scene(seed, people=60, colleagues=6, days=4)
    ours, greedy = seat_all(town.people, town.fresh)[0], one_by_one(town.people, town.fresh())
    assert len(ours) >= len(greedy)
    assert cost(town, ours) <= cost(town, greedy)


@pytest.mark.parametrize("seed", range(25))
def test_nobody_meets_anybody_and_nothing_that_they_need_is_contradicted(seed: int) -> None:
    town = scene(seed, people=14, colleagues=4, days=3)
    seats, free = seat_all(town.people, town.fresh)
    by_number = {person.touched.number: person for person in town.people}
    assert not any(meet(one, other) for one, other in combinations(seats.values(), 2))
    for number, seat in seats.items():
        assert_fits(town, by_number[number], seat)
    for person in town.people:
        for seat in (seat for way in free.of_each_way(person).values() for seat in way):
            assert_fits(town, person, seat)
            assert not any(meet(seat, other) for other in seats.values())


def assert_fits(town: Scene, person: Person, seat: Seat) -> None:
    touched, stay = person.touched, seat.stay
    colleague, place = town.team.colleagues[stay.conseiller_id], town.team.places[stay.place_id]
    taken = seat.taken
    assert taken.end - taken.start == touched.duration
    assert stay.start <= taken.start and taken.end <= stay.end
    assert not any(start < taken.end and taken.start < end for start, end in stay.breaks)
    for other in town.promises[stay.conseiller_id]:
        assert taken.end + taken.buffer <= other.start or other.end + other.buffer <= taken.start
    if touched.perimeter:
        assert colleague.may_act(touched.perimeter, stay.day)
    if Need.WHEELCHAIR in touched.needs:
        assert place.step_free is not False
    if Need.SIGN_LANGUAGE in touched.needs:
        assert "fsl" in colleague.languages
    elif touched.languages:
        assert "ar" in colleague.languages
    if stay.day == person.day:
        assert town.team.minutes_between(1, stay.place_id) <= 40
