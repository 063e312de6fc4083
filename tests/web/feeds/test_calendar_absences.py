"""An absence in a conseiller’s own calendar: that word alone; who lost their time leaves it at once."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.absences import Absence, Cause
from cnapp.domain.accounts import Names
from cnapp.domain.people import Staff
from cnapp.services import absences
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_staff, make_workshop, metz
from tests.support import FrozenClock
from tests.web.feeds.calendars import events, make_address, read

DAY = "2026-12-03"


def away(staff: Staff, start: str, end: str, clock: FrozenClock) -> None:
    span = Span(metz(start), metz(end))
    with transaction(staff.id):
        absences.enter(absences.Wanted([staff], span, Cause.ILLNESS), by=By.staff(staff), now=clock())


def test_who_lost_their_time_leaves_it_and_the_absence_is_that_word_alone(
    client: FlaskClient, clock: FrozenClock, day: Staff
) -> None:
    path = make_address(day, Names.FULL)
    before = read(client, path)
    assert any("Schmitt" in event["summary"] for event in events(before))
    clock.advance(minutes=1)
    away(day, f"{DAY} 08:00", f"{DAY} 18:00", clock)
    after = read(client, path, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert after.last_modified == clock()
    absence = [event for event in events(after) if event["summary"] == "Absence"]
    assert len(absence) == 1
    for secret in ("Schmitt", "illness", "alad"):
        assert secret not in after.text
    assert not absence[0].get("description")


def test_a_workshop_that_lost_its_leader_leaves_their_calendar(
    app: Application, client: FlaskClient, clock: FrozenClock
) -> None:
    nadia = make_staff("Nadia")
    workshop = make_workshop(f"{DAY} 14:00", leader=nadia)
    path = make_address(nadia)
    assert workshop.title in read(client, path).text
    clock.advance(minutes=1)
    away(nadia, f"{DAY} 08:00", f"{DAY} 18:00", clock)
    assert workshop.title not in read(client, path).text


def test_an_absence_where_no_presence_was_to_be_is_seen_by_date_alone(
    app: Application, client: FlaskClient, clock: FrozenClock
) -> None:
    nadia = make_staff("Nadia")
    path = make_address(nadia)
    before = read(client, path)
    clock.advance(minutes=1)
    away(nadia, f"{DAY} 08:00", f"{DAY} 18:00", clock)
    entered = read(client, path, If_Modified_Since=before.headers["Last-Modified"])
    assert [event["summary"] for event in events(entered)] == ["Absence"]
    clock.advance(minutes=1)
    with transaction(nadia.id):
        absences.withdraw(db.session.scalars(select(Absence)).one(), by=By.staff(nadia), now=clock())
    after = read(client, path, If_Modified_Since=entered.headers["Last-Modified"])
    assert events(after) == []
