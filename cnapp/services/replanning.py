"""The best re-planning: for each person who has no time any more, where everybody is kept with the least change.

Reading only: nothing is held here. The caller locks every conseiller, reads the appointments whole, and holds what
comes back in the same transaction; then nothing can meet it. Holds that live count as taken, also the caller's own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_days
from cnapp.domain.appointments import Appointment
from cnapp.domain.engagements import Entry, meets
from cnapp.domain.free_time import FreeTime
from cnapp.domain.gaps import minute_of
from cnapp.domain.options import Others, seated, taken_over
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Proposal, Takeover, Touched
from cnapp.domain.seating import costs_of, one_by_one, seat_all
from cnapp.domain.shifts import AHEAD_DAYS, Person, engage
from cnapp.domain.takeovers import Bench, Bid, Uncovered, best_of_day
from cnapp.services import diaries
from cnapp.services.team_time import TeamTime, read

SOONEST = timedelta(minutes=30)
"""From now: whoever is called at 7:35 can be there at 8:05, not before."""


def propose(
    touched: Sequence[Appointment],
    *,
    was_at: Mapping[int, int] | None = None,
    excluding: Sequence[Takeover] = (),
    beside: Sequence[Entry] = (),
    now: datetime,
) -> dict[int, Proposal]:
    """By the appointment's id, for all of them (read by `appointments_whole`).

    `was_at`: the place of each, by the appointment's id, where its presence may have moved since. `excluding`:
    takeovers that open plans propose already: their colleagues' time and what they give up is theirs. `beside`: what
    open plans propose already to whomever it may be: nobody is to be at two places at once.
    """
    if not touched:
        return {}
    people = [Touched.of(each, place_id=(was_at or {}).get(each.id)) for each in touched]
    days = [max(day_of(now), each.day) for each in people]
    known = {each.conseiller_id for each in people}
    first, last = min(days), max(days) + timedelta(days=AHEAD_DAYS)
    time = read(first, last, known=known, now=now)
    standing = diaries.standing({each.who for each in people if each.who}, span_of_days(first, last))
    return _Replanning(time, touched, people, excluding, [*standing, *beside]).proposals()


class _Replanning:
    """One plan: takeovers first, then everybody else at once, then what each could have instead."""

    def __init__(
        self,
        time: TeamTime,
        appointments: Sequence[Appointment],
        touched: Sequence[Touched],
        excluding: Sequence[Takeover],
        beside: Sequence[Entry],
    ) -> None:
        self._time, self._team, self._appointments = time, time.team, appointments
        self._others, self._earliest = tuple(excluding), time.now + SOONEST
        order = sorted(touched, key=lambda each: (each.starts_at, each.number))
        self._people = {each.number: self._team.person(each) for each in order}
        engage(self._people, beside)
        self._gone = {number for takeover in excluding for number in takeover.gives_up}
        self._bids: dict[int, list[Bid]] = {}
        self._benches: dict[date, Bench] = {}

    def proposals(self) -> dict[int, Proposal]:
        joined = self._joined()
        chosen = self._takeovers(joined)
        served = self._apart(joined | {number: bid for bid in chosen for number in bid.serves})
        self._gone |= {number for bid in chosen for number in bid.takeover.gives_up}
        left = [person for number, person in self._people.items() if number not in served]
        seats, free = seat_all(left, self._free(chosen).untouched)
        benches = {presence_id: self._bench(bids[0].day) for presence_id, bids in self._bids.items()}
        others = Others(self._team, seats, free, self._bids, benches, tuple(bid.takeover for bid in chosen))
        return {number: self._proposal(person, served.get(number), others) for number, person in self._people.items()}

    def _joined(self) -> dict[int, Bid]:
        """Whom a colleague serves who is proposed for the same presence already."""
        found: dict[int, Bid] = {}
        for takeover in self._others:
            people = [person for person in self._people.values() if _is_covered(person, takeover, self._earliest)]
            serves = self._bench(day_of(takeover.span.start)).served(takeover, people)
            found |= dict.fromkeys(serves, Bid(takeover, serves, 0))
        return found

    def _takeovers(self, joined: Container[int]) -> list[Bid]:
        by_day: dict[date, list[Uncovered]] = defaultdict(list)
        for each in self._uncovered(joined):
            bids = self._bench(each.day).bids(each)
            if bids:
                self._bids[each.presence_id] = bids
                by_day[each.day].append(each)
        if not by_day:
            return []
        otherwise = self._otherwise(person for day in by_day.values() for each in day for person in each.people)
        chosen: list[Bid] = []
        for on, uncovered in sorted(by_day.items()):
            chosen += best_of_day(self._bench(on), uncovered, otherwise, [bid.takeover for bid in chosen])
        return chosen

    def _uncovered(self, joined: Container[int]) -> list[Uncovered]:
        """Presences that stand as they were, at a place that is open, with people who can still be told."""
        by_presence: dict[Presence, list[Person]] = defaultdict(list)
        for each in self._appointments:
            can_be_told = each.starts_at >= self._earliest and each.id not in joined
            if can_be_told and each.presence.withdrawn_at is None:
                by_presence[each.presence].append(self._people[each.id])
        found = (self._as_uncovered(presence, people) for presence, people in by_presence.items())
        return [each for each in found if each.spans]

    def _as_uncovered(self, presence: Presence, people: Sequence[Person]) -> Uncovered:
        theirs = [each for each in people if each.touched.place_id == presence.place_id]
        return Uncovered(presence.id, presence.place_id, self._to_cover(presence, theirs), tuple(theirs))

    def _to_cover(self, presence: Presence, people: Sequence[Person]) -> tuple[Span, ...]:
        """All of it, when its conseiller is absent for all of it; from the first of the people to the last."""
        if not people:
            return ()
        spans = [each.touched.span for each in people]
        stretch = Span(min(each.start for each in spans), max(each.end for each in spans))
        is_whole = presence.starts_at >= self._earliest and self._time.is_left(presence)
        wanted = dict.fromkeys([*([presence.span] if is_whole else []), stretch])
        return tuple(span for span in wanted if presence.span.covers(span) and self._is_open(presence, span))

    def _is_open(self, presence: Presence, span: Span) -> bool:
        return self._time.receives(presence.place_id, span)

    def _apart(self, served: Mapping[int, Bid]) -> dict[int, Bid]:
        """Without whoever would be at two places at once; their others know of it."""
        kept: dict[int, Bid] = {}
        for number, bid in served.items():
            person = self._people[number]
            if not meets(person.had, person.engaged, self._team.ways):
                kept[number] = bid
                for other in person.also:
                    self._people[other].engaged += (person.had,)
        return kept

    def _bench(self, on: date) -> Bench:
        if on not in self._benches:
            self._benches[on] = Bench(self._team, self._time.travels, self._time.agendas(on), self._others)
        return self._benches[on]

    def _otherwise(self, people: Iterable[Person]) -> Mapping[int, int]:
        """What each would be asked without any takeover."""
        those = list(people)
        return costs_of(those, one_by_one(those, self._free(())))

    def _free(self, chosen: Sequence[Bid]) -> FreeTime:
        """What is left beside takeovers: what they give up is gone, and their colleagues have more to do that day."""
        loads = dict(self._time.loads)
        for bid in chosen:
            key = bid.takeover.colleague_id, day_of(bid.takeover.span.start)
            loads[key] = loads.get(key, 0) + len(bid.serves)
        stays = [stay for stay in self._time.stays if stay.presence_id not in self._gone]
        return FreeTime(self._team, stays, self._time.promises, loads, minute_of(self._earliest))

    def _proposal(self, person: Person, bid: Bid | None, others: Others) -> Proposal:
        """`bid`: the one that serves them."""
        if bid:
            return Proposal(taken_over(self._team, person, bid.takeover), others.of(person, bid, None))
        seat = others.seats.get(person.touched.number)
        option = seated(self._team, person, seat) if seat else None
        return Proposal(option, others.of(person, None, seat))


def _is_covered(person: Person, takeover: Takeover, earliest: datetime) -> bool:
    lost = person.touched
    is_there = lost.presence_id == takeover.presence_id and takeover.span.covers(lost.span)
    return is_there and lost.starts_at >= earliest
