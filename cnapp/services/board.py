"""Reading the week board, by place or by person: each table once, however many people and places there are."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, days_between, holiday_name, span_of_days
from cnapp.domain.board import (
    Board,
    Cell,
    Column,
    Gap,
    Here,
    Lost,
    Row,
    Trouble,
    gaps_of,
    planned_for,
    roommates,
)
from cnapp.domain.board_queries import (
    displaced_in,
    people_of_week,
    places_of_week,
    presences_at,
    promises_of,
    rules_of_week,
)
from cnapp.domain.commitments import Kind
from cnapp.domain.cover import CoverRule, cover_rules_between, least_on
from cnapp.domain.motifs import shortest_duration
from cnapp.domain.openings import Promised
from cnapp.domain.openness import open_stretches
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place, closures_between, hours_on
from cnapp.domain.planning import misfits, plan_of, room_left
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule, Stretch
from cnapp.domain.workshop_days import Gathering
from cnapp.services.workshop_days import led_by


def by_place(monday: date, *, now: datetime) -> Board:
    read = _read(monday, now)
    heres = _by_day((here.presence.place_id, here) for here in read.heres)
    rows = [
        Row(place, tuple(_place_cell(place, day, heres[place.id, day], read) for day in read.days))
        for place in read.places
    ]
    return _board(read, rows, [gap for row in rows for cell in row.cells for gap in cell.gaps])


def by_person(monday: date, *, now: datetime) -> Board:
    """Gaps belong to places: they stand in no row."""
    read = _read(monday, now)
    heres = _by_day((here.presence.conseiller_id, here) for here in read.heres)
    rows = [
        Row(staff, tuple(_person_cell(staff, day, heres[staff.id, day], read) for day in read.days))
        for staff in read.people
    ]
    at_places = _by_day((here.presence.place_id, here) for here in read.heres)
    gaps = [
        gap for place in read.places for day in read.days for gap in _gaps(place, day, at_places[place.id, day], read)
    ]
    return _board(read, rows, gaps)


Heres = dict[tuple[int, date], list[Here]]


def _by_day(heres: Iterable[tuple[int, Here]]) -> Heres:
    found: Heres = defaultdict(list)
    for key, here in heres:
        found[key, here.day].append(here)
    return found


class _Hours:
    """When places are open, each day of a place counted once."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = {place.id: place for place in places}
        self.known: dict[tuple[int, date], list[Stretch]] = {}

    def of(self, place_id: int, day: date) -> list[Stretch]:
        """By its hours alone."""
        key = place_id, day
        if key not in self.known:
            self.known[key] = hours_on(self.places[place_id].opening_hours, day)
        return self.known[key]


@dataclass
class _Promises:
    """What is promised of people's time in the week."""

    taken: dict[tuple[int, date], list[Promised]] = field(default_factory=lambda: defaultdict(list))
    """By conseiller and day."""
    booked: Counter[int] = field(default_factory=Counter)
    """Appointments by presence."""
    absences: dict[int, list[Span]] = field(default_factory=lambda: defaultdict(list))
    gatherings: dict[int, list[Gathering]] = field(default_factory=lambda: defaultdict(list))
    """Workshops by presence."""


@dataclass
class _Displaced:
    """How many lost their time, and nobody has handled it, by day; True: sessions of workshops."""

    at_place: Counter[tuple[int, date, bool]] = field(default_factory=Counter)
    of_person: Counter[tuple[int, date, bool]] = field(default_factory=Counter)

    @property
    def all(self) -> Lost:
        sessions = sum(count for (_, _, is_session), count in self.at_place.items() if is_session)
        return Lost(self.at_place.total() - sessions, sessions)


def _lost(counted: Counter[tuple[int, date, bool]], its_id: int, day: date) -> Lost:
    return Lost(counted[its_id, day, False], counted[its_id, day, True])


@dataclass
class _Read:
    """What the tables hold of a week."""

    monday: date
    places: Sequence[Place]
    people: Sequence[Staff]
    closures: Sequence[Closure]
    rules: dict[tuple[int, date], list[RosterRule]]
    hours: _Hours
    heres: list[Here]
    absences: dict[int, list[Span]]
    cover: dict[int, list[CoverRule]]
    """By place."""
    displaced: _Displaced

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @cached_property
    def days(self) -> list[date]:
        """From Monday to Saturday, and a Sunday when somebody is somewhere."""
        last = self.sunday if any(here.day == self.sunday for here in self.heres) else self.sunday - timedelta(days=1)
        return days_between(self.monday, last)


def _read(monday: date, now: datetime) -> _Read:
    sunday = monday + timedelta(days=6)
    during = span_of_days(monday, sunday)
    places = db.session.scalars(places_of_week(monday)).all()
    ids = [place.id for place in places]
    found = db.session.scalars(presences_at(ids, during))
    presences = [each for each in found if monday <= day_of(each.starts_at)]
    closures = db.session.scalars(closures_between(monday, sunday)).all()
    people = db.session.scalars(people_of_week(monday, {each.conseiller_id for each in presences})).all()
    promises = _promises([staff.id for staff in people], during, now)
    hours = _Hours(places)
    heres = [*_heres(presences, promises, closures=closures, hours=hours)]
    return _Read(
        *(monday, places, people, closures, _rules(ids, monday), hours, heres, promises.absences),
        cover=_cover(monday, sunday),
        displaced=_displaced(during),
    )


def _cover(monday: date, sunday: date) -> dict[int, list[CoverRule]]:
    found = defaultdict(list)
    for rule in db.session.scalars(cover_rules_between(monday, sunday)):
        found[rule.place_id].append(rule)
    return found


def _displaced(during: Span) -> _Displaced:
    found = _Displaced()
    for place_id, conseiller_id, starts_at, session_id in db.session.execute(displaced_in(during)):
        when = day_of(starts_at), session_id is not None
        found.at_place[place_id, *when] += 1
        found.of_person[conseiller_id, *when] += 1
    return found


def _promises(people: list[int], during: Span, now: datetime) -> _Promises:
    found = _Promises()
    for row in db.session.execute(promises_of(people, during, now)):
        span = Span(row.starts_at, row.ends_at)
        found.taken[row.conseiller_id, day_of(span.start)].append(Promised(span, row.buffer_minutes))
        if row.kind is Kind.APPOINTMENT:
            found.booked[row.presence_id] += 1
        if row.kind is Kind.ABSENCE:
            found.absences[row.conseiller_id].append(span)
    for led in led_by(people, during):
        found.gatherings[led.presence_id].append(led.gathering)
    return found


def _rules(place_ids: list[int], monday: date) -> dict[tuple[int, date], list[RosterRule]]:
    """By place and day of the week."""
    found = defaultdict(list)
    for rule in db.session.scalars(rules_of_week(place_ids, monday)):
        day = monday + timedelta(days=rule.weekday)
        if rule.falls_on(day):
            found[rule.place_id, day].append(rule)
    return found


def _heres(
    presences: list[Presence], promises: _Promises, *, closures: Sequence[Closure], hours: _Hours
) -> Iterator[Here]:
    shortest = db.session.scalar(shortest_duration()) or 0
    together = roommates([each for each in presences if not _is_away(each, promises)])
    for presence in presences:
        plan = plan_of(presence)
        taken = promises.taken[presence.conseiller_id, plan.day]
        own = [each for each in taken if each.with_rest.overlaps(plan.span)]
        absences = [each for each in promises.absences[presence.conseiller_id] if each.overlaps(plan.span)]
        troubles = [
            *(Trouble(refusal=reason) for reason in misfits(plan, closures, hours.of(presence.place_id, plan.day))),
            *(Trouble(absence=absence) for absence in absences),
        ]
        if presence.id in together:
            troubles.append(Trouble(roommate=together[presence.id].conseiller))
        booked, gatherings = promises.booked[presence.id], tuple(promises.gatherings[presence.id])
        yield Here(presence, booked, booked + room_left(plan, own, shortest), tuple(troubles), gatherings)


def _is_away(presence: Presence, promises: _Promises) -> bool:
    """Absent for all of it: the room is free for a colleague."""
    absences = [each for each in promises.absences[presence.conseiller_id] if each.overlaps(presence.span)]
    return bool(absences) and not presence.span.minus(absences)


def _place_cell(place: Place, day: date, heres: list[Here], read: _Read) -> Cell:
    closure = next((each for each in read.closures if each.holds(place.id, day)), None)
    gaps = tuple(_gaps(place, day, heres, read))
    lost = _lost(read.displaced.at_place, place.id, day)
    return Cell(day, tuple(heres), gaps, closure=closure, holiday=holiday_name(day), is_open=bool(gaps), lost=lost)


def _gaps(place: Place, day: date, heres: list[Here], read: _Read) -> Iterable[Gap]:
    least = least_on(day, read.cover.get(place.id, ()))
    for half, hours, present in gaps_of(open_stretches(place, day, read.closures), heres, least):
        planned = planned_for(half, read.rules.get((place.id, day), ()))
        yield Gap(place, day, half, hours, planned, present, least[half])


def _person_cell(staff: Staff, day: date, heres: list[Here], read: _Read) -> Cell:
    absences = tuple(each for each in read.absences.get(staff.id, ()) if day_of(each.start) == day)
    holiday = holiday_name(day)
    is_open = staff.receives and staff.is_in_post(day) and not holiday
    lost = _lost(read.displaced.of_person, staff.id, day)
    return Cell(day, tuple(heres), absences=absences, holiday=holiday, is_open=is_open, lost=lost)


def _board(read: _Read, rows: list[Row], gaps: list[Gap]) -> Board:
    columns = tuple(
        Column(
            day,
            holiday_name(day),
            tuple(each for each in read.closures if each.place_id is None and each.starts_on <= day <= each.ends_on),
        )
        for day in read.days
    )
    names = {place.id: place for place in read.places}
    closures = tuple((names[each.place_id], each) for each in read.closures if each.place_id in names)
    return Board(read.monday, columns, tuple(rows), tuple(read.heres), tuple(gaps), closures, read.displaced.all)
