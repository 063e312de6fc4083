"""Stretches of time and their arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """From `start`, included, to `end`, excluded: two aware UTC instants."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("a span needs aware instants")
        if self.end < self.start:
            raise ValueError("a span cannot end before it starts")

    @classmethod
    def lasting(cls, start: datetime, minutes: int) -> Span:
        """Real elapsed minutes, also across a change of hour."""
        return cls(start, start + timedelta(minutes=minutes))

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def covers(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def within(self, other: Span) -> Span:
        """The part of it inside another that it overlaps."""
        return Span(max(self.start, other.start), min(self.end, other.end))

    def minus(self, taken: Iterable[Span]) -> list[Span]:
        """What is left of this span, in order, once the others are taken away."""
        free, cursor = [], self.start
        for span in sorted(taken):
            if span.start == span.end or span.end <= cursor or span.start >= self.end:
                continue
            if span.start > cursor:
                free.append(Span(cursor, span.start))
            cursor = max(cursor, span.end)
        if cursor < self.end:
            free.append(Span(cursor, self.end))
        return free
