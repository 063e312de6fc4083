"""The sizes that are measured, and who is where in them.

At the small and the large one a *quiet* place has two days of presence a week, so that its four weeks hold as many
times: what is compared is the weight of everything else that stands in the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

DAYS_A_WEEK = 3
"""Each conseiller is at up to three places a week, a day at each: two half-days."""


@dataclass(frozen=True)
class Size:
    """How much there is. Days are counted from today."""

    name: str
    conseillers: int
    places: int
    quiet: int
    first_day: int
    last_day: int
    bookings_at_most: int
    """How many people can book in the next weeks before it is full."""
    only: tuple[str, ...] = ()
    """The only measures that this size is made for."""
    without: tuple[str, ...] = ()
    """Measures that mean nothing at this size."""

    def days(self, today: date) -> tuple[date, date]:
        return today + timedelta(days=self.first_day), today + timedelta(days=self.last_day)

    def rounds(self) -> list[tuple[int, int, int]]:
        """(conseiller, weekday, place) of each week."""
        every = [(c, d) for c in range(self.conseillers) for d in range(DAYS_A_WEEK)]
        return [(c + 1, _weekday(c, d), self._place(c, d) + 1) for c, d in every]

    def _place(self, conseiller: int, day: int) -> int:
        if self.quiet == self.places:
            return (conseiller * DAYS_A_WEEK + day) % self.places
        if day == DAYS_A_WEEK - 1:
            return conseiller % self.quiet
        busy = self.places - self.quiet
        return self.quiet + (conseiller * (DAYS_A_WEEK - 1) + day) % busy

    @property
    def measured(self) -> list[int]:
        """Places with exactly two days a week."""
        return list(range(1, 7))

    @property
    def booked(self) -> list[int]:
        """Places where the journeys go, on the first page of places at both sizes."""
        return list(range(1, 16))


def _weekday(conseiller: int, day: int) -> int:
    """Three different days, and never the same one twice at a quiet place."""
    return (conseiller + conseiller // 5 + conseiller // 2000 + 2 * day) % 5


SMALL = Size(
    "small",
    conseillers=7,
    places=15,
    quiet=15,
    first_day=0,
    last_day=62,
    bookings_at_most=150,
    without=("plans",),
)
LARGE = Size(
    "large",
    conseillers=4000,
    places=2300,
    quiet=2000,
    first_day=-364,
    last_day=364,
    bookings_at_most=5000,
    without=("board", "plans"),
)
"""Nobody reads the week of four thousand people on one page."""
BUSY = Size(
    "busy", conseillers=200, places=115, quiet=115, first_day=0, last_day=27, bookings_at_most=4000, only=("board",)
)
"""A coordinator with thirty times the team of today."""
TEAM = Size("team", conseillers=7, places=15, quiet=15, first_day=0, last_day=41, bookings_at_most=0, only=("plans",))
"""The team of today, where nothing is booked by the other measures."""
TOWN = Size(
    "town", conseillers=42, places=10, quiet=10, first_day=0, last_day=41, bookings_at_most=600, only=("plans",)
)
"""Six times the team of today: what closes for a week touches six hundred people."""
SIZES = {size.name: size for size in (SMALL, TEAM, TOWN, BUSY, LARGE)}
