"""Whole presences to colleagues: who could be there instead, what it takes from others, and the best for a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.engagements import meets
from cnapp.domain.proposals import Takeover
from cnapp.domain.shifts import Colleague, Person, Team
from cnapp.domain.travels import Travels, minutes_between, minutes_lacking

NEAR = timedelta(hours=36)
"""Other presences farther than that cannot be in the way."""
STEPS_AT_MOST = 20_000
"""Of the search for the best of a day; then the best that was found."""

AN_OFFERED_MINUTE, A_WALK_IN_MINUTE = 0.5, 1.0
"""What is given up: nobody has asked for the first, somebody may stand before a closed door for the second."""
A_MINUTE_OF_TRAVEL = 1
NOT_THE_COORDINATOR = 20
"""The coordinator is the natural reinforcement."""
NOT_AT_WORK = 150
"""Nothing else that day: perhaps it is a day off."""
RARE_RIGHT = 15
"""Somebody habilitated, where nobody needs it."""
ONCE_MORE = 30
"""For each other presence that the same colleague takes over."""
ONLY_A_STRETCH = 25
"""The rest of the presence stays without anybody."""


@dataclass(frozen=True, order=True)
class Spot:
    """Where a colleague is to be. `is_free`: nothing is promised in it, and it has not begun."""

    span: Span
    place_id: int
    presence_id: int | None = None
    is_free: bool = False
    appointment_minutes: int = 0
    walk_in_minutes: int = 0


@dataclass(frozen=True)
class Uncovered:
    """A presence that nobody holds, and the people who were to come to it.

    `spans`: what a colleague should cover, the best first: the whole of it, then only from the first of them to the
    last.
    """

    presence_id: int
    place_id: int
    spans: tuple[Span, ...]
    people: tuple[Person, ...]

    @property
    def day(self) -> date:
        return day_of(self.spans[0].start)


@dataclass(frozen=True)
class Agenda:
    """A colleague, where they are to be, and when they are absent."""

    colleague: Colleague
    spots: tuple[Spot, ...]
    absences: tuple[Span, ...] = ()
    booked: int = 0
    """Appointments and workshops of that day."""


@dataclass(frozen=True)
class Bid:
    """A takeover that can be, whom it serves (their numbers), and what it costs."""

    takeover: Takeover
    serves: tuple[int, ...]
    price: int

    @property
    def day(self) -> date:
        return day_of(self.takeover.span.start)


@dataclass(frozen=True)
class Bench:
    """What bids are judged by: the team, its travel times as the guards know them, and what stands already."""

    team: Team
    travels: Travels
    agendas: Mapping[int, Agenda]
    others: tuple[Takeover, ...] = ()
    """Proposed by other plans: they may come true or not."""

    def bids(self, uncovered: Uncovered) -> list[Bid]:
        """The cheapest first."""
        found = (self._bid(agenda, uncovered) for agenda in self.agendas.values())
        return sorted((bid for bid in found if bid), key=lambda bid: (bid.price, bid.takeover.colleague_id))

    def stands_with(self, takeover: Takeover, chosen: Iterable[Takeover]) -> bool:
        """Whether it can be alone, and with what the same colleague takes over besides, in whatever order."""
        spots = self.agendas[takeover.colleague_id].spots
        theirs = [each for each in (*self.others, *chosen) if each.colleague_id == takeover.colleague_id]
        if not theirs:
            return True
        orders = ([*theirs, takeover], [takeover, *theirs], [takeover, *reversed(theirs)])
        return all(_can_follow(spots, order, self.travels) for order in orders)

    def _bid(self, agenda: Agenda, uncovered: Uncovered) -> Bid | None:
        serves = self._served(agenda.colleague, uncovered.place_id, uncovered.spans[0], uncovered.people)
        if not serves:
            return None
        for number, span in enumerate(uncovered.spans):
            takeover = self.stand_in(agenda, uncovered, span)
            if takeover and self.stands_with(takeover, ()):
                price = price_of(takeover, agenda, uncovered) + (ONLY_A_STRETCH if number else 0)
                return Bid(takeover, serves, price)
        return None

    def served(self, takeover: Takeover, people: Iterable[Person]) -> tuple[int, ...]:
        """Whom a takeover that is proposed already would serve: nobody, when its colleague is absent by now."""
        agenda = self.agendas.get(takeover.colleague_id)
        if agenda is None or any(each.overlaps(takeover.span) for each in agenda.absences):
            return ()
        return self._served(agenda.colleague, takeover.place_id, takeover.span, people)

    def _served(self, colleague: Colleague, place_id: int, span: Span, people: Iterable[Person]) -> tuple[int, ...]:
        day = day_of(span.start)
        free = (each for each in people if not meets(each.had, each.engaged, self.team.ways))
        able = (each for each in free if place_id in each.places and self.team.may_receive(colleague, each, day))
        return tuple(person.touched.number for person in able)

    def stand_in(self, agenda: Agenda, uncovered: Uncovered, span: Span) -> Takeover | None:
        """What it takes for them to be there instead; None when they cannot."""
        if any(each.overlaps(span) for each in agenda.absences):
            return None
        given_up = self._in_the_way(agenda, uncovered.place_id, span)
        if not all(spot.is_free for spot in given_up):
            return None
        takeover = Takeover(
            uncovered.presence_id,
            uncovered.place_id,
            span,
            agenda.colleague.id,
            agenda.colleague.first_name,
            gives_up=tuple(spot.presence_id for spot in given_up if spot.presence_id),
            appointment_minutes=sum(spot.appointment_minutes for spot in given_up),
            walk_in_minutes=sum(spot.walk_in_minutes for spot in given_up),
            is_coordinator=agenda.colleague.is_coordinator,
            works_that_day=any(day_of(spot.span.start) == uncovered.day for spot in agenda.spots),
        )
        if not _can_follow(agenda.spots, [takeover], self.travels):
            return None
        return self._with_travel(takeover, [spot for spot in agenda.spots if spot not in given_up])

    def _in_the_way(self, agenda: Agenda, place_id: int, span: Span) -> list[Spot]:
        """At the same time, or too near to travel: the neighbours of what is given up are looked at in turn."""
        left, found = list(agenda.spots), list[Spot]()
        while True:
            clash = next((spot for spot in _around(left, span) if self._clashes(spot, place_id, span)), None)
            if clash is None:
                return found
            left.remove(clash)
            found.append(clash)

    def _clashes(self, spot: Spot, place_id: int, span: Span) -> bool:
        if spot.span.overlaps(span):
            return True
        first, second = sorted((spot.span, span))
        gap = second.start - first.end
        return minutes_lacking(gap, self.travels, here=spot.place_id, there=place_id) is not None

    def _with_travel(self, takeover: Takeover, left: Sequence[Spot]) -> Takeover:
        """The ways of that day."""
        day = day_of(takeover.span.start)
        same_day = [spot for spot in left if day_of(spot.span.start) == day]
        before = max((spot for spot in same_day if spot.span.end <= takeover.span.start), default=None)
        after = min((spot for spot in same_day if spot.span.start >= takeover.span.end), default=None)
        return replace(takeover, travel_before=self._way(before, takeover), travel_after=self._way(after, takeover))

    def _way(self, spot: Spot | None, takeover: Takeover) -> int:
        return minutes_between(spot.place_id, takeover.place_id, travels=self.travels) if spot else 0


def best_of_day(
    bench: Bench, uncovered: Sequence[Uncovered], otherwise: Mapping[int, int], chosen: Sequence[Takeover] = ()
) -> list[Bid]:
    """The bids that are worth most together: what they spare people, less what they cost.

    `otherwise`: by number, what somebody is asked when nobody takes over; `chosen`: takeovers of other days.
    """
    offered = [(each, bench.bids(each)) for each in uncovered]
    worths = [[(_worth(bid, otherwise), bid) for bid in bids] for _, bids in offered]
    useful = [sorted((each for each in own if each[0] > 0), key=lambda each: -each[0]) for own in worths]
    useful = sorted(filter(None, useful), key=lambda own: -own[0][0])
    return _Search(bench, useful, chosen).best()


class _Search:
    """Depth first, the most valuable presence first, cut where what is left cannot be better."""

    def __init__(self, bench: Bench, useful: Sequence[Sequence[tuple[int, Bid]]], chosen: Sequence[Takeover]) -> None:
        self._bench, self._useful, self._before = bench, useful, chosen
        self._best: list[Bid] = []
        self._worth = 0
        self._steps = 0
        tops = [own[0][0] for own in useful]
        self._hopes = [sum(tops[number:]) for number in range(len(tops) + 1)]

    def best(self) -> list[Bid]:
        self._go(0, [], 0)
        return self._best

    def _go(self, number: int, taken: list[Bid], worth: int) -> None:
        self._steps += 1
        if worth > self._worth:
            self._best, self._worth = list(taken), worth
        if number == len(self._useful) or worth + self._hopes[number] <= self._worth or self._steps > STEPS_AT_MOST:
            return
        for gain, bid in self._useful[number]:
            own = gain - ONCE_MORE * self._how_often(bid, taken)
            if own > 0 and self._is_possible(bid, taken):
                self._go(number + 1, [*taken, bid], worth + own)
        self._go(number + 1, taken, worth)

    def _how_often(self, bid: Bid, taken: Sequence[Bid]) -> int:
        who = bid.takeover.colleague_id
        return sum(each.colleague_id == who for each in (*self._before, *(each.takeover for each in taken)))

    def _is_possible(self, bid: Bid, taken: Sequence[Bid]) -> bool:
        return self._bench.stands_with(bid.takeover, [*self._before, *(each.takeover for each in taken)])


def _worth(bid: Bid, otherwise: Mapping[int, int]) -> int:
    return sum(otherwise[number] for number in bid.serves) - bid.price


def price_of(takeover: Takeover, agenda: Agenda, uncovered: Uncovered) -> int:
    """What it costs the town, beside what it spares people."""
    colleague = agenda.colleague
    price = takeover.appointment_minutes * AN_OFFERED_MINUTE + takeover.walk_in_minutes * A_WALK_IN_MINUTE
    price += (takeover.travel_before + takeover.travel_after) * A_MINUTE_OF_TRAVEL + agenda.booked
    if not colleague.is_coordinator:
        price += NOT_THE_COORDINATOR + (0 if takeover.works_that_day else NOT_AT_WORK)
    if colleague.habilitations and not any(person.touched.perimeter for person in uncovered.people):
        price += RARE_RIGHT
    return int(price)


def _can_follow(spots: Sequence[Spot], takeovers: Iterable[Takeover], travels: Travels) -> bool:
    """Whether the guards let these come true one after the other, each withdrawing what it gives up first."""
    stands = list(spots)
    for takeover in takeovers:
        for given_up in takeover.gives_up:
            stands = [spot for spot in stands if spot.presence_id != given_up]
            if _too_close(_around(stands, takeover.span), travels):
                return False
        stands = sorted([*stands, Spot(takeover.span, takeover.place_id)], key=lambda spot: spot.span)
        if _too_close(_around(stands, takeover.span), travels):
            return False
    return True


def _around(spots: Iterable[Spot], span: Span) -> Iterator[Spot]:
    """In order."""
    return (spot for spot in spots if span.start - NEAR < spot.span.end and spot.span.start < span.end + NEAR)


def _too_close(spots: Iterable[Spot], travels: Travels) -> bool:
    """At once, or with too little time between; the spots are in order."""
    for one, other in pairwise(spots):
        gap = other.span.start - one.span.end
        if gap < timedelta() or minutes_lacking(gap, travels, here=one.place_id, there=other.place_id) is not None:
            return True
    return False
