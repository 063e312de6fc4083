"""Plans: how soon everybody whom an absence or a closure touches has a proposal, and how good these are.

Everything happens in one transaction that is rolled back: nothing else that is measured meets it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count, cycle

from sqlalchemy import Select, delete, insert, select

from bench.databases import settings_for
from bench.measures import Bench
from bench.optimum import least_cost
from bench.statistics import Figures
from cnapp import create_app
from cnapp.base.clock import system_clock
from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.tokens import new_code, new_public_id
from cnapp.base.workdays import day_of, is_working_day, span_of_days
from cnapp.domain.appointments import Appointment, Booker, Origin, Status, Told, appointments_whole
from cnapp.domain.citizens import Citizen
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.free_time import FreeTime
from cnapp.domain.gaps import minute_of
from cnapp.domain.motifs import Motif
from cnapp.domain.places import Closure
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Proposal, Touched, Way
from cnapp.domain.seating import one_by_one, seat_all
from cnapp.domain.shifts import AHEAD_DAYS, Person
from cnapp.services.replanning import SOONEST, propose
from cnapp.services.team_time import read

SHORT = 25
"""Minutes of an appointment of a day when fourteen people come."""
FEW = 5
"""People for whom every answer can be tried."""
SAME_HOUR = (Way.TAKEOVER, Way.SAME_TIME)
TWICE = 20
"""Of so many appointments one is somebody's second."""
_numbers = count(1)


@dataclass(frozen=True)
class Case:
    """Somebody's day, a place's week or the whole town's: what is lost, and whose time."""

    name: str
    first: date
    last: date
    conseiller_id: int | None = None
    place_id: int | None = None

    @property
    def span(self) -> Span:
        return span_of_days(self.first, self.last)

    def presences(self) -> Select[Presence]:
        within = Presence.starts_at >= self.span.start, Presence.starts_at < self.span.end
        found = select(Presence).where(*within).order_by(Presence.starts_at, Presence.id)
        if self.conseiller_id:
            return found.where(Presence.conseiller_id == self.conseiller_id)
        return found.where(Presence.place_id == self.place_id) if self.place_id else found


def plans(bench: Bench) -> Figures:
    """One conseiller's day, a place's week, the town's week."""
    app = create_app(settings_for(bench.server.database_url))
    figures: Figures = {}
    with app.app_context():
        for case in _cases(system_clock()):
            figures |= {f"{case.name}_{name}": value for name, value in _measure(case, system_clock()).items()}
            db.session.rollback()
        db.session.remove()
        db.engine.dispose()
    return figures


def _cases(now: datetime) -> Iterator[Case]:
    """From the next Monday on; the day is the first on which the first conseiller of the town is anywhere."""
    monday = day_of(now) + timedelta(days=7 - day_of(now).weekday())
    days = [monday + timedelta(days=number) for number in range(14)]
    since = span_of_days(monday, monday).start
    own = Presence.conseiller_id == 1, Presence.starts_at >= since
    starts = db.session.scalars(select(Presence.starts_at).where(*own)).all()
    theirs = min(day_of(start) for start in starts)
    yield Case("day", theirs, theirs, conseiller_id=1)
    week = [day for day in days if is_working_day(day)][:5]
    yield Case("place", week[0], week[-1], place_id=1)
    yield Case("town", week[0], week[-1])


def _measure(case: Case, now: datetime) -> Figures:
    _fill(case, now)
    touched = _lose(case)
    began, cpu_began = time.perf_counter(), time.process_time()
    proposals = propose(touched, now=now)
    spent = {"seconds": round(time.perf_counter() - began, 2), "cpu": round(time.process_time() - cpu_began, 2)}
    return {"people": len(touched), **spent, **_quality(proposals), **_beside(touched, now)}


def _quality(proposals: dict[int, Proposal]) -> Figures:
    ways = Counter(each.way for each in proposals.values())
    same_hour = sum(ways[way] for way in SAME_HOUR)
    return {
        "same_hour": same_hour,
        "same_day": ways[Way.SAME_DAY] + ways[Way.NEARBY],
        "later": ways[Way.LATER],
        "to_call": ways[Way.CALL],
    }


def _beside(touched: Sequence[Appointment], now: datetime) -> Figures:
    """Without takeovers, everybody at once and one after the other; of a few, every answer."""
    people, fresh = _ready(touched, now)
    few = people[:: max(1, len(people) // FEW)][:FEW]
    ours, greedy = seat_all(people, fresh)[0], one_by_one(people, fresh())
    few_ours, few_greedy = seat_all(few, fresh)[0], one_by_one(few, fresh())
    return {
        "seated": len(ours),
        "greedy_seated": len(greedy),
        "cost": fresh().price(ours.values()),
        "greedy_cost": fresh().price(greedy.values()),
        "few_cost": fresh().price(few_ours.values()),
        "few_greedy_cost": fresh().price(few_greedy.values()),
        "few_optimum": least_cost(few, fresh()),
    }


def _ready(touched: Sequence[Appointment], now: datetime) -> tuple[list[Person], Callable[[], FreeTime]]:
    lost = [Touched.of(each) for each in touched]
    last = max(each.day for each in lost) + timedelta(days=AHEAD_DAYS)
    team_time = read(day_of(now), last, known={each.conseiller_id for each in lost}, now=now)

    team, earliest = team_time.team, minute_of(now + SOONEST)
    free = FreeTime(team, team_time.stays, team_time.promises, team_time.loads, earliest)
    return [team.person(each) for each in lost], free.untouched


def _fill(case: Case, now: datetime) -> None:
    """People where only promised times stood; fourteen short ones in somebody's day."""
    presences = db.session.scalars(case.presences()).all()
    ids = [presence.id for presence in presences]
    if case.conseiller_id:
        db.session.execute(delete(Commitment).where(Commitment.presence_id.in_(ids)))
        times = [(presence, span) for presence in presences for span in _short_ones(presence)]
    else:
        by_id = {presence.id: presence for presence in presences}
        promised = select(Commitment).where(Commitment.presence_id.in_(ids), Commitment.kind == Kind.APPOINTMENT)
        known = db.session.scalars(select(Appointment.commitment_id).where(Appointment.commitment_id.is_not(None)))
        taken = set(known)
        rows = db.session.scalars(promised.order_by(Commitment.starts_at)).all()
        times = [(by_id[row.presence_id or 0], row.span) for row in rows if row.id not in taken]
        db.session.execute(delete(Commitment).where(Commitment.id.in_([row.id for row in rows])))
    _displace(times, now)


def _short_ones(presence: Presence) -> list[Span]:
    return [Span.lasting(presence.starts_at + timedelta(minutes=SHORT * number), SHORT) for number in range(7)]


def _displace(times: Sequence[tuple[Presence, Span]], now: datetime) -> None:
    motifs = cycle(db.session.scalars(select(Motif).order_by(Motif.id)))
    people = _people(len(times), now)
    for number, ((presence, span), motif) in enumerate(zip(times, motifs, strict=False)):
        person = people[number - 1 if number % TWICE == 1 else number]
        db.session.add(_lost(presence, span, motif, person, now))
    db.session.flush()


def _people(how_many: int, now: datetime) -> list[Citizen]:
    """Each with a telephone, as nearly everybody has."""
    people = [
        Citizen(public_id=new_public_id(), phone=f"+336{number:08}", created_at=now) for number in range(how_many)
    ]
    for person in people:
        person.be_called("Marie Schmitt")
    db.session.add_all(people)
    db.session.flush()
    return people


def _lost(presence: Presence, span: Span, motif: Motif, person: Citizen, now: datetime) -> Appointment:
    """Its length is that of the time that was promised, whatever it is about."""
    appointment = Appointment(
        public_id=new_public_id(),
        code=new_code(),
        motif_id=motif.id,
        person_id=person.id,
        booked_by=Booker.SELF,
        told=Told.PERSON,
        needs=[],
        presence_id=presence.id,
        conseiller_id=presence.conseiller_id,
        starts_at=span.start,
        ends_at=span.end,
        status=Status.DISPLACED,
        origin=Origin.ONLINE,
        link_version=1,
        version=1,
        created_at=now,
        updated_at=now,
    )
    appointment.seal(f"bench {next(_numbers)}")
    return appointment


def _lose(case: Case) -> list[Appointment]:
    """Somebody is absent, or a place is closed."""
    if case.conseiller_id:
        absence = {"kind": Kind.ABSENCE, "conseiller_id": case.conseiller_id, "buffer_minutes": 0}
        db.session.execute(insert(Commitment), [{**absence, "starts_at": case.span.start, "ends_at": case.span.end}])
    else:
        db.session.add(Closure(place_id=case.place_id, starts_on=case.first, ends_on=case.last))
    db.session.flush()
    rows = appointments_whole().where(Appointment.status == Status.DISPLACED).order_by(Appointment.starts_at)
    return list(db.session.scalars(rows))
