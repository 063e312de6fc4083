"""Which starts a presence still offers: plain arithmetic on plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cnapp.base.spans import Span

STEP_MINUTES = 15
LONGEST_REST = timedelta(minutes=120)
"""After any appointment (the database holds it: « commitment_buffer »)."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long an appointment takes, the rest after it, and the shortest anyone books: minutes."""

    duration: int
    buffer: int
    shortest: int


@dataclass(frozen=True, slots=True)
class Promised:
    """Time that is taken, and the minutes to leave free after it."""

    span: Span
    buffer: int = 0

    @property
    def with_rest(self) -> Span:
        return Span(self.span.start, self.span.end + timedelta(minutes=self.buffer))


def free_stretches(within: Span, pause: Span | None, taken: Iterable[Promised]) -> list[Span]:
    """What is left of a presence."""
    busy = [promised.with_rest for promised in taken]
    return within.minus([*busy, pause] if pause else busy)


def openings(within: Span, pause: Span | None, taken: Iterable[Promised], length: Length) -> list[datetime]:
    """Starts that can be booked, in order.

    A free stretch offers its beginning, and every 15 minutes from there where no hole shorter than the
    shortest motif would be left. Before another appointment the rest is kept; before a pause or the end of
    the presence none is needed.
    """
    promised, rest = list(taken), timedelta(minutes=length.buffer)
    found: list[datetime] = []
    for stretch in free_stretches(within, pause, promised):
        last_end = min(
            (each.span.start - rest for each in promised if each.span.start >= stretch.end), default=stretch.end
        )
        found.extend(_starts(stretch.start, min(stretch.end, last_end), length))
    return found


def _starts(first: datetime, last_end: datetime, length: Length) -> list[datetime]:
    slack = int((last_end - first).total_seconds() // 60) - length.duration
    return [
        first + timedelta(minutes=before)
        for before in range(0, slack + 1, STEP_MINUTES)
        if before == 0 or (before >= length.shortest and not 0 < slack - before < length.shortest)
    ]


def bookable_part(presence: Span, walk_in_minutes: int) -> Span:
    """A presence without its last minutes, kept for people who come without appointment."""
    end = max(presence.start, presence.end - timedelta(minutes=walk_in_minutes))
    return Span(presence.start, end)
