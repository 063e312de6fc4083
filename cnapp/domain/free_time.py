"""The free time of a team while a plan gives it away: what is left, and the best of it for one person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest

from cnapp.domain.engagements import Engagement, kept_from, meets
from cnapp.domain.gaps import Gap, Length, Stay, Taken, Wanted, cut, gaps_of, without
from cnapp.domain.matching import load_cost
from cnapp.domain.proposals import Way
from cnapp.domain.shifts import Person, Team

CANDIDATES = 40
"""Of each person, the best. Of 600 people, 60 take a fifth longer than 40 and ask them for no less."""
FIVE = 5
LATER_DAYS = 2
"""Other days that are looked for as alternatives."""


@dataclass(frozen=True)
class Seat:
    """A start for somebody, within a presence, and what it asks of them and of whoever receives them.

    `number`: of their appointment.
    """

    number: int
    stay: Stay
    start: int
    length: Length
    asked: int
    load: int = 0

    @property
    def cost(self) -> int:
        return self.asked + self.load

    @property
    def taken(self) -> Taken:
        return Taken(self.start, self.start + self.length.duration, self.length.buffer)

    @property
    def engagement(self) -> Engagement:
        return Engagement(self.start, self.start + self.length.duration, self.stay.place_id)


class FreeTime:
    """Changed one seat at a time."""

    def __init__(
        self,
        team: Team,
        stays: Sequence[Stay],
        promises: Mapping[int, Sequence[Taken]],
        loads: Mapping[tuple[int, date], int],
        earliest: int,
    ) -> None:
        self._team, self._all, self._promises, self._earliest = team, stays, promises, earliest
        self._stays = {stay.presence_id: stay for stay in stays if stay.end > earliest}
        self._taken = {number: _inside(stay, promises) for number, stay in self._stays.items()}
        self._gaps: dict[int, list[Gap]] = {}
        self._bases: dict[Hashable, list[tuple[int, Stay]]] = {}
        self._loads_before = loads
        self.loads = defaultdict(int, loads)
        self._given: dict[int, Engagement] = {}

    def untouched(self) -> FreeTime:
        """As it was before anybody took anything; which presences suit whom is not asked again."""
        again = FreeTime(self._team, self._all, self._promises, self._loads_before, self._earliest)
        again._bases = self._bases
        return again

    def take(self, seat: Seat) -> None:
        self._taken[seat.stay.presence_id].append(seat.taken)
        self._given[seat.number] = seat.engagement
        self._change(seat, 1)

    def give_back(self, seat: Seat) -> None:
        self._taken[seat.stay.presence_id].remove(seat.taken)
        del self._given[seat.number]
        self._change(seat, -1)

    def price(self, seats: Iterable[Seat]) -> int:
        """What these ask of everybody together, in whatever order they were taken."""
        given = list(seats)
        days = Counter((seat.stay.conseiller_id, seat.stay.day) for seat in given)
        before = {day: self._loads_before.get(day, 0) for day in days}
        loads = sum(load_cost(before[day] + number) for day, many in days.items() for number in range(many))
        return sum(seat.asked for seat in given) + loads

    def nearest(self, person: Person) -> Seat | None:
        """The best that is left for somebody, when nobody else is considered."""
        best: Seat | None = None
        for basis, stay in self._bases_of(person):
            if best and basis >= best.cost:
                break
            for seat in self._seats(person, stay, basis):
                if best is None or seat.cost < best.cost:
                    best = seat
        return best

    def of_each_way(self, person: Person) -> dict[Way, list[Seat]]:
        """The best of each way and day, in order of cost; one day more than are shown, since one may be theirs."""
        found: dict[tuple[Way, date], Seat] = {}
        for basis, stay in self._bases_of(person):
            later = sorted(seat.cost for (way, _), seat in found.items() if way is Way.LATER)
            if len(later) > LATER_DAYS and basis >= later[LATER_DAYS]:
                break
            for seat in self._seats(person, stay, basis):
                key = self._team.way(person, stay, seat.start), stay.day
                if key not in found or seat.cost < found[key].cost:
                    found[key] = seat
        ways: dict[Way, list[Seat]] = defaultdict(list)
        for (way, _), seat in sorted(found.items(), key=lambda each: each[1].cost):
            ways[way].append(seat)
        return ways

    def slots(self, lengths: Sequence[Length], wanted: Mapping[tuple[int, date], Collection[Wanted]]) -> list[Gap]:
        """All that is left, cut into slots that never overlap, for these lengths, the longest first.

        `wanted`: by place and day, the times to cut around.
        """
        return [
            slot
            for stay in self._stays.values()
            for gap in self._gaps_of(stay)
            for slot in cut(gap, wanted.get((stay.place_id, stay.day), ()), lengths)
        ]

    def candidates(self, person: Person, slots: Mapping[int, Sequence[tuple[int, Gap]]]) -> dict[int, int]:
        """What the best slots cost, by their numbers. `slots`: by presence, each with its number."""
        found: list[tuple[int, int]] = []
        dearest: int | None = None
        for basis, stay in self._bases_of(person):
            if dearest is not None and basis >= dearest:
                break
            found += self._priced(person, basis, slots.get(stay.presence_id, ()))
            if len(found) >= CANDIDATES:
                found = nsmallest(CANDIDATES, found)
                dearest = found[-1][0]
        return {number: cost for cost, number in found}

    def seat(self, person: Person, slot: Gap) -> Seat:
        basis = self._team.basis(person, slot.stay)
        if basis is None:
            raise ValueError("a presence that cannot receive this person")
        return self._seat(person, slot.stay, basis, slot.start)

    def is_elsewhere(self, person: Person, place_id: int, start: int) -> bool:
        """Whether anything else that they have, or that was taken for them, is in the way."""
        engaged = self._engaged(person)
        return bool(engaged) and meets(person.at(place_id, start), engaged, self._team.ways)

    def starts(self, person: Person, also: Sequence[int]) -> Iterator[Seat]:
        """Whatever could be answered, for measures: every five minutes, and these starts where they are free."""
        for basis, stay in self._bases_of(person):
            nearest = self._team.target(person, stay)
            for gap in self._gaps_beside(person, stay):
                last = gap.last_start(person.length)
                wanted = {start for start in (nearest, last, *also) if gap.start <= start <= last}
                for start in wanted.union(range(gap.start, last + 1, FIVE)):
                    yield self._seat(person, stay, basis, start)

    def _priced(self, person: Person, basis: int, slots: Iterable[tuple[int, Gap]]) -> Iterator[tuple[int, int]]:
        for number, slot in slots:
            if slot.holds(person.length) and not self.is_elsewhere(person, slot.stay.place_id, slot.start):
                yield self._team.cost(person, slot.stay, basis, slot.start), number

    def _seats(self, person: Person, stay: Stay, basis: int) -> Iterator[Seat]:
        target = self._team.target(person, stay)
        gaps = self._gaps_beside(person, stay) if person.engaged or person.also else self._gaps_of(stay)
        for gap in gaps:
            start = gap.nearest(target, person.length)
            if start is not None:
                yield self._seat(person, stay, basis, start)

    def _seat(self, person: Person, stay: Stay, basis: int, start: int) -> Seat:
        load = load_cost(self.loads[stay.conseiller_id, stay.day])
        return Seat(
            person.touched.number, stay, start, person.length, self._team.cost(person, stay, basis, start), load
        )

    def _bases_of(self, person: Person) -> list[tuple[int, Stay]]:
        """Presences that can receive somebody, the best first."""
        if person.profile not in self._bases:
            bases = ((self._team.basis(person, stay), stay) for stay in self._stays.values())
            found = [(basis, stay) for basis, stay in bases if basis is not None]
            self._bases[person.profile] = sorted(found, key=lambda each: (each[0], each[1].start, each[1].presence_id))
        return self._bases[person.profile]

    def _engaged(self, person: Person) -> Sequence[Engagement]:
        if not person.also:
            return person.engaged
        return [*person.engaged, *(self._given[number] for number in person.also if number in self._given)]

    def _gaps_beside(self, person: Person, stay: Stay) -> list[Gap]:
        """Without the time that they are elsewhere."""
        kept = kept_from(stay.place_id, self._engaged(person), self._team.ways)
        busy = [(start, end) for start, end in kept if start < stay.end and stay.start < end]
        gaps = self._gaps_of(stay)
        return [left for gap in gaps for left in without(gap, busy)] if busy else gaps

    def _gaps_of(self, stay: Stay) -> list[Gap]:
        number = stay.presence_id
        if number not in self._gaps:
            self._gaps[number] = gaps_of(stay, self._taken[number], self._earliest)
        return self._gaps[number]

    def _change(self, seat: Seat, by: int) -> None:
        self._gaps.pop(seat.stay.presence_id, None)
        self.loads[seat.stay.conseiller_id, seat.stay.day] += by


def _inside(stay: Stay, promises: Mapping[int, Sequence[Taken]]) -> list[Taken]:
    return [
        each
        for each in promises.get(stay.conseiller_id, ())
        if each.start < stay.end and each.end + each.buffer > stay.start
    ]
