"""Who gets which slot: the same as trying every answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import product
from random import Random

import pytest

from cnapp.domain.matching import Group, cheapest, load_cost

DAY = date(2026, 12, 7)


def badness(
    given: Sequence[int | None], costs: Sequence[Mapping[int, int]], groups: Sequence[Group], loads: Mapping[Group, int]
) -> tuple[int, int]:
    """How many are left, and what the others cost together."""
    taken = [(costs[person][slot], groups[slot]) for person, slot in enumerate(given) if slot is not None]
    many = Counter(group for _, group in taken)
    shares = sum(load_cost(loads.get(group, 0) + n) for group, count in many.items() for n in range(count))
    return len(given) - len(taken), sum(cost for cost, _ in taken) + shares


def every_answer(costs: Sequence[Mapping[int, int]]) -> Iterator[tuple[int | None, ...]]:
    for answer in product(*((None, *own) for own in costs)):
        slots = [slot for slot in answer if slot is not None]
        if len(slots) == len(set(slots)):
            yield answer


@pytest.mark.parametrize("seed", range(150))
def test_nothing_keeps_more_people_or_costs_less(seed: int) -> None:
    random = Random(seed)
    slots = range(random.randint(1, 5))
    groups = [(random.randint(1, 2), DAY) for _ in slots]
    loads = {(1, DAY): random.randint(0, 4)}
    costs = [
        {slot: random.randint(0, 60) for slot in slots if random.random() < 0.6} for _ in range(random.randint(1, 5))
    ]
    given = cheapest(costs, groups, loads)
    least = min(badness(answer, costs, groups, loads) for answer in every_answer(costs))
    assert len({slot for slot in given if slot is not None}) == sum(slot is not None for slot in given)
    assert badness(given, costs, groups, loads) == least


def test_one_after_the_other_would_leave_somebody() -> None:
    assert cheapest([{0: 1, 1: 2}, {0: 1}], [(1, DAY), (2, DAY)], {}) == [1, 0]


def test_the_load_is_shared() -> None:
    """A little more for the second of them is better than everybody to one colleague."""
    groups = [(1, DAY), (1, DAY), (2, DAY)]
    assert sorted(cheapest([{0: 10, 1: 10, 2: 12}, {0: 10, 1: 10, 2: 12}], groups, {}), key=str)[1] == 2


def test_nobody_and_nothing() -> None:
    assert cheapest([], [], {}) == []
    assert cheapest([{}, {}], [], {}) == [None, None]
