"""Sessions of workshops that nobody leads any more: who could, and giving them to somebody. Callers lock, and commit.

Another day and cancelling are the workshop’s own pages: both settle the line of the plan by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.people import Staff
from cnapp.domain.plans import Displacement
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Takeover
from cnapp.domain.shifts import Colleague
from cnapp.domain.takeovers import Agenda, Bench, Uncovered
from cnapp.services import leadings, planning
from cnapp.services.journal import By
from cnapp.services.seats import hold_still
from cnapp.services.team_time import TeamTime, read


class LeaderUnable(Refusal):
    sentence = "Cette personne ne peut plus animer cette séance. Choisissez-en une autre."


@dataclass(frozen=True)
class StandIn:
    """Somebody who could lead it, and what it takes of them; None: they are at that place already."""

    colleague: Colleague
    taken: Takeover | None = None

    @property
    def gives_up(self) -> tuple[int, ...]:
        """Presences that they would not hold."""
        return self.taken.gives_up if self.taken else ()

    @property
    def order(self) -> tuple[int, bool, int, str]:
        """Who gives up least comes first, the coordination before others, then the shortest way."""
        taken, name = self.taken, self.colleague.first_name
        if taken is None:
            return (-1, False, 0, name)
        given_up = taken.walk_in_minutes + taken.appointment_minutes
        return (given_up, not taken.is_coordinator, taken.travel_before + taken.travel_after, name)


def stand_ins(lines: Sequence[Displacement], *, now: datetime) -> dict[int, list[StandIn]]:
    """By line, the best first: the team is read once, from the first day of these to the last."""
    if not lines:
        return {}
    days = [day_of(line.starts_at) for line in lines]
    time = read(min(days), max(days), known=(), now=now)
    return {line.id: sorted(_for(line, time), key=lambda each: each.order) for line in lines if line.starts_at > now}


def _for(line: Displacement, time: TeamTime) -> list[StandIn]:
    day = day_of(line.starts_at)
    if not time.is_open(line.place_id, day):
        return []
    agendas = time.agendas(day)
    bench = Bench(time.team, time.travels, agendas)
    found = (_stand_in(line, agenda, bench, time) for agenda in agendas.values())
    return [each for each in found if each]


def _stand_in(line: Displacement, agenda: Agenda, bench: Bench, time: TeamTime) -> StandIn | None:
    colleague = agenda.colleague
    if any(spot.place_id == line.place_id and spot.span.covers(line.span) for spot in agenda.spots):
        is_free = not any(each.overlaps(line.span) for each in _promised(colleague.id, time))
        return StandIn(colleague) if is_free else None
    uncovered = Uncovered(line.presence_id, line.place_id, (line.span,), ())
    taken = bench.stand_in(agenda, uncovered, line.span)
    return StandIn(colleague, taken) if taken else None


def _promised(conseiller_id: int, time: TeamTime) -> list[Span]:
    theirs = (each for each in time.commitments if each.conseiller_id == conseiller_id)
    return [Span(each.starts_at, each.ends_at) for each in theirs]


def give_leader(line: Displacement, leader: Staff, *, by: By, now: datetime) -> None:
    """They lead it, and leave what is in the way. Raises LeaderUnable, LeaderRefused, and what planning does."""
    able = stand_ins([line], now=now).get(line.id, [])
    chosen = next((each for each in able if each.colleague.id == leader.id), None)
    if chosen is None or line.session is None or not line.is_open:
        raise LeaderUnable
    hold_still(line.session.workshop_id)
    for number in chosen.gives_up:
        planning.withdraw(db.session.get_one(Presence, number), by=by, now=now)
    leadings.lead(line.session, leader, line.place, by=by, now=now)
