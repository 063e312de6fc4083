"""Everybody at once: cut what is free, match, then move each to the best that is left."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date

from cnapp.domain.free_time import FreeTime, Seat
from cnapp.domain.gaps import Gap, Wanted
from cnapp.domain.matching import cheapest
from cnapp.domain.shifts import CALLED, Person

ROUNDS_AT_MOST = 5
"""Of cutting what the rounds before left over; the second places nearly all that the first did not."""

IMPROVED_TIMES = 3
"""What one leaves is better for another; after three times hardly anybody moves."""
ROOM_MADE_FOR = 20
"""People who are left, for whom others may have to move; where more are, there is no room."""

Seats = dict[int, Seat]
"""By the number of the appointment."""
Times = Mapping[tuple[int, date], Collection[Wanted]]
"""By place and day, the times that people had there."""


def seat_all(people: Sequence[Person], fresh: Callable[[], FreeTime]) -> tuple[Seats, FreeTime]:
    """Where each comes, and what is left. `fresh`: the free time as nobody has touched it.

    Cut around the times that people had, and cut otherwise as well when somebody is left without a time; never worse
    than one after the other: whichever keeps most people, then asks least of them, is the answer.
    """
    attempts = [_attempt(people, fresh(), _match_around), _attempt(people, fresh(), one_by_one)]
    if len(attempts[0][0]) < len(people):
        attempts.append(_attempt(people, fresh(), _match_plain))
    return min(attempts, key=_badness)


def one_by_one(people: Sequence[Person], free: FreeTime) -> Seats:
    """Each takes the best that those before left: no plan, but a measure of one."""
    seats: Seats = {}
    for person in people:
        seat = free.nearest(person)
        if seat:
            free.take(seat)
            seats[seat.number] = seat
    return seats


def costs_of(people: Sequence[Person], seats: Seats) -> dict[int, int]:
    """What each is asked, by number."""
    numbers = (person.touched.number for person in people)
    return {number: seats[number].cost if number in seats else CALLED for number in numbers}


def _attempt(
    people: Sequence[Person], free: FreeTime, match: Callable[[Sequence[Person], FreeTime], Seats]
) -> tuple[Seats, FreeTime]:
    seats = match(people, free)
    seats |= one_by_one(_left(people, seats), free)
    for _ in range(IMPROVED_TIMES):
        _improve(people, seats, free)
    seats |= one_by_one(_left(people, seats), free)
    for person in _left(people, seats)[:ROOM_MADE_FOR]:
        _make_room(person, people, seats, free)
    return seats, free


def _left(people: Sequence[Person], seats: Seats) -> list[Person]:
    return [person for person in people if person.touched.number not in seats]


def _match_around(people: Sequence[Person], free: FreeTime) -> Seats:
    """Somebody who was there at ten may be there at ten with somebody else."""
    return _rounds(people, free, _times_of)


def _match_plain(people: Sequence[Person], free: FreeTime) -> Seats:
    """From the beginning of each free stretch, so that most fits in."""
    return _rounds(people, free, lambda _: {})


def _rounds(people: Sequence[Person], free: FreeTime, cut_around: Callable[[Sequence[Person]], Times]) -> Seats:
    seats: Seats = {}
    left = list(people)
    for _ in range(ROUNDS_AT_MOST):
        placed = _round(left, free, cut_around(left))
        seats |= placed
        left = _left(left, placed)
        if not left or not placed:
            break
    return seats


def _round(people: Sequence[Person], free: FreeTime, times: Times) -> Seats:
    lengths = sorted({person.length for person in people}, key=lambda each: (each.whole, each.duration), reverse=True)
    slots = free.slots(lengths, times)
    numbered: dict[int, list[tuple[int, Gap]]] = defaultdict(list)
    for number, slot in enumerate(slots):
        numbered[slot.stay.presence_id].append((number, slot))
    costs = [free.candidates(person, numbered) for person in people]
    given = cheapest(costs, [(slot.stay.conseiller_id, slot.stay.day) for slot in slots], free.loads)
    seats: Seats = {}
    for person, given_slot in zip(people, given, strict=True):
        seat = None if given_slot is None else free.seat(person, slots[given_slot])
        if seat and not free.is_elsewhere(person, seat.stay.place_id, seat.start):
            seats[seat.number] = seat
            free.take(seat)
    return seats


def _times_of(people: Sequence[Person]) -> Times:
    found: dict[tuple[int, date], set[Wanted]] = defaultdict(set)
    for person in people:
        found[person.touched.place_id, person.day].add(person.wanted)
    return found


def _improve(people: Sequence[Person], seats: Seats, free: FreeTime) -> None:
    """Each, whoever is asked most first, moves to what has become better for them."""
    seated = [person for person in people if person.touched.number in seats]
    for person in sorted(seated, key=lambda each: -seats[each.touched.number].cost):
        own = seats[person.touched.number]
        free.give_back(own)
        seats[person.touched.number] = free.nearest(person) or own
        free.take(seats[person.touched.number])


def _make_room(person: Person, people: Sequence[Person], seats: Seats, free: FreeTime) -> None:
    """Somebody who is left gets a time where one other can have another; the first that is found."""
    for other in people:
        own = seats.get(other.touched.number)
        if own is None:
            continue
        free.give_back(own)
        both = one_by_one([person, other], free)
        if len(both) == 2:
            seats |= both
            return
        for seat in both.values():
            free.give_back(seat)
        free.take(own)


def _badness(attempt: tuple[Seats, FreeTime]) -> tuple[int, int]:
    seats, free = attempt
    return -len(seats), free.price(seats.values())
