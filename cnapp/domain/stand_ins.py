"""Sessions of workshops that nobody leads any more: what each could become, and the best for all of them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from cnapp.base.workdays import day_of
from cnapp.domain.proposals import OTHERS_AT_MOST, Option, Proposal

UNLED = 5000
"""What a session that nobody leads counts as."""
ANOTHER_DAY, A_WEEK, ANOTHER_LEADER = 1200, 500, 50
"""What it asks of those who are registered: to come another day, to wait, to meet somebody else then."""
STEPS_AT_MOST = 20_000
"""Of the search for the best; then the best that was found."""


@dataclass(frozen=True)
class Offer:
    """One way to hold a session, and what it costs."""

    option: Option
    price: int


def proposals_of(offers: Sequence[Sequence[Offer]]) -> list[Proposal]:
    """For each session, in order: as many as can be are led, then at the least cost; others that meet none of these.

    `offers`: of each session, the cheapest first.
    """
    best = _Search(offers).best()
    taken = [each.option for each in best if each]
    return [_proposal(own, chosen, taken) for own, chosen in zip(offers, best, strict=True)]


def _proposal(offers: Sequence[Offer], chosen: Offer | None, taken: Sequence[Option]) -> Proposal:
    if chosen is None:
        return Proposal(None, ())
    elsewhere = [each for each in taken if each != chosen.option]
    others = [each.option for each in offers if each != chosen]
    free = [each for each in others if not any(clash(each, other) for other in elsewhere)]
    return Proposal(chosen.option, tuple(free[:OTHERS_AT_MOST]))


def clash(one: Option, other: Option) -> bool:
    """Whether the same colleague cannot do both: twice a day only where they are already, or by one takeover."""
    if one.conseiller_id != other.conseiller_id or day_of(one.starts_at) != day_of(other.starts_at):
        return False
    if one.span.overlaps(other.span):
        return True
    return one.takeover != other.takeover


class _Search:
    """Depth first, in order, cut where what is left cannot be better."""

    def __init__(self, offers: Sequence[Sequence[Offer]]) -> None:
        self._offers = offers
        least = [own[0].price if own else UNLED for own in reversed(offers)]
        self._still = [0, *accumulate(least)][::-1]
        self._best: list[Offer | None] = [None] * len(offers)
        self._cost = UNLED * len(offers) + 1
        self._steps = 0

    def best(self) -> list[Offer | None]:
        self._go([], 0)
        return self._best

    def _go(self, taken: list[Offer | None], cost: int) -> None:
        self._steps += 1
        if cost + self._still[len(taken)] >= self._cost or self._steps > STEPS_AT_MOST:
            return
        if len(taken) == len(self._offers):
            self._best, self._cost = taken, cost
            return
        for offer in self._offers[len(taken)]:
            if not any(each and clash(offer.option, each.option) for each in taken):
                self._go([*taken, offer], cost + offer.price)
        self._go([*taken, None], cost + UNLED)
