"""Free times as a page shows them: a few of each day, all of one day, or the nearest to one that was taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from cnapp.base.workdays import day_of
from cnapp.domain.commitments import SlotTaken
from cnapp.domain.slots import Choice, Slot, SlotUnknown, Wish
from cnapp.domain.times import Filter, Times, all_of_one_day, few_of_each_day, is_full, nearest
from cnapp.services.slots import conseillers_at, search, slot_at

WINDOWS = (28, 365)
"""Days looked at in one go: a few places fill a page within four weeks."""
MANY_PLACES = 20
WINDOWS_OF_MANY = (2, 14, 365)
"""Many places fill it on the first day."""
NEAR = timedelta(days=7)


def times_from(first: date, wish: Wish, preferred: Filter, *, now: datetime) -> Times:
    """A few times of each of the coming days."""
    found: list[Slot] = []
    for start, end in _windows(max(first, day_of(now)), wish, now):
        found += [slot for slot in search(wish, start, end, now=now) if preferred.keeps(slot)]
        if is_full(found):
            break
    return few_of_each_day(found)


def times_on(day: date, wish: Wish, preferred: Filter, *, now: datetime) -> Times:
    return all_of_one_day([slot for slot in search(wish, day, day, now=now) if preferred.keeps(slot)], day)


def times_after(start: datetime, wish: Wish, preferred: Filter, *, now: datetime) -> Times:
    """What is left of the day that `start` belongs to."""
    day = day_of(start)
    later = [slot for slot in search(wish, day, day, now=now) if slot.starts_at >= start and preferred.keeps(slot)]
    return all_of_one_day(later, day)


def times_near(choice: Choice, wish: Wish, *, now: datetime) -> list[Slot]:
    """The three nearest to a time that was taken; further away where the week around it is full."""
    day = day_of(choice.starts_at)
    around = search(wish, max(day - NEAR, day_of(now)), day + NEAR, now=now)
    if around:
        return nearest(around, choice.starts_at)
    return nearest(
        search(wish, day_of(now), day_of(now) + timedelta(days=wish.horizon_days), now=now), choice.starts_at
    )


def refuse_gone(choice: Choice, wish: Wish, *, now: datetime) -> None:
    """Before anybody is held still: of a crowd that wants one time, few wait for their turn to hear that it is gone.

    Not for somebody who holds a time, maybe this one. Raises SlotTaken.
    """
    if slot_at(wish, choice, now=now) is None:
        raise SlotTaken


def refuse_never_offered(choice: Choice, wish: Wish, *, now: datetime) -> None:
    """A time that no form of ours can have shown: nobody is there then, or it is too soon or too far.

    Raises SlotUnknown.
    """
    day = day_of(choice.starts_at)
    during = wish.during(day, day, now)
    is_offered = during is not None and during.start <= choice.starts_at < during.end
    if not is_offered or not conseillers_at(choice):
        raise SlotUnknown


def _windows(first: date, wish: Wish, now: datetime) -> Iterator[tuple[date, date]]:
    last = day_of(now) + timedelta(days=wish.horizon_days)
    for days in WINDOWS if len(wish.place_ids) < MANY_PLACES else WINDOWS_OF_MANY:
        end = min(first + timedelta(days=days - 1), last)
        if end >= first:
            yield first, end
        first = end + timedelta(days=1)
