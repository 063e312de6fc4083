"""What is looked for (a wish), what is found (slots), and how a form names a choice among them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import NamedTuple

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, span_of_days
from cnapp.domain.motifs import Motif

STAFF_HORIZON_DAYS = 365
VALUE_FORMAT = "%Y%m%dT%H%MZ"
YEARS = range(2000, 3000)
"""Beyond them the calendar itself ends, and arithmetic with it."""


class SlotUnknown(Refusal):
    sentence = "Cette heure n’est pas proposée. Choisissez-en une autre."


class Door(Enum):
    """Who is looking: citizens meet least notice, horizon and minutes kept for walk-ins; staff do not."""

    ONLINE = "online"
    STAFF = "staff"
    WALK_IN = "walk_in"
    """Staff, for somebody who stands there: presences without appointments receive them too."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for. `languages`: ISO codes; those who speak them come first."""

    motif: Motif
    place_ids: tuple[int, ...]
    languages: tuple[str, ...] = ()
    door: Door = Door.ONLINE
    conseiller_id: int | None = None

    @property
    def is_online(self) -> bool:
        return self.door is Door.ONLINE

    @property
    def horizon_days(self) -> int:
        return self.motif.horizon_days if self.is_online else STAFF_HORIZON_DAYS

    def during(self, first: date, last: date, now: datetime) -> Span | None:
        """The instants when a start is offered in these days; None when all are too soon or too far."""
        notice = self.motif.least_notice_minutes if self.is_online else 0
        earliest = now + timedelta(minutes=notice)
        last = min(last, day_of(now) + timedelta(days=self.horizon_days))
        if last < max(first, day_of(earliest)):
            return None
        days = span_of_days(first, last)
        return Span(max(days.start, earliest), max(days.end, earliest))


class Choice(NamedTuple):
    """A place, by its slug, and a start."""

    slug: str
    starts_at: datetime

    @property
    def value(self) -> str:
        """How a form names it."""
        return f"{self.slug}@{self.starts_at.strftime(VALUE_FORMAT)}"


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that can be booked."""

    presence_id: int
    conseiller_id: int
    conseiller_name: str
    place_id: int
    place_slug: str
    place_name: str
    starts_at: datetime
    ends_at: datetime

    @property
    def choice(self) -> Choice:
        return Choice(self.place_slug, self.starts_at)

    @property
    def value(self) -> str:
        return self.choice.value


def read_value(text: str) -> Choice:
    """Raises SlotUnknown for anything that no form of ours has sent."""
    slug, _, moment = text.partition("@")
    try:
        starts_at = datetime.strptime(moment, VALUE_FORMAT).replace(tzinfo=UTC)
    except ValueError:
        raise SlotUnknown from None
    if starts_at.year not in YEARS:
        raise SlotUnknown
    return Choice(slug, starts_at)
