"""How many came, did not come, or cancelled in time, by the reminder that had left: one query."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_day, span_of_days
from cnapp.domain.appointments import Status
from cnapp.domain.outbox import Channel
from cnapp.domain.reminder_figures import RANKED, outcomes_by_reminder


@dataclass(frozen=True, slots=True)
class Figures:
    """Of the appointments with one kind of reminder; `channel` None: without."""

    channel: Channel | None
    by_status: Counter[Status]

    @property
    def total(self) -> int:
        return self.by_status.total()

    @property
    def came(self) -> int:
        return self.by_status[Status.ARRIVED] + self.by_status[Status.SEEN]

    @property
    def missed(self) -> int:
        return self.by_status[Status.NOSHOW]

    @property
    def cancelled(self) -> int:
        return self.by_status[Status.EXCUSED]

    @property
    def unnoted(self) -> int:
        return self.by_status[Status.BOOKED]

    def percent(self, part: int) -> int:
        return round(100 * part / self.total) if self.total else 0


def figures(first: date, last: date, *, now: datetime) -> list[Figures]:
    """Of these days, as far as they are over: a line for each channel that was used, then those without a reminder."""
    counts: dict[Channel | None, Counter[Status]] = {}
    for rank, status, count in db.session.execute(outcomes_by_reminder(_over(first, last, now))):
        counts.setdefault(None if rank is None else RANKED[rank], Counter())[status] += count
    return [Figures(channel, counts[channel]) for channel in (*RANKED, None) if channel in counts]


def together(lines: list[Figures]) -> Figures:
    return Figures(None, sum((line.by_status for line in lines), Counter()))


def _over(first: date, last: date, now: datetime) -> Span:
    asked, today = span_of_days(first, last), span_of_day(day_of(now)).start
    return Span(min(asked.start, today), min(asked.end, today))
