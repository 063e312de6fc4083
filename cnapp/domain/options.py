"""From what was found to what is proposed: the option of each person, and others of other kinds beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from cnapp.domain.free_time import LATER_DAYS, FreeTime, Seat
from cnapp.domain.gaps import instant_of
from cnapp.domain.proposals import OTHERS_AT_MOST, Option, Takeover, Way
from cnapp.domain.seating import Seats
from cnapp.domain.shifts import Person, Team
from cnapp.domain.takeovers import Bench, Bid

ORDER = (Way.SAME_TIME, Way.SAME_DAY, Way.NEARBY, Way.LATER)


def taken_over(team: Team, person: Person, takeover: Takeover) -> Option:
    place, touched = team.places[takeover.place_id], person.touched
    return Option(
        Way.TAKEOVER,
        takeover.colleague_id,
        takeover.colleague_name,
        None,
        place.id,
        place.slug,
        place.name,
        touched.starts_at,
        touched.ends_at,
        takeover=takeover,
    )


def seated(team: Team, person: Person, seat: Seat) -> Option:
    stay, place = seat.stay, team.places[seat.stay.place_id]
    colleague = team.colleagues[stay.conseiller_id]
    away = team.minutes_between(person.touched.place_id, place.id) if place.id != person.touched.place_id else None
    return Option(
        team.way(person, stay, seat.start),
        colleague.id,
        colleague.first_name,
        stay.presence_id,
        place.id,
        place.slug,
        place.name,
        instant_of(seat.start),
        instant_of(seat.start + seat.length.duration),
        travel_minutes=away,
    )


@dataclass(frozen=True)
class Others:
    """What else there is, once everybody has their option: it meets none of these."""

    team: Team
    seats: Seats
    free: FreeTime
    bids: Mapping[int, Sequence[Bid]]
    """By presence that nobody holds, the cheapest first."""
    benches: Mapping[int, Bench]
    chosen: tuple[Takeover, ...]

    def of(self, person: Person, bid: Bid | None, seat: Seat | None) -> tuple[Option, ...]:
        """For somebody who is served by a takeover, has a seat, or neither: the best of each other kind."""
        takeovers = [taken_over(self.team, person, each) for each in self._takeovers(person, bid)]
        options = (*takeovers, *(seated(self.team, person, each) for each in self._seats(person, seat)))
        return options[:OTHERS_AT_MOST]

    def _seats(self, person: Person, own: Seat | None) -> Iterator[Seat]:
        """Of the way that they have already, only another day."""
        had = self.team.way(person, own.stay, own.start) if own else None
        ways = self.free.of_each_way(person)
        for way in ORDER:
            if way is Way.LATER:
                yield from [seat for seat in ways.get(way, ()) if not own or seat.stay.day != own.stay.day][:LATER_DAYS]
            elif way is not had:
                yield from ways.get(way, ())[:1]

    def _takeovers(self, person: Person, bid: Bid | None) -> Iterator[Takeover]:
        """The cheapest that serves them and can be beside what is chosen, one at most."""
        presence_id = person.touched.presence_id
        if self.free.is_elsewhere(person, person.touched.place_id, person.start):
            return
        chosen = [each for each in self.chosen if bid is None or each != bid.takeover]
        for other in self.bids.get(presence_id, ()):
            if person.touched.number not in other.serves or (bid and other.takeover == bid.takeover):
                continue
            if self._is_left(other.takeover) and self.benches[presence_id].stands_with(other.takeover, chosen):
                yield other.takeover
                return

    def _is_left(self, takeover: Takeover) -> bool:
        """Nobody is proposed a time in what it would give up."""
        return self._used.isdisjoint(takeover.gives_up)

    @cached_property
    def _used(self) -> frozenset[int]:
        return frozenset(seat.stay.presence_id for seat in self.seats.values())
