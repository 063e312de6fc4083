"""Where conseillers are, in memory, judged as the guards judge it: never at two places, and with time to travel."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from cnapp.base.spans import Span
from cnapp.domain.places import Place
from cnapp.domain.travels import Travels, minutes_lacking


@dataclass(frozen=True, order=True)
class Spot:
    """Somebody, somewhere, from an instant to another."""

    span: Span
    conseiller_id: int
    place: Place = field(compare=False)


@dataclass(frozen=True)
class Clash:
    """What stands in the way: another spot, or the two that would then follow each other too closely."""

    others: tuple[Spot, ...]
    minutes: int | None = None
    """What the travel takes, where that is the trouble."""


class Whereabouts:
    """Changed one spot at a time; a change that answers with a clash has changed nothing."""

    def __init__(self, spots: Iterable[Spot], travels: Travels) -> None:
        self._travels = travels
        self._spots: dict[int, list[Spot]] = defaultdict(list)
        for spot in sorted(spots):
            self._of(spot).append(spot)

    def enter(self, spot: Spot) -> Clash | None:
        clash = self._in_the_way(spot)
        if clash is None:
            insort(self._of(spot), spot)
        return clash

    def leave(self, spot: Spot) -> Clash | None:
        self._of(spot).remove(spot)
        clash = self._once_left(spot)
        if clash:
            insort(self._of(spot), spot)
        return clash

    def move(self, spot: Spot, to: Spot) -> Clash | None:
        self._of(spot).remove(spot)
        clash = self.enter(to)
        if clash is None:
            clash = self._once_left(spot)
            if clash:
                self._of(to).remove(to)
        if clash:
            insort(self._of(spot), spot)
        return clash

    def around(self, spot: Spot) -> tuple[Spot | None, Spot | None]:
        """Where its person is before and after it; it must be one of theirs."""
        spots = self._of(spot)
        here = spots.index(spot)
        return spots[here - 1] if here else None, spots[here + 1] if here + 1 < len(spots) else None

    def _of(self, spot: Spot) -> list[Spot]:
        return self._spots[spot.conseiller_id]

    def _around(self, spot: Spot) -> tuple[Spot | None, Spot | None]:
        """The last one that starts before it, and the next."""
        spots = self._of(spot)
        here = bisect_left(spots, spot.span.start, key=lambda each: each.span.start)
        return spots[here - 1] if here else None, spots[here] if here < len(spots) else None

    def _in_the_way(self, spot: Spot) -> Clash | None:
        before, after = self._around(spot)
        for other in (before, after):
            if other and other.span.overlaps(spot.span):
                return Clash((other,))
        for other, minutes in ((before, self._lacking(before, spot)), (after, self._lacking(spot, after))):
            if other and minutes:
                return Clash((other,), minutes)
        return None

    def _once_left(self, spot: Spot) -> Clash | None:
        before, after = self._around(spot)
        minutes = self._lacking(before, after)
        return Clash((before, after), minutes) if before and after and minutes else None

    def _lacking(self, before: Spot | None, after: Spot | None) -> int | None:
        """The minutes that the travel between two takes, when there are not so many."""
        if before is None or after is None:
            return None
        gap = after.span.start - before.span.end
        return minutes_lacking(gap, self._travels, here=before.place.id, there=after.place.id)
