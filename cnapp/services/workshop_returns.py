"""Workshops that followed their place go where it is received now: home again, or on to another address.

Their leaders’ time is let go before presences stand again, and promised anew afterwards; one that cannot go stays.
Callers lock everybody, and commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from cnapp.base.database import attempt, db
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.closed_time import received_at
from cnapp.domain.journal import MADE_WAY, Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place, closures_from
from cnapp.domain.plan_queries import displacements_of_sessions
from cnapp.domain.plans import Displacement, Standing
from cnapp.domain.presences import Presence
from cnapp.domain.workshops import Workshop
from cnapp.services import leadings
from cnapp.services.journal import By, record_about
from cnapp.services.presence_cuts import States
from cnapp.services.provisional_sessions import Away, Teams, away, detail_of, programme_of, take_along
from cnapp.services.reopenings import Turn, others_who_led
from cnapp.services.workshop_moves import ahead

Work = TypeVar("Work")


@dataclass(frozen=True)
class Way:
    """Where a workshop that is away goes; None: its days are not all received at the same place."""

    away: Away
    from_id: int
    to: Place | None

    @property
    def workshop(self) -> Workshop:
        return self.away.workshop

    @property
    def leaves(self) -> bool:
        return self.to is None or self.to.id != self.from_id

    @property
    def is_home(self) -> bool:
        return self.to is not None and self.to.id == self.away.home_id


@dataclass(frozen=True)
class Returns:
    """Workshops whose place is received elsewhere than they are: those that went there, and those that could not."""

    went: Sequence[Way] = ()
    stay: Sequence[Way] = ()


class NotAll(Refusal):
    """`stuck` cannot go: all is tried again without them."""

    sentence = "Un atelier ne peut pas suivre son lieu."

    def __init__(self, stuck: Sequence[Way]) -> None:
        super().__init__()
        self.stuck = stuck


def follow(
    turn: Turn, rearrange: Callable[[States], Work], *, by: By, settings: Settings, now: datetime
) -> tuple[Work, Returns]:
    """`rearrange`: gives presences back, and closes again what stays closed; done while nobody leads those away."""
    ways = ways_of(turn, now)
    going, stay = [each for each in ways if each.to], [each for each in ways if each.to is None]
    while True:
        try:
            with attempt():
                done = rearrange(_let_go([each.workshop for each in going], by, now))
                _go_all(turn, going, by, settings, now)
        except NotAll as refusal:
            stay += [each for each in refusal.stuck if each.leaves]
            going = [each for each in going if each not in refusal.stuck]
        else:
            return done, Returns([each for each in going if each.leaves], stay)


def ways_of(turn: Turn, now: datetime) -> list[Way]:
    """Of the workshops away that a closure concerns."""
    closures = db.session.scalars(closures_from(day_of(now))).all()
    concerned = [each for each in away(now=now) if _concerns(turn, each, now)]
    return [Way(each, each.workshop.place_id, _received(each, closures, now)) for each in concerned]


def _concerns(turn: Turn, each: Away, now: datetime) -> bool:
    days = _days(each, now)
    there = (each.home_id, each.workshop.place_id)
    is_its_own = turn.known.id == each.closure_id
    return bool(days) and (is_its_own or any(turn.touches(place, day) for place in there for day in days))


def _received(each: Away, closures: Sequence[Closure], now: datetime) -> Place | None:
    places = {received_at(each.home_id, day, closures) for day in _days(each, now)}
    return db.session.get_one(Place, places.pop()) if len(places) == 1 else None


def _days(each: Away, now: datetime) -> set[date]:
    return {day_of(session.starts_at) for session in ahead(each.workshop, now)}


def _let_go(workshops: Iterable[Workshop], by: By, now: datetime) -> States:
    """Presences that go with it are known to closures as they were."""
    versions: dict[Presence, int] = {}
    for workshop in workshops:
        for session in ahead(workshop, now):
            for leading in session.leadings:
                presence = db.session.get_one(Presence, leading.presence_id)
                versions.setdefault(presence, presence.version)
            leadings.free(session, by=by, now=now)
    states = States()
    for presence, version in versions.items():
        if presence.version != version:
            states.note(presence.id, presence.version, version)
    return states


def _go_all(turn: Turn, ways: Sequence[Way], by: By, settings: Settings, now: datetime) -> None:
    """Raises NotAll."""
    step = _Step(turn.known, by, settings, now)
    stuck = [each for each in ways if not step.go(each)]
    if stuck:
        raise NotAll(stuck)


@dataclass(frozen=True)
class _Step:
    closure: Closure
    by: By
    settings: Settings
    now: datetime

    def go(self, way: Way) -> bool:
        try:
            with attempt():
                return self._leave(way) if way.leaves else self._lead_there(way)
        except Refusal:
            return False

    def _leave(self, way: Way) -> bool:
        """Raises what changing a programme does."""
        lines = self._lines(way.workshop)
        programme = programme_of(way.workshop, _led_before(lines), self.now)
        if programme is None or way.to is None:
            return False
        number = take_along(way.workshop, way.to, programme, by=self.by, settings=self.settings, now=self.now)
        self._note(way, lines, number)
        return True

    def _lead_there(self, way: Way) -> bool:
        """As before, now that presences are where they are. Raises LeaderRefused."""
        for session in ahead(way.workshop, self.now):
            leaders = session.leaders
            leadings.forget(session, by=self.by, now=self.now)
            for leader in leaders:
                leadings.lead(session, leader, way.workshop.place, by=self.by, now=self.now)
        return True

    def _lines(self, workshop: Workshop) -> list[Displacement]:
        """Those that wait still."""
        ids = [each.id for each in ahead(workshop, self.now)]
        return [each for each in db.session.scalars(displacements_of_sessions(ids)) if each.is_open]

    def _note(self, way: Way, waited: Sequence[Displacement], number: int) -> None:
        """Home again, all is as it was; elsewhere, it is away still."""
        lines = [*way.away.lines, *(each.id for each in waited)]
        if not way.is_home:
            kept = detail_of(way.workshop.id, way.away.home_id, lines, number)
            about = (Subject.CLOSURE, self.closure.id)
            record_about(about, MADE_WAY, by=self.by, now=self.now, presences=[], leaders=[], workshops=[kept])
            return
        for each in lines:
            line = db.session.get_one(Displacement, each, populate_existing=True)
            if line.standing is Standing.SETTLED:
                line.settle(Standing.REINSTATED, now=self.now)
        db.session.flush()


def _led_before(lines: Iterable[Displacement]) -> Teams:
    led = {line.session_id or 0: [line.conseiller_id, *others_who_led(line)] for line in lines}
    return {session_id: [db.session.get_one(Staff, each) for each in team] for session_id, team in led.items()}
