"""Reminders are enlisted once for each reader, at the hour of their channel; letters on absences, for the day after."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.delivery.errands import enlist_reminders
from cnapp.domain.appointments import Appointment, Booker, Status, Told
from cnapp.domain.journal import Subject
from cnapp.domain.outbox import REMINDERS, Channel, Due, Letter
from cnapp.services import reminders
from cnapp.services.appointments import move_directly
from cnapp.services.journal import By, history
from cnapp.services.reminders import missing, resume, stop
from cnapp.services.slots import conseillers_at
from cnapp.services.visits import miss, undo
from tests.booking import aim
from tests.factories import make_appointment, make_citizen, make_motif, make_place, make_presence, make_staff, metz
from tests.support import MORNING, count_queries

pytestmark = pytest.mark.usefixtures("app")
NOW = metz(MORNING)
MAIL, ALL = (Channel.EMAIL,), tuple(Channel)
LEA, LANDLINE, MOBILE = "lea@exemple.fr", "+33387550000", "+33612345678"


def enlist(now: datetime = NOW, by: Collection[Channel] = MAIL) -> None:
    enlist_reminders(by, now)


def enlisted(*letters: Letter) -> list[tuple[str, datetime]]:
    """What each letter to be is called, without what names its appointment, and when it is due."""
    db.session.rollback()
    rows = db.session.scalars(select(Due).where(Due.letter.in_(letters or REMINDERS)).order_by(Due.due_at, Due.id))
    return [("/".join([row.letter, *row.key.split("/")[2:]]), row.due_at) for row in rows]


def seen_as_missed(appointment: Appointment, at: str) -> None:
    with transaction(appointment.conseiller_id):
        miss(appointment, by=By.staff(appointment.conseiller), now=metz(at))


def test_who_is_written_to_is_reminded_two_days_before_and_on_the_morning() -> None:
    make_appointment(at="2026-12-03 10:00", email=LEA)
    enlist()
    assert enlisted() == [
        ("reminded/1", metz("2026-12-01 09:00")),
        ("reminded_today/1", metz("2026-12-03 08:00")),
    ]


def test_who_has_a_landline_is_called_once_the_working_day_before() -> None:
    make_appointment(at="2026-12-07 10:00", phone=LANDLINE)
    tuesday = metz("2026-12-01 08:00")
    enlist(tuesday, by=MAIL)
    assert enlisted() == []
    enlist(tuesday, by=ALL)
    assert enlisted() == [("reminded/1", metz("2026-12-04 09:00"))]


def test_a_mobile_is_called_where_no_sms_leaves() -> None:
    make_appointment(at="2026-12-03 10:00", phone=MOBILE)
    enlist(by=(Channel.EMAIL, Channel.CALL))
    assert enlisted() == [("reminded/1", metz("2026-12-02 09:00"))]


@pytest.mark.parametrize(
    "contacts", [{}, {"phone": MOBILE}, {"person": "refuses"}, {"email": LEA, "status": "arrived"}]
)
def test_who_cannot_be_reached_or_wants_none_gets_none(contacts: dict[str, str]) -> None:
    if contacts.get("person"):
        contacts = {"person": make_citizen(email=LEA, no_reminders=True)}  # type: ignore[dict-item]
    make_appointment(at="2026-12-03 10:00", **contacts)
    enlist()
    assert enlisted() == []


def test_both_are_reminded_when_both_are_told_each_at_their_hour() -> None:
    booker = make_citizen("Paul Schmitt", phone=LANDLINE)
    both = {"booked_by": Booker.RELATIVE, "booker_id": booker.id, "told": Told.BOTH}
    make_appointment(at="2026-12-03 10:00", email=LEA, **both)
    enlist(by=ALL)
    assert enlisted() == [
        ("reminded/1", metz("2026-12-01 09:00")),
        ("reminded/1/booker", metz("2026-12-02 09:00")),
        ("reminded_today/1", metz("2026-12-03 08:00")),
    ]


def test_however_often_it_runs_each_is_written_once() -> None:
    """N10."""
    make_appointment(at="2026-12-03 10:00", email=LEA)
    for minutes in range(3):
        enlist(NOW + timedelta(minutes=minutes))
    assert len(enlisted()) == 2


def test_a_row_that_another_node_wrote_in_between_stays_as_it_is() -> None:
    """N10: both have read that it is missing before either writes."""
    make_appointment(at="2026-12-03 10:00", email=LEA)
    read_before = missing(MAIL, now=NOW)
    enlist(NOW)
    with transaction():
        reminders.enlist(read_before, now=NOW + timedelta(seconds=30))
    db.session.rollback()
    assert {row.created_at for row in db.session.scalars(select(Due).where(Due.letter.in_(REMINDERS)))} == {NOW}


def test_many_appointments_ask_no_more_than_one() -> None:
    make_appointment(at="2026-12-03 10:00", email=LEA)
    with count_queries() as for_one:
        enlist()
    for hour in range(11, 16):
        make_appointment(at=f"2026-12-03 {hour}:00", email=LEA)
    with count_queries() as for_five:
        enlist()
    assert len(for_one) == len(for_five) == 4
    assert len(enlisted()) == 12


def test_a_booking_of_less_than_a_day_ahead_has_none_and_a_later_one_what_is_still_to_come() -> None:
    presence = make_presence("2026-12-01 08:00", "18:00", conseiller=make_staff())
    for at in ("2026-12-01 07:59", "2026-12-01 09:00"):
        make_appointment(presence, at=at.replace("07:59", "08:00"), email=LEA)
    with transaction():
        for row in db.session.scalars(select(Due)):
            row.created_at = row.due_at = NOW + timedelta(minutes=1)
    enlist(NOW + timedelta(minutes=5))
    assert enlisted() == [("reminded_today/1", metz("2026-12-01 08:00"))]


def test_a_moved_appointment_is_reminded_of_its_new_time_alone() -> None:
    place, motif = make_place(), make_motif()
    make_presence("2026-12-04 09:00", "12:00", place=place)
    appointment = make_appointment(make_presence("2026-12-03 09:00", place=place), motif=motif, email=LEA)
    enlist()
    new = aim(motif, place, "2026-12-04 10:00")
    with transaction(appointment.conseiller_id, *conseillers_at(new.choice)):
        move_directly(appointment, new.wish(), new.choice, by=By.citizen(), now=NOW)
    enlist()
    assert [each for each in enlisted() if "/2" in each[0]] == [
        ("reminded/2", metz("2026-12-02 09:00")),
        ("reminded_today/2", metz("2026-12-04 08:00")),
    ]


def test_after_a_pause_only_what_is_still_of_use_is_enlisted() -> None:
    make_appointment(at="2026-12-03 10:00", email=LEA)
    late = metz("2026-12-03 08:30")
    enlist(late)
    assert enlisted() == [("reminded_today/1", late)]


def test_a_late_one_is_due_at_once() -> None:
    make_appointment(at="2026-12-01 10:00", email=LEA)
    enlist()
    assert enlisted() == [("reminded/1", NOW), ("reminded_today/1", metz("2026-12-01 08:00"))]


def test_an_appointment_far_ahead_waits_its_turn() -> None:
    make_appointment(at="2026-12-08 10:00", email=LEA)
    enlist()
    assert enlisted() == []
    enlist(NOW + timedelta(days=1, hours=3))
    assert len(enlisted()) == 2


def test_a_noted_absence_is_told_the_morning_after() -> None:
    appointment = make_appointment(at="2026-11-30 09:00", email=LEA)
    enlist(metz("2026-11-30 10:00"))
    assert enlisted(Letter.MISSED) == [], "no clock marks anybody absent"
    seen_as_missed(appointment, "2026-11-30 10:00")
    for _ in range(2):
        enlist(metz("2026-11-30 10:01"))
    assert enlisted(Letter.MISSED) == [("missed/1", metz("2026-12-01 09:00"))]


def test_an_absence_taken_back_before_is_enlisted_no_more() -> None:
    appointment = make_appointment(at="2026-11-30 09:00", email=LEA)
    seen_as_missed(appointment, "2026-11-30 10:00")
    with transaction(appointment.conseiller_id):
        undo(appointment, Status.NOSHOW, by=By.citizen(), now=metz("2026-11-30 10:01"))
    enlist(metz("2026-11-30 10:02"))
    assert enlisted(Letter.MISSED) == []


def test_an_absence_of_last_week_is_no_news() -> None:
    appointment = make_appointment(at="2026-11-30 09:00", email=LEA)
    seen_as_missed(appointment, "2026-11-30 10:00")
    enlist(metz("2026-12-04 10:00"))
    assert enlisted(Letter.MISSED) == []


def test_refused_and_taken_again_says_so_once_in_the_journal() -> None:
    appointment = make_appointment(at="2026-12-03 10:00", email=LEA)
    for verb, wanted in ((stop, []), (stop, []), (resume, ["reminded/1", "reminded_today/1"])):
        with transaction(appointment.conseiller_id):
            verb(appointment.person, appointment, by=By.citizen(), now=NOW)
        enlist()
        assert [name for name, _ in enlisted()] == wanted
    lines, _ = history((Subject.APPOINTMENT, appointment.id))
    assert [line.what for line in lines] == ["reminders_resumed", "reminders_stopped", "booked"]
