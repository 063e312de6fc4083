"""Where the invented team still has an hour or two for a workshop, once its appointments are booked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, local
from cnapp.domain.commitments import Commitment
from cnapp.domain.presences import Presence

EVERY = timedelta(minutes=30)


@dataclass
class There:
    """A presence, and what it has promised."""

    presence: Presence
    promised: list[Span] = field(default_factory=list)

    @property
    def day(self) -> date:
        return day_of(self.presence.starts_at)

    def starts(self, minutes: int) -> Iterator[datetime]:
        """Never so that nothing is left of it."""
        whole, pause = self.presence.span, self.presence.pause
        at = whole.start
        while (span := Span.lasting(at, minutes)).end <= whole.end:
            taken = [*self.promised, *([pause] if pause else [])]
            if self._leaves_some(minutes) and not any(span.overlaps(each) for each in taken):
                yield at
            at += EVERY

    def _leaves_some(self, minutes: int) -> bool:
        return sum(each.minutes for each in self.promised) + minutes < self.presence.span.minutes


class FreeTimes:
    """All presences of the demonstration with what they have promised, in two queries."""

    def __init__(self) -> None:
        presences = db.session.scalars(select(Presence).order_by(Presence.starts_at, Presence.conseiller_id))
        self._by_id = {each.id: There(each) for each in presences if each.takes_appointments}
        for promised in db.session.scalars(select(Commitment)):
            if promised.presence_id in self._by_id:
                self._by_id[promised.presence_id].promised.append(promised.span)
        self._of: dict[int, list[There]] = defaultdict(list)
        for there in self._by_id.values():
            self._of[there.presence.conseiller_id].append(there)

    def weekly(self, conseiller_id: int, place_id: int | None, since: date, minutes: int) -> Iterator[tuple[int, Span]]:
        """Places and times at one weekday and hour, each taken as it is given; anywhere, where no place is named."""
        first: datetime | None = None
        for there in self._of[conseiller_id]:
            if there.day < since or place_id not in (None, there.presence.place_id):
                continue
            at = next((at for at in there.starts(minutes) if first is None or _same_hour(first, at)), None)
            if at is not None:
                first, place_id = first or at, there.presence.place_id
                there.promised.append(Span.lasting(at, minutes))
                yield place_id, Span.lasting(at, minutes)


def _same_hour(one: datetime, other: datetime) -> bool:
    here, there = local(one), local(other)
    return (here.weekday(), here.time()) == (there.weekday(), there.time())
