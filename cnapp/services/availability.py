"""One search: what it reads, in a fixed number of queries, and the slots that follow from it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, or_, select

from cnapp.base.database import db, read
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.closed_time import closed_spans
from cnapp.domain.commitments import PROMISED, commitment_bounds
from cnapp.domain.motifs import shortest_duration
from cnapp.domain.openings import LONGEST_REST, Length, Promised, bookable_part, openings
from cnapp.domain.people import Habilitation, Staff, StaffLanguage
from cnapp.domain.places import CLOSED, Closed, Closure, Place, is_closed
from cnapp.domain.presences import TOUCHING, Presence, presence_bounds
from cnapp.domain.slots import Door, Slot, Wish


class Availability:
    """The presences that can serve a wish, and what their conseillers have promised already."""

    def __init__(self, wish: Wish, during: Span, now: datetime) -> None:
        self.wish, self.during, self.now = wish, during, now
        self.closures: Sequence[Closure] = ()
        self.presences = self._able_presences()
        self.people = sorted({row.conseiller_id for row in self.presences})
        self.promises = self._promises()
        shortest = self.presences[0].shortest if self.presences else 0
        self.length = Length(wish.motif.duration_minutes, wish.motif.buffer_minutes, shortest or 0)

    def slots(self) -> list[Slot]:
        """Among those free at one place and time: who speaks the language, then who has least that day."""
        best: dict[tuple[datetime, str], Slot] = {}
        for slot in (slot for row in self.presences for slot in self._slots_of(row)):
            key = (slot.starts_at, slot.place_name)
            if key not in best or self._rank(slot) < self._rank(best[key]):
                best[key] = slot
        return [best[key] for key in sorted(best)]

    def first_slots(self) -> dict[int, Slot]:
        """The soonest of each place; presences that begin after it are not looked into."""
        found: dict[int, Slot] = {}
        for row in self.presences:
            known = found.get(row.place_id)
            if known and known.starts_at < row.starts_at:
                continue
            first = next(self._slots_of(row), None)
            if first and (known is None or self._order(first) < self._order(known)):
                found[row.place_id] = first
        return found

    def soonest_of_each(self) -> list[Slot]:
        """The first slot of each conseiller, in order of time."""
        found: dict[int, Slot] = {}
        for row in self.presences:
            first = None if row.conseiller_id in found else next(self._slots_of(row), None)
            if first:
                found[row.conseiller_id] = first
        return sorted(found.values(), key=self._order)

    def _slots_of(self, row: Row[Any]) -> Iterator[Slot]:
        presence = Span(row.starts_at, row.ends_at)
        within = bookable_part(presence, row.walk_in_minutes) if self.wish.is_online else presence
        pause = Span(row.pause_starts_at, row.pause_ends_at) if row.pause_starts_at else None
        lasts = timedelta(minutes=self.length.duration)
        taken = [*self._promised_near(row.conseiller_id, presence), *self._closed(row.place_id, presence)]
        for start in openings(within, pause, taken, self.length):
            if self.during.start <= start < self.during.end:
                who = (row.id, row.conseiller_id, row.first_name)
                yield Slot(*who, row.place_id, row.slug, row.name, start, start + lasts)

    def _promised_near(self, conseiller_id: int, presence: Span) -> list[Promised]:
        """What may touch a presence, rest included."""
        earliest = presence.start - LONGEST_REST
        return [
            Promised(Span(start, end), rest)
            for start, end, rest in self.promises[conseiller_id]
            if start < presence.end and end > earliest
        ]

    def _closed(self, place_id: int, presence: Span) -> list[Promised]:
        """Hours of closures that whole days do not tell."""
        if not self.closures:
            return []
        return [Promised(each) for each in closed_spans(place_id, presence, self.closures, Closed.APPOINTMENTS)]

    def _rank(self, slot: Slot) -> tuple[bool, int, int]:
        booked = self._booked_days[slot.conseiller_id, day_of(slot.starts_at)]
        return (slot.conseiller_id not in self._speakers, booked, slot.conseiller_id)

    def _order(self, slot: Slot) -> tuple[datetime, bool, int, int]:
        return (slot.starts_at, *self._rank(slot))

    @cached_property
    def _speakers(self) -> set[int]:
        if not self.wish.languages:
            return set()
        spoken = select(StaffLanguage.staff_id).where(StaffLanguage.code.in_(self.wish.languages))
        return set(db.session.scalars(spoken))

    @cached_property
    def _booked_days(self) -> Counter[tuple[int, date]]:
        return Counter((person, day_of(start)) for person, taken in self.promises.items() for start, _, _ in taken)

    def _promises(self) -> dict[int, list[tuple[datetime, datetime, int]]]:
        """By conseiller, what is taken: from when, until when, and the minutes of rest after it."""
        promises: dict[int, list[tuple[datetime, datetime, int]]] = defaultdict(list)
        if not self.presences:
            return promises
        whole = Span(self.presences[0].starts_at, max(row.ends_at for row in self.presences))
        asked = {"people": self.people, "now": self.now, **commitment_bounds(whole)}
        for person, start, end, rest in read(PROMISED, asked):
            promises[person].append((start, end, rest))
        return promises

    def _able_presences(self) -> list[Row[Any]]:
        """On days when the place is open, by people in post and, where the motif needs it, habilitated."""
        rows = read(*_presences_for(self.wish, self.during)).all()
        if not rows:
            return []
        first, last = day_of(self.during.start), day_of(self.during.end)
        self.closures = closures = db.session.scalars(CLOSED, {"first": first, "last": last}).all()
        days = {row.id: day_of(row.starts_at) for row in rows}
        open_rows = [
            row for row in rows if _in_force(row, days[row.id]) and not is_closed(row.place_id, days[row.id], closures)
        ]
        perimeter = self.wish.motif.perimeter
        if perimeter is None:
            return open_rows
        allowed = _habilitations({row.conseiller_id for row in open_rows})
        return [
            row for row in open_rows if any(each.allows(perimeter, days[row.id]) for each in allowed[row.conseiller_id])
        ]


_WHEN = (
    Presence.starts_at,
    Presence.ends_at,
    Presence.pause_starts_at,
    Presence.pause_ends_at,
    Presence.walk_in_minutes,
)
_WHO = (Presence.conseiller_id, Staff.first_name, Staff.in_post_from, Staff.in_post_until)
_WHERE = (Presence.place_id, Place.slug, Place.name, Place.valid_from, Place.valid_until)
_SHORTEST = shortest_duration().scalar_subquery().label("shortest")
_COLUMNS: tuple[Any, ...] = (Presence.id, *_WHEN, *_WHO, *_WHERE, _SHORTEST)


def _receives(door: Door) -> ColumnElement[bool]:
    by_appointment = Presence.takes_appointments.expression
    return or_(by_appointment, Presence.takes_walk_ins) if door is Door.WALK_IN else by_appointment


_RECEIVING = (
    select(*_COLUMNS)
    .join(Staff, Staff.id == Presence.conseiller_id)
    .join(Place, Place.id == Presence.place_id)
    .where(Staff.receives, Staff.disabled_at.is_(None))
    .where(*TOUCHING, Presence.place_id.in_(bindparam("place_ids", expanding=True)))
    .order_by(Presence.starts_at)
)
_BY_DOOR: dict[Door, Select[Any]] = {door: _RECEIVING.where(_receives(door)) for door in Door}


def _presences_for(wish: Wish, during: Span) -> tuple[Select[Any], dict[str, Any]]:
    """A statement and its values."""
    query, values = _BY_DOOR[wish.door], {"place_ids": wish.place_ids, **presence_bounds(during)}
    return (query if wish.conseiller_id is None else query.where(Presence.conseiller_id == wish.conseiller_id)), values


def _in_force(row: Row[Any], day: date) -> bool:
    in_post = row.in_post_from <= day <= (row.in_post_until or date.max)
    return bool(in_post and row.valid_from <= day <= (row.valid_until or date.max))


def _habilitations(people: Iterable[int]) -> dict[int, list[Habilitation]]:
    found: dict[int, list[Habilitation]] = defaultdict(list)
    for each in db.session.scalars(select(Habilitation).where(Habilitation.staff_id.in_(people))):
        found[each.staff_id].append(each)
    return found
