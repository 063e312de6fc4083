"""A conseiller's day and week: everything in order, in as many queries for thirty appointments as for one."""

from __future__ import annotations

from datetime import date

from cnapp.base.database import db, transaction
from cnapp.base.workdays import local
from cnapp.domain.appointments import Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.people import Staff
from cnapp.domain.schedule import CardKind, Day, Stay
from cnapp.services import schedule
from cnapp.web.application import Application
from tests.factories import (
    make_absence,
    make_appointment,
    make_commitment,
    make_displaced,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    metz,
)
from tests.support import FrozenClock, count_queries

THURSDAY = date(2026, 12, 3)
MONDAY = date(2026, 11, 30)


def day_of(conseiller: Staff, clock: FrozenClock, on: date = THURSDAY) -> Day:
    return schedule.day(conseiller.id, on, now=clock())


def shown(stay: Stay) -> list[str]:
    return [f"{local(card.span.start):%H:%M}-{local(card.span.end):%H:%M} {card.kind}" for card in stay.cards]


def test_a_morning_in_order(app: Application, clock: FrozenClock) -> None:
    nadia = make_staff()
    presence = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, pause="10:30-10:45")
    make_appointment(presence, "2026-12-03 09:45")
    [stay] = day_of(nadia, clock).stays
    assert shown(stay) == [
        "09:00-09:45 free",
        "09:45-10:30 appointment",
        "10:30-10:45 pause",
        "10:45-12:00 free",
    ]
    assert stay.booked == 1


def test_free_times_name_the_starts_that_lie_ahead(app: Application, clock: FrozenClock) -> None:
    nadia = make_staff()
    make_motif(duration_minutes=30)
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)
    clock.set("2026-12-03 11:05")
    [card] = day_of(nadia, clock).stays[0].cards
    assert [f"{local(start):%H:%M}" for start in card.starts] == ["11:30"]
    clock.set("2026-12-03 11:45")
    [card] = day_of(nadia, clock).stays[0].cards
    assert card.starts == ()


def test_what_was_cancelled_is_shown_beside_the_free_time(app: Application, clock: FrozenClock) -> None:
    nadia = make_staff()
    presence = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)
    gone = make_appointment(presence, "2026-12-03 09:00", name="Paul Klein")
    with transaction():
        commitment, gone.status, gone.commitment_id = gone.commitment_id, Status.EXCUSED, None
        db.session.flush()
        db.session.delete(db.session.get_one(Commitment, commitment))
    [stay] = day_of(nadia, clock).stays
    assert shown(stay) == ["09:00-09:45 appointment", "09:00-12:00 free"]
    assert stay.booked == 0


def test_the_way_to_the_next_place(app: Application, clock: FrozenClock) -> None:
    nadia, borny, sablon = make_staff(), make_place("Borny"), make_place("Sablon")
    make_travel(borny, sablon, 25)
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=sablon)
    make_presence("2026-12-03 14:00", "17:00", conseiller=nadia, place=borny)
    morning, afternoon = day_of(nadia, clock).stays
    assert morning.trip
    assert (local(morning.trip.leaves_at).strftime("%H:%M"), morning.trip.minutes) == ("13:35", 25)
    assert morning.trip.place.name == "Borny"
    assert afternoon.trip is None


def test_nobody_goes_where_they_are_absent(app: Application, clock: FrozenClock) -> None:
    nadia, borny = make_staff(), make_place("Borny")
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)
    make_presence("2026-12-03 14:00", "17:00", conseiller=nadia, place=borny)
    make_absence(nadia, "2026-12-03 13:00", "2026-12-03 18:00")
    assert [stay.trip for stay in day_of(nadia, clock).stays] == [None, None]


def test_nobody_travels_to_where_they_are(app: Application, clock: FrozenClock) -> None:
    nadia, borny = make_staff(), make_place("Borny")
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=borny)
    make_presence("2026-12-03 13:00", "17:00", conseiller=nadia, place=borny)
    assert [stay.trip for stay in day_of(nadia, clock).stays] == [None, None]


def test_a_booking_under_way_is_seen_until_it_expires(app: Application, clock: FrozenClock) -> None:
    nadia = make_staff()
    presence = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)
    make_commitment(presence, "2026-12-03 09:00", kind=Kind.HOLD, draft_id="d", expires_at=metz("2026-11-30 08:15"))
    assert [card.kind for card in day_of(nadia, clock).stays[0].cards] == [CardKind.HOLD, CardKind.FREE]
    clock.advance(minutes=15)
    assert [card.kind for card in day_of(nadia, clock).stays[0].cards] == [CardKind.FREE]


def test_an_absence_is_no_free_time(app: Application, clock: FrozenClock) -> None:
    nadia = make_staff()
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)
    make_absence(nadia, "2026-12-03 10:00", "2026-12-03 18:00")
    day = day_of(nadia, clock)
    assert shown(day.stays[0]) == ["09:00-10:00 free", "10:00-12:00 absence"]
    assert len(day.absences) == 1


def test_a_presence_withdrawn_leaves_its_appointments_in_sight(app: Application, clock: FrozenClock) -> None:
    nadia = make_staff()
    presence = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)
    make_displaced(presence)
    with transaction(nadia.id):
        presence.withdrawn_at = clock()
    day = day_of(nadia, clock)
    assert (day.stays, [each.person.name for each in day.elsewhere]) == ([], ["Marie Schmitt"])


def test_colleagues_are_not_shown(app: Application, clock: FrozenClock) -> None:
    make_appointment()
    assert day_of(make_staff("Hugo"), clock).is_empty


def test_a_public_holiday_is_named(app: Application, clock: FrozenClock) -> None:
    assert day_of(make_staff(), clock, date(2026, 12, 26)).holiday


def test_the_week_by_half_days(app: Application, clock: FrozenClock) -> None:
    nadia = make_staff()
    make_motif()
    presence = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia)
    make_presence("2026-12-05 09:00", "12:00", conseiller=nadia)
    make_appointment(presence, "2026-12-03 09:00")
    week = schedule.week(nadia.id, MONDAY, now=clock())
    assert [day.day.weekday() for day in week.days] == [0, 1, 2, 3, 4, 5]
    assert week.booked == 1
    [gap] = week.days[3].stays[0].free
    assert f"{local(gap.start):%H:%M}-{local(gap.end):%H:%M}" == "09:45-12:00"


def test_thirty_appointments_ask_no_more_than_one(app: Application, clock: FrozenClock) -> None:
    nadia, motif = make_staff(), make_motif(duration_minutes=15)
    presence = make_presence("2026-12-03 08:00", "19:00", conseiller=nadia)
    make_appointment(presence, "2026-12-03 08:00", motif=motif)
    with count_queries() as for_one:
        read_all(nadia, clock)
    for n in range(1, 30):
        make_appointment(presence, f"2026-12-03 {8 + n // 4:02}:{n % 4 * 15:02}", motif=motif)
    with count_queries() as for_thirty:
        read_all(nadia, clock)
    assert len(for_thirty) == len(for_one) == 13


def read_all(conseiller: Staff, clock: FrozenClock) -> None:
    """Each name, motif and place, on the day and in the week."""
    db.session.rollback()
    db.session.expire_all()
    week = schedule.week(conseiller.id, MONDAY, now=clock())
    for day in (day_of(conseiller, clock), *week.days):
        for card in (card for stay in day.stays for card in stay.cards if card.appointment):
            assert card.appointment and card.appointment.person.name and card.appointment.motif.title
