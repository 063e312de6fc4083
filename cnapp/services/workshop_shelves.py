"""What the coordinator's lists say of seats: registered, offered, waiting; always in as many queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.registrations import Standing
from cnapp.domain.workshop_shelves import (
    Shelf,
    how_many_on_shelves,
    kept_among,
    seats_by_standing,
    waits_for_decision,
    workshops_on,
)
from cnapp.domain.workshops import Workshop
from cnapp.services.paging import Listing, read_page


@dataclass(frozen=True)
class Line:
    """A workshop with who comes to it."""

    workshop: Workshop
    registered: int
    offered: int
    waiting: int
    is_to_decide: bool
    """Too few people two days before, and nobody has said yet whether it is held."""

    is_ahead: bool
    """It stands, and has not begun."""

    @property
    def missing(self) -> int:
        """How many people it takes yet; nobody once it has begun, or is cancelled."""
        return max(0, self.workshop.at_least - self.registered) if self.is_ahead else 0


def listed(shelf: Shelf, *, page: int, now: datetime) -> Listing[Line]:
    read = read_page(workshops_on(shelf, now), page)
    return read.told(lines_of(read.lines, now=now))


def line_of(workshop: Workshop, *, now: datetime) -> Line:
    return lines_of([workshop], now=now)[0]


def lines_of(workshops: Sequence[Workshop], *, now: datetime) -> list[Line]:
    ids = [each.id for each in workshops]
    counted: dict[int, dict[Standing, int]] = defaultdict(dict)
    for workshop_id, standing, how_many in db.session.execute(seats_by_standing(ids)):
        counted[workshop_id][standing] = how_many
    kept = set(db.session.scalars(kept_among(ids)))
    return [_line(each, counted[each.id], is_kept=each.id in kept, now=now) for each in workshops]


def _line(workshop: Workshop, counted: dict[Standing, int], *, is_kept: bool, now: datetime) -> Line:
    registered = counted.get(Standing.REGISTERED, 0)
    return Line(
        workshop,
        registered,
        counted.get(Standing.OFFERED, 0),
        counted.get(Standing.WAITING, 0),
        is_to_decide=not is_kept and waits_for_decision(workshop, registered, now),
        is_ahead=workshop.stands and not workshop.is_past(now),
    )


def shelves(*, now: datetime) -> dict[Shelf, int]:
    """How many stand on each."""
    counted = {row[0]: row[1] for row in db.session.execute(how_many_on_shelves(now))}
    return {shelf: counted.get(shelf.value, 0) for shelf in Shelf}
