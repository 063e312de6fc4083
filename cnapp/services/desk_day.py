"""Reading a place's day for its desk, and what changed there since it last said « j’ai lu ».

Each table is read once, whatever the number of appointments.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, holiday_name, span_of_day, span_of_days
from cnapp.domain.appointments import Appointment, appointment_named
from cnapp.domain.commitments import Commitment, Kind, commitments_of
from cnapp.domain.desk_day import Change, DeskDay, Line, News, Reception, latest
from cnapp.domain.desks import appointments_at, changes_at, is_at, next_presence_at, presences_at
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place, closures_between
from cnapp.domain.plan_queries import displacements_open
from cnapp.domain.plans import Displacement
from cnapp.domain.presences import Presence
from cnapp.services.desks import looked_at
from cnapp.services.journal import By, last_numbers_of
from cnapp.services.workshop_days import at_place

NEVER_READ = timedelta(days=7)
"""How far back a desk that never said « j’ai lu » is told."""
DAYS_AHEAD = 14
ENTRIES_READ = 100
CHANGES_SHOWN = 30


def day(place: Place, on: date) -> DeskDay:
    """Everything of one day, in a fixed number of queries."""
    return DeskDay(
        place=place,
        day=on,
        receptions=_receptions(place, on),
        lines=lines_of(db.session.scalars(appointments_at(place.id, on)).all()),
        gatherings=at_place(place.id, span_of_day(on)),
        holiday=holiday_name(on),
        closure=_closure(place, on),
        next_presence=db.session.scalar(next_presence_at(place.id, span_of_day(on).end)),
    )


def without_time(place: Place, *, now: datetime) -> list[Displacement]:
    """Who was to come here today or tomorrow, has no time any more, and may come all the same; in order."""
    today = day_of(now)
    lines = db.session.scalars(displacements_open(span_of_days(today, today + timedelta(days=1)), [place.id]))
    return [each for each in lines if each.appointment]


def appointment_at(place_ids: Sequence[int], public_id: str) -> Appointment | None:
    """Only at these places."""
    found = db.session.scalar(appointment_named(public_id))
    return found if found and is_at(found, place_ids) else None


def lines_of(appointments: Sequence[Appointment]) -> list[Line]:
    """Each with the number of its journal's last line."""
    numbers = last_numbers_of(Subject.APPOINTMENT, [each.id for each in appointments])
    return [Line(each, numbers.get(each.id, 0)) for each in appointments]


def news(place: Place, staff: Staff, *, by: By, now: datetime) -> News:
    """Of today and the next fourteen days, without what the same hand did itself."""
    since = looked_at(staff, place) or now - NEVER_READ
    today = day_of(now)
    ahead = span_of_days(today, today + timedelta(days=DAYS_AHEAD))
    rows = db.session.execute(changes_at(place.id, ahead, since).limit(ENTRIES_READ)).all()
    found = [_change(entry, appointment, place) for entry, appointment in rows]
    told = [each for each in latest(found) if _concerns(each, today) and not by.wrote(each.entry)]
    return News(since, told[:CHANGES_SHOWN], is_cut=len(told) > CHANGES_SHOWN or len(rows) == ENTRIES_READ)


def _change(entry: Entry, appointment: Appointment, place: Place) -> Change:
    return Change(entry, appointment, has_left=appointment.presence.place_id != place.id)


def _concerns(change: Change, today: date) -> bool:
    """Of those that have left: they were expected today or later."""
    return not change.has_left or day_of(datetime.fromisoformat(change.entry.detail["was"])) >= today


def _receptions(place: Place, on: date) -> list[Reception]:
    presences = db.session.scalars(presences_at(place.id, on)).all()
    people = sorted({each.conseiller_id for each in presences})
    promised = db.session.scalars(commitments_of(people, span_of_day(on))).all()
    absences = [each for each in promised if each.kind is Kind.ABSENCE]
    return [Reception(each, _absences_during(each, absences)) for each in presences]


def _absences_during(presence: Presence, absences: list[Commitment]) -> list[Span]:
    own = [each.span for each in absences if each.conseiller_id == presence.conseiller_id]
    return [span.within(presence.span) for span in own if span.overlaps(presence.span)]


def _closure(place: Place, on: date) -> Closure | None:
    closures = db.session.scalars(closures_between(on, on))
    return next((each for each in closures if each.touches(place.id, on)), None)
