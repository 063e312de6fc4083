"""The least that a few people can be asked, found by trying every answer: what a plan is measured by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from cnapp.domain.free_time import FreeTime, Seat
from cnapp.domain.shifts import CALLED, Person

ANSWERS = 400
"""Of each person, the cheapest: with so few people nobody is asked for more."""


def least_cost(people: Sequence[Person], free: FreeTime) -> int:
    """Whoever gets nothing counts as somebody who is called."""
    also = sorted(
        {person.start + shift for person in people for shift in (0, *(-each.length.whole for each in people))}
    )
    answers = [_answers(person, free, also) for person in people]
    return _Search(answers, free).best()


def _answers(person: Person, free: FreeTime, also: Sequence[int]) -> list[Seat]:
    return list(islice(sorted(free.starts(person, also), key=lambda seat: seat.asked), ANSWERS))


class _Search:
    """Depth first, cut where the best that is left cannot be better."""

    def __init__(self, answers: Sequence[Sequence[Seat]], free: FreeTime) -> None:
        self._answers, self._free = answers, free
        least = [min(CALLED, *(seat.asked for seat in own)) if own else CALLED for own in answers]
        self._hopes = [sum(least[number:]) for number in range(len(least) + 1)]
        self._best = CALLED * len(answers)

    def best(self) -> int:
        self._go(0, [], 0)
        return self._best

    def _go(self, number: int, taken: list[Seat], called: int) -> None:
        price = self._free.price(taken) + called
        if price + self._hopes[number] >= self._best:
            return
        if number == len(self._answers):
            self._best = price
            return
        for seat in self._answers[number]:
            if price + seat.asked + self._hopes[number + 1] >= self._best:
                break
            if all(_apart(seat, other) for other in taken):
                self._go(number + 1, [*taken, seat], called)
        self._go(number + 1, taken, called + CALLED)


def _apart(one: Seat, other: Seat) -> bool:
    """Neither at once nor in the other's rest."""
    if one.stay != other.stay:
        return True
    return one.taken.end + one.taken.buffer <= other.start or other.taken.end + other.taken.buffer <= one.start
