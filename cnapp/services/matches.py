"""Whom to offer which free time: reading only.

Whoever has waited longest comes first, is offered one time at a time and written to once a day, and is not offered
again what they did not take. One time of each presence is offered at once, so that the public finds others. A round
reads all who wait for some of the subjects, which take turns, and searches once for each of these: the number of its
queries does not depend on how many people wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cnapp.base.database import db
from cnapp.base.workdays import day_of
from cnapp.config import Settings
from cnapp.domain.answers import Answers
from cnapp.domain.offers import presences_offered, times_offered
from cnapp.domain.places import Place, places_open
from cnapp.domain.slots import Choice, Slot, Wish
from cnapp.domain.waits import Wait, contacts_offered_on, motifs_waited_for, waits_for
from cnapp.services.slots import search
from cnapp.services.waits import channel_to
from cnapp.services.wishes import anywhere

SUBJECTS_A_ROUND = 8
OFFERS_A_ROUND = 20
ROUND = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody who waits, and a free time that suits them."""

    wait_id: int
    choice: Choice


@dataclass
class _Round:
    """What is free, and what this round gives away of it."""

    now: datetime
    places: Sequence[Place]
    free: dict[int, list[Slot]]
    """By subject."""
    presences: set[int]
    """Where a time is offered already."""
    contacts: set[str]
    """Phones and mailboxes that were written to today."""
    seen: dict[int, set[tuple[int, datetime]]]
    """By wait: the places and starts that were offered before."""

    def matches(self, waiting: Sequence[Wait]) -> Iterator[Match]:
        for wait in waiting:
            slot = None if self.contacts.intersection(wait.citizen.keys) else self._first_for(wait)
            if slot:
                self.presences.add(slot.presence_id)
                self.contacts.update(wait.citizen.keys)
                yield Match(wait.id, slot.choice)

    def _first_for(self, wait: Wait) -> Slot | None:
        able = {place.id for place in able_places(wait, self.places)}
        return next(
            (slot for slot in self.free[wait.motif_id] if slot.place_id in able and self._is_for(slot, wait)), None
        )

    def _is_for(self, slot: Slot, wait: Wait) -> bool:
        is_new = (slot.place_id, slot.starts_at) not in self.seen[wait.id]
        return is_new and slot.presence_id not in self.presences and wait.accepts(slot, self.now)


def matches(settings: Settings, *, now: datetime) -> list[Match]:
    """The longest waiting first, of those who can be told; nothing is held yet."""
    motif_ids = _in_turn(db.session.scalars(motifs_waited_for(now)).all(), now)
    if not motif_ids:
        return []
    waiting = [wait for wait in db.session.scalars(waits_for(motif_ids, now)) if _can_be_served(wait, settings)]
    if not waiting:
        return []
    return list(_round(waiting, now).matches(waiting))[:OFFERS_A_ROUND]


def _in_turn(motif_ids: Sequence[int], now: datetime) -> list[int]:
    """As many as one round looks for; the next round goes on where this one ends."""
    if len(motif_ids) <= SUBJECTS_A_ROUND:
        return list(motif_ids)
    first = int(now.timestamp() // ROUND.total_seconds()) * SUBJECTS_A_ROUND % len(motif_ids)
    return [*motif_ids[first:], *motif_ids[:first]][:SUBJECTS_A_ROUND]


def _can_be_served(wait: Wait, settings: Settings) -> bool:
    """A subject that is offered no more is so only to those who have a time for it."""
    is_offered = wait.appointment is not None or wait.motif.is_offered_online
    return is_offered and channel_to(wait.citizen, settings) is not None


def _round(waiting: Sequence[Wait], now: datetime) -> _Round:
    places = db.session.scalars(places_open(day_of(now))).all()
    seen: dict[int, set[tuple[int, datetime]]] = defaultdict(set)
    for wait_id, place_id, starts_at in db.session.execute(times_offered()):
        seen[wait_id].add((place_id, starts_at))
    presences = set(db.session.scalars(presences_offered()))
    return _Round(now, places, _free(waiting, places, now), presences, contacts_written_to(now), seen)


def contacts_written_to(now: datetime) -> set[str]:
    """Today."""
    return {key for keys in db.session.execute(contacts_offered_on(day_of(now))) for key in keys if key}


def _free(waiting: Sequence[Wait], places: Sequence[Place], now: datetime) -> dict[int, list[Slot]]:
    """One search a subject."""
    by_motif: dict[int, list[Wait]] = defaultdict(list)
    for wait in waiting:
        by_motif[wait.motif_id].append(wait)
    return {motif_id: _free_for_any(theirs, places, now) for motif_id, theirs in by_motif.items()}


def _free_for_any(waiting: Sequence[Wait], places: Sequence[Place], now: datetime) -> list[Slot]:
    """Over the places and days that any of those who wait for this subject would take."""
    wanted = {place.id for wait in waiting for place in able_places(wait, places)}
    first = min(wait.first_day(now) for wait in waiting)
    last = max(_last_day(wait, now) for wait in waiting)
    return search(Wish(waiting[0].motif, tuple(sorted(wanted))), first, last, now=now)


def _last_day(wait: Wait, now: datetime) -> date:
    if wait.appointment:
        return day_of(wait.appointment.starts_at)
    return day_of(now) + timedelta(days=wait.motif.horizon_days)


def able_places(wait: Wait, places: Sequence[Place]) -> Sequence[Place]:
    """Of these, those that suit them and can receive them."""
    theirs = {place.id for place in wait.places}
    return anywhere([place for place in places if not theirs or place.id in theirs], Answers({"needs": wait.needs}))
