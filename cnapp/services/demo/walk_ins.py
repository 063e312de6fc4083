"""The invented passages at the two desks of the demonstration: yesterday's, and today's up to now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import instant_at, is_holiday
from cnapp.domain.journal import Subject
from cnapp.domain.motifs import Word
from cnapp.domain.people import Staff
from cnapp.domain.places import Place, hours_on
from cnapp.domain.visits import State, Visit
from cnapp.services.demo.chance import Chance
from cnapp.services.journal import By, record_about

FIRST_NAMES = ("Jeanne", "Karim", "Odile", "Mehmet", "Rosa", "Lucas", None, None)
SERVICES = ("Guichet de la CAF", "Centre des impôts", "France Travail")
ENDS = (State.DONE, State.DONE, State.NO_ROOM, State.ELSEWHERE, State.LEFT, State.NOT_OURS)
EVERY = timedelta(minutes=35)


@dataclass
class Desk:
    """One place with the account that notes who comes there."""

    place: Place
    account: Staff
    chance: Chance

    def visits_of(self, day: date, *, now: datetime) -> list[Visit]:
        """None on days when the place is closed, and nobody who has not come yet."""
        came = [at for open_hours in self._open(day) for at in self._arrivals(open_hours)]
        drawn = [self._visit(day, ticket, at) for ticket, at in enumerate(came, 1)]
        return [visit for visit in drawn if (visit.ended_at or visit.came_at) <= now]

    def _open(self, day: date) -> list[Span]:
        hours = [] if is_holiday(day) else hours_on(self.place.opening_hours, day)
        return [Span(instant_at(day, opens), instant_at(day, closes)) for opens, closes in hours]

    def _arrivals(self, hours: Span) -> list[datetime]:
        """A few in each half-day, early enough to be answered before closing."""
        first = hours.start + timedelta(minutes=self.chance.between(5, 30))
        last = hours.end - timedelta(minutes=15)
        times = [first + number * EVERY for number in range(self.chance.between(2, 4))]
        return [at for at in times if at < last]

    def _visit(self, day: date, ticket: int, came_at: datetime) -> Visit:
        state = self.chance.one(ENDS)
        ended_at = came_at + timedelta(minutes=self.chance.between(1, 10))
        return Visit(
            public_id=self.chance.hexadecimal(),
            place_id=self.place.id,
            day=day,
            ticket=ticket,
            word=self.chance.one(list(Word)),
            first_name=self.chance.one(FIRST_NAMES),
            state=state,
            sent_to=self.chance.one(SERVICES) if state is State.ELSEWHERE else None,
            came_at=came_at,
            ended_at=ended_at,
            staff_id=self.account.id,
            updated_at=ended_at,
        )


def make_walk_ins(day: date, desks: list[tuple[Place, Staff]], *, now: datetime) -> None:
    """With a line of the journal for each, as the desk would have written it."""
    chance = Chance(day, "walk-ins")
    for place, account in desks:
        desk = Desk(place, account, chance)
        visits = [visit for each in (day - timedelta(days=1), day) for visit in desk.visits_of(each, now=now)]
        db.session.add_all(visits)
        db.session.flush()
        for visit in visits:
            thing, by = (Subject.VISIT, visit.id), By.staff(account)
            record_about(thing, "noted", by=by, now=visit.came_at, becomes=State.WAITING.value)
            record_about(thing, "noted", by=by, now=visit.updated_at, becomes=visit.state.value)
