"""What a plan proposes for sessions of workshops that nobody leads any more: another leader, or another day.

Reading only, like replanning.py: nothing is held here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from cnapp.base.spans import Span
from cnapp.base.workdays import HourDoesNotExist, at_same_hours, day_of
from cnapp.domain.planning import AHEAD
from cnapp.domain.plans import Displacement
from cnapp.domain.proposals import Option, Proposal, Takeover, Way
from cnapp.domain.shifts import Colleague
from cnapp.domain.stand_ins import A_WEEK, ANOTHER_DAY, ANOTHER_LEADER, Offer, proposals_of
from cnapp.domain.takeovers import Agenda, Bench, Uncovered, price_of
from cnapp.services.lost_sessions import SessionLine, session_lines, with_kits_away
from cnapp.services.replanning import SOONEST
from cnapp.services.team_time import TeamTime, read

WEEKS = 3
"""The same hour, so much later, is looked for."""
FRENCH = "fr"


def propose(
    lines: Sequence[Displacement], *, shared: Collection[int], beside: Sequence[Takeover], now: datetime
) -> dict[int, Proposal]:
    """By the number of the line; nothing for a session that has begun.

    `shared`: presences that people lost too: a colleague who leads there takes over the whole of them, if they can.
    `beside`: takeovers that open plans propose already.
    """
    coming = [line for line in lines if line.starts_at > now]
    if not coming:
        return {}
    days = [day_of(line.starts_at) for line in coming]
    last = max(days) + timedelta(weeks=WEEKS)
    time = read(min(days), last, known={line.conseiller_id for line in coming}, now=now)
    found = _Offers(time, shared, tuple(beside))
    told = with_kits_away(session_lines(coming, now=now), until=last, now=now)
    offers = [found.of(each) for each in told]
    return {line.id: proposal for line, proposal in zip(coming, proposals_of(offers), strict=True)}


class _Offers:
    """What each session could become, by itself."""

    def __init__(self, time: TeamTime, shared: Collection[int], beside: tuple[Takeover, ...]) -> None:
        self._time, self._shared, self._beside = time, shared, beside
        self._benches: dict[date, Bench] = {}

    def of(self, told: SessionLine) -> list[Offer]:
        """The cheapest first."""
        return sorted([*self._the_same_day(told), *self._later(told)], key=lambda each: each.price)

    def _the_same_day(self, told: SessionLine) -> Iterator[Offer]:
        if self._time.takes_workshops(told.line.place_id, told.line.span):
            for agenda in self._able(told, told.line.span):
                offer = self._there(told, told.line.span, agenda) or self._taken_over(told, agenda)
                if offer:
                    yield offer

    def _later(self, told: SessionLine) -> Iterator[Offer]:
        """One a week, when nothing else of the workshop is to come: a cycle is moved on its own page."""
        if not told.is_last:
            return
        for weeks in range(1, WEEKS + 1):
            span = _later_by(weeks, told.line.span)
            if span and self._is_possible(told, span):
                offers = (self._another_day(told, span, agenda) for agenda in self._able(told, span))
                best = min((each for each in offers if each), key=lambda each: each.price, default=None)
                if best:
                    yield Offer(best.option, best.price + ANOTHER_DAY + (weeks - 1) * A_WEEK)

    def _is_possible(self, told: SessionLine, span: Span) -> bool:
        day = day_of(span.start)
        is_soon = day <= day_of(self._time.now) + AHEAD
        return is_soon and day not in told.kits_away and self._time.takes_workshops(told.line.place_id, span)

    def _able(self, told: SessionLine, span: Span) -> list[Agenda]:
        agendas = self._bench(day_of(span.start)).agendas.values()
        return [each for each in agendas if _speaks(each.colleague, told.workshop.language)]

    def _there(self, told: SessionLine, span: Span, agenda: Agenda) -> Offer | None:
        """Somebody who is at that place already, and free."""
        for spot in agenda.spots:
            if spot.place_id == told.line.place_id and spot.span.covers(span):
                is_free = not self._time.is_promised(agenda.colleague.id, span)
                option = self._option(Way.SAME_TIME, told, span, agenda)
                return Offer(replace(option, presence_id=spot.presence_id), agenda.booked) if is_free else None
        return None

    def _taken_over(self, told: SessionLine, agenda: Agenda) -> Offer | None:
        """By a takeover that is proposed already, or one of their own."""
        option = self._option(Way.TAKEOVER, told, told.line.span, agenda)
        for takeover in self._beside:
            is_theirs = takeover.colleague_id == agenda.colleague.id and takeover.presence_id == told.line.presence_id
            if is_theirs and takeover.place_id == told.line.place_id and takeover.span.covers(told.line.span):
                return Offer(replace(option, takeover=takeover), 0)
        for uncovered in self._uncovered(told):
            found = self._stand_in(uncovered, agenda)
            if found:
                return Offer(replace(option, takeover=found), price_of(found, agenda, uncovered))
        return None

    def _another_day(self, told: SessionLine, span: Span, agenda: Agenda) -> Offer | None:
        """Led by whoever is there, or can come without giving anything up."""
        face = 0 if agenda.colleague.id == told.line.conseiller_id else ANOTHER_LEADER
        there = self._there(told, span, agenda)
        if there:
            return Offer(replace(there.option, way=Way.LATER), there.price + face)
        uncovered = Uncovered(told.line.presence_id, told.line.place_id, (span,), ())
        found = self._stand_in(uncovered, agenda)
        if found is None or found.gives_up:
            return None
        option = self._option(Way.LATER, told, span, agenda)
        return Offer(option, price_of(found, agenda, uncovered) + face)

    def _stand_in(self, uncovered: Uncovered, agenda: Agenda) -> Takeover | None:
        bench = self._bench(uncovered.day)
        found = bench.stand_in(agenda, uncovered, uncovered.spans[0])
        return found if found and bench.stands_with(found, ()) else None

    def _uncovered(self, told: SessionLine) -> Iterator[Uncovered]:
        """The whole presence, when people lost it too; the session."""
        if told.line.presence_id in self._shared and self._can_be_whole(told):
            yield Uncovered(told.line.presence_id, told.line.place_id, (told.line.presence.span,), ())
        yield Uncovered(told.line.presence_id, told.line.place_id, (told.line.span,), ())

    def _can_be_whole(self, told: SessionLine) -> bool:
        """It stands as it was, at a place that is open, and its conseiller is absent for all of it."""
        line, presence = told.line, told.line.presence
        stands = presence.withdrawn_at is None and presence.place_id == line.place_id
        is_ahead = presence.starts_at >= self._time.now + SOONEST
        is_lost = self._time.is_left(presence) and presence.span.covers(line.span)
        return stands and is_ahead and is_lost and self._time.receives(presence.place_id, presence.span)

    def _bench(self, on: date) -> Bench:
        if on not in self._benches:
            self._benches[on] = Bench(self._time.team, self._time.travels, self._time.agendas(on), self._beside)
        return self._benches[on]

    def _option(self, way: Way, told: SessionLine, span: Span, agenda: Agenda) -> Option:
        """Without a presence: to be added where there is one."""
        colleague, place = agenda.colleague, self._time.team.places[told.line.place_id]
        where = place.id, place.slug, place.name
        return Option(way, colleague.id, colleague.first_name, None, *where, span.start, span.end)


def _speaks(colleague: Colleague, language: str) -> bool:
    return language == FRENCH or colleague.speaks([language])


def _later_by(weeks: int, span: Span) -> Span | None:
    """None where the clock skips its hours."""
    try:
        return at_same_hours(span, day_of(span.start) + timedelta(weeks=weeks))
    except HourDoesNotExist:
        return None
