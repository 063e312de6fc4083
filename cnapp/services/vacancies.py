"""What whoever wants to come finds: seats that are theirs to take, a waiting list, or a closed door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.seats import how_many_ended
from cnapp.domain.workshops import Workshop
from cnapp.services.waiting_list import counted


@dataclass(frozen=True, slots=True)
class Vacancy:
    """How one workshop stands at this moment."""

    left: int
    """Seats that one may have: none while others wait for them."""
    is_open: bool
    """Whether it takes registrations at all."""

    @property
    def has_seat(self) -> bool:
        return self.is_open and self.left > 0

    @property
    def is_full(self) -> bool:
        """One may wait."""
        return self.is_open and self.left <= 0


def vacancies(workshops: Sequence[Workshop], *, now: datetime) -> dict[int, Vacancy]:
    """By workshop id, in two queries. A hold that has ended is no longer in the way, even if nobody has swept it."""
    ids = [workshop.id for workshop in workshops]
    waits = counted(ids)
    ended = {row[0]: row[1] for row in db.session.execute(how_many_ended(ids, now))}
    return {each.id: _vacancy(each, waits.get(each.id, 0), ended.get(each.id, 0), now) for each in workshops}


def vacancy(workshop: Workshop, *, now: datetime) -> Vacancy:
    return vacancies([workshop], now=now)[workshop.id]


def _vacancy(workshop: Workshop, waiting: int, ended: int, now: datetime) -> Vacancy:
    return Vacancy(0 if waiting else workshop.left + ended, workshop.takes_registrations(now))
