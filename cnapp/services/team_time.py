"""What a plan reads of the team: who receives where and when, what is promised, how far places are from each other.

Each table once, however many people are touched.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import selectinload

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, instant_at, is_holiday, span_of_day, span_of_days
from cnapp.domain.closed_time import is_shut
from cnapp.domain.commitments import Commitment, Kind, commitments_of
from cnapp.domain.gaps import Stay, Taken, day_and_midnight, minute_of
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closed, Closure, Place, Travel, closures_between, is_closed
from cnapp.domain.presences import Presence, presences_during
from cnapp.domain.shifts import Colleague, Team
from cnapp.domain.takeovers import Agenda, Spot
from cnapp.domain.travels import Travels, by_pair

MARGIN = timedelta(hours=36)
"""Beyond the days that are looked at: presences whose travel counts."""


@dataclass
class TeamTime:
    """The rows as they are read, and the plain values that follow from them."""

    first: date
    last: date
    now: datetime
    staff: Sequence[Staff]
    presences: Sequence[Presence]
    commitments: Sequence[Row[Any]]
    """Those that live."""
    closures: Sequence[Closure]
    places: Sequence[Place]
    travel_rows: Sequence[Travel]

    @cached_property
    def travels(self) -> Travels:
        return by_pair(self.travel_rows)

    @cached_property
    def team(self) -> Team:
        places = {place.id: place for place in self.places}
        colleagues = {each.id: _colleague(each) for each in self.staff}
        return Team(colleagues, places, self.travels, day_of(self.now))

    @cached_property
    def stays(self) -> list[Stay]:
        """Presences that take appointments, where and when somebody is received."""
        held = [each for each in self.presences if each.takes_appointments and self._is_held(each)]
        return [_stay(each, self.closed(each.place_id, day_of(each.starts_at))) for each in held]

    @cached_property
    def promises(self) -> dict[int, list[Taken]]:
        """By conseiller, in order."""
        found: dict[int, list[Taken]] = defaultdict(list)
        for each in sorted(self.commitments, key=lambda each: each.starts_at):
            ends = minute_of(each.ends_at)
            found[each.conseiller_id].append(Taken(int(each.starts_at.timestamp()) // 60, ends, each.buffer_minutes))
        return found

    @cached_property
    def absences(self) -> dict[int, list[Span]]:
        found: dict[int, list[Span]] = defaultdict(list)
        for each in self.commitments:
            if each.kind is Kind.ABSENCE:
                found[each.conseiller_id].append(Span(each.starts_at, each.ends_at))
        return found

    @cached_property
    def loads(self) -> dict[tuple[int, date], int]:
        """Promised times of each conseiller's days."""
        found: dict[tuple[int, date], int] = defaultdict(int)
        for each in self.commitments:
            if each.kind is not Kind.ABSENCE:
                found[each.conseiller_id, day_of(each.starts_at)] += 1
        return found

    def is_open(self, place_id: int, day: date) -> bool:
        """Not closed for all of that day and everybody."""
        place = self.team.places.get(place_id)
        return place is not None and place.exists_on(day) and not is_closed(place_id, day, self.closures)

    def receives(self, place_id: int, during: Span) -> bool:
        """Whether people may be received there one to one, for all of this time of one day."""
        day = day_of(during.start)
        closed = self.closed(place_id, day)
        return self.is_open(place_id, day) and not any(each.overlaps(during) for each in closed)

    def takes_workshops(self, place_id: int, during: Span) -> bool:
        """Whether a workshop may be held there, for all of this time of one day."""
        place, day = self.team.places.get(place_id), day_of(during.start)
        shut = is_shut(place_id, during, self.closures, Closed.WORKSHOPS)
        return place is not None and place.exists_on(day) and not is_holiday(day) and not shut

    def is_left(self, presence: Presence) -> bool:
        """Its conseiller is absent for all of it."""
        return not presence.span.minus(self.absences[presence.conseiller_id])

    def is_promised(self, conseiller_id: int, during: Span) -> bool:
        """Whether any of this time of theirs is somebody's."""
        theirs = (each for each in self.commitments if each.conseiller_id == conseiller_id)
        return any(Span(each.starts_at, each.ends_at).overlaps(during) for each in theirs)

    def closed(self, place_id: int, day: date) -> list[Span]:
        """The stretches of a day in which nobody is received one to one there."""
        touching = [each for each in self.closures if each.touches(place_id, day)]
        return [_closed_hours(each, day) for each in touching if each.closes is not Closed.WORKSHOPS]

    def agendas(self, on: date) -> dict[int, Agenda]:
        """Of those who may receive that day."""
        able = [each for each in self.staff if each.receives and each.is_in_post(on)]
        return {each.id: self._agenda(each, on) for each in able}

    @cached_property
    def _spots(self) -> dict[int, list[Spot]]:
        promised = {each.presence_id for each in self.commitments}
        found: dict[int, list[Spot]] = defaultdict(list)
        for each in self.presences:
            found[each.conseiller_id].append(_spot(each, is_free=each.id not in promised and each.starts_at > self.now))
        return found

    def _agenda(self, staff: Staff, on: date) -> Agenda:
        day = span_of_days(on, on)
        near = Span(day.start - MARGIN, day.end + MARGIN)
        spots = tuple(sorted(spot for spot in self._spots[staff.id] if spot.span.overlaps(near)))
        absences = tuple(self.absences[staff.id])
        return Agenda(self.team.colleagues[staff.id], spots, absences, self.loads[staff.id, on])

    def _is_held(self, presence: Presence) -> bool:
        day = day_of(presence.starts_at)
        staff = self._by_id[presence.conseiller_id]
        place = self.team.places[presence.place_id]
        return staff.receives and staff.is_in_post(day) and place.exists_on(day) and not is_holiday(day)

    @cached_property
    def _by_id(self) -> dict[int, Staff]:
        return {each.id: each for each in self.staff}


def read(first: date, last: date, *, known: Collection[int], now: datetime) -> TeamTime:
    """From one day to another; `known`: conseillers that are wanted even if they receive nobody any more."""
    days = span_of_days(first, last)
    during = Span(days.start - MARGIN, days.end + MARGIN)
    staff = db.session.scalars(_receiving(known)).all()
    ids = [each.id for each in staff]
    return TeamTime(
        first,
        last,
        now,
        staff,
        db.session.scalars(presences_during(during).where(Presence.conseiller_id.in_(ids))).all(),
        _living(db.session.execute(_promised(ids, during)), now),
        db.session.scalars(closures_between(first, last)).all(),
        db.session.scalars(select(Place).order_by(Place.id)).all(),
        db.session.scalars(select(Travel)).all(),
    )


def _receiving(known: Collection[int]) -> Select[Staff]:
    """With what they speak and may do."""
    receives = (Staff.receives & Staff.disabled_at.is_(None)) | Staff.id.in_(known)
    whole = selectinload(Staff.languages), selectinload(Staff.habilitations)
    return select(Staff).where(receives).options(*whole).order_by(Staff.id)


def _promised(ids: Sequence[int], during: Span) -> Select[*tuple[Any, ...]]:
    """Columns alone: there are thousands."""
    when = Commitment.starts_at, Commitment.ends_at, Commitment.buffer_minutes, Commitment.expires_at
    whose = Commitment.conseiller_id, Commitment.presence_id, Commitment.kind
    return commitments_of(ids, during).with_only_columns(*whose, *when)


def _living(commitments: Iterable[Row[Any]], now: datetime) -> list[Row[Any]]:
    """Without the holds that nobody renewed."""
    return [each for each in commitments if each.kind is not Kind.HOLD or each.expires_at > now]


def _colleague(staff: Staff) -> Colleague:
    return Colleague(
        staff.id,
        staff.first_name,
        staff.role is Role.COORDINATOR,
        frozenset(each.code for each in staff.languages),
        tuple(staff.habilitations),
    )


def _closed_hours(closure: Closure, day: date) -> Span:
    if closure.from_time is None or closure.until_time is None:
        return span_of_day(day)
    return Span(instant_at(day, closure.from_time), instant_at(day, closure.until_time))


def _stay(presence: Presence, closed: Iterable[Span]) -> Stay:
    breaks = [*([presence.pause] if presence.pause else []), *closed]
    day, midnight = day_and_midnight(presence.starts_at)
    end = int(presence.ends_at.timestamp()) // 60
    return Stay(
        presence_id=presence.id,
        conseiller_id=presence.conseiller_id,
        place_id=presence.place_id,
        start=minute_of(presence.starts_at),
        end=end,
        breaks=tuple((int(each.start.timestamp()) // 60, minute_of(each.end)) for each in breaks),
        walk_ins_from=end - presence.walk_in_minutes,
        day=day,
        midnight=midnight,
    )


def _spot(presence: Presence, *, is_free: bool) -> Spot:
    """What is offered in it: to appointments all but its last minutes, to whoever comes without, these or all of it."""
    worked = presence.span.minutes - (presence.pause.minutes if presence.pause else 0)
    kept = min(presence.walk_in_minutes, worked) if presence.takes_appointments else worked
    return Spot(
        presence.span,
        presence.place_id,
        presence.id,
        is_free,
        appointment_minutes=worked - kept if presence.takes_appointments else 0,
        walk_in_minutes=kept if presence.takes_walk_ins else 0,
    )
