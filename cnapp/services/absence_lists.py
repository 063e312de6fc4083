"""Reading absences: whom one would touch, which are known, and who still waits for another time because of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cnapp.base.database import db
from cnapp.domain.absences import Absence, absences_from, absences_over
from cnapp.domain.appointments import Appointment
from cnapp.domain.displaced import appointments_touched, is_under_way
from cnapp.domain.people import Staff
from cnapp.domain.plan_queries import counted_by_person
from cnapp.domain.plans import Displacement, Standing
from cnapp.domain.workshop_days import Gathering
from cnapp.services import workshop_days
from cnapp.services.absences import Wanted, expected_again, time_to_free
from cnapp.services.paging import Listing, read_page


@dataclass(frozen=True)
class Touched:
    """Whom somebody would have received, and which sessions they would have led."""

    conseiller: Staff
    appointments: list[Appointment]
    gatherings: list[Gathering]

    @property
    def is_empty(self) -> bool:
        return not (self.appointments or self.gatherings)


@dataclass(frozen=True)
class AbsenceLine:
    """An absence, and what became of those whom it displaced."""

    absence: Absence
    standings: Mapping[Standing, int] = field(default_factory=dict)

    @property
    def open(self) -> int:
        """How many nobody has handled yet."""
        return self.standings.get(Standing.OPEN, 0)

    @property
    def displaced(self) -> int:
        """How many in all, those who are expected again left out."""
        return sum(count for standing, count in self.standings.items() if standing is not Standing.REINSTATED)


@dataclass(frozen=True)
class Return:
    """What a return at some instant would mean: who is expected again, and how many have another time by now."""

    again: list[Displacement]
    others: int


def touched_by(wanted: Wanted, *, now: datetime) -> list[Touched]:
    """By person, those who are free too; in a fixed number of queries. Raises what `absences.enter` does."""
    span = time_to_free(wanted, now)
    ids = [each.id for each in wanted.people]
    booked, led = defaultdict(list), defaultdict(list)
    for appointment in db.session.scalars(appointments_touched(ids, span)):
        if not is_under_way(appointment.starts_at, span, now):
            booked[appointment.conseiller_id].append(appointment)
    for conseiller_id, gathering in workshop_days.sessions_by_leader(ids, span):
        if not is_under_way(gathering.session.starts_at, span, now):
            led[conseiller_id].append(gathering)
    return [Touched(each, booked[each.id], led[each.id]) for each in wanted.people]


def coming(*, now: datetime) -> list[AbsenceLine]:
    """Those that last and those to come, in order."""
    return _lines(db.session.scalars(absences_from(now)).all())


def over(page: int, *, now: datetime) -> Listing[AbsenceLine]:
    """Ended or taken back, the newest first."""
    read = read_page(absences_over(now), page)
    return read.told(_lines(read.lines))


def line_of(absence: Absence) -> AbsenceLine:
    return _lines([absence])[0]


def return_of(absence: Absence, since: datetime, *, now: datetime) -> Return:
    """Before it is done: `since` as `absences.shorten` has it."""
    again = expected_again(absence, since, now=now)
    return Return(again, line_of(absence).displaced - len(again))


def _lines(found: Sequence[Absence]) -> list[AbsenceLine]:
    counted: dict[tuple[int, int], dict[Standing, int]] = defaultdict(dict)
    rows = db.session.execute(counted_by_person([each.plan_id for each in found]))
    for plan_id, conseiller_id, standing, count in rows:
        counted[plan_id, conseiller_id][standing] = count
    return [AbsenceLine(each, counted[each.plan_id, each.conseiller_id]) for each in found]
