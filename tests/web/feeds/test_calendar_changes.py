"""What is new in a calendar, and what is not: the same bytes until something shown has changed."""

from __future__ import annotations

from flask.testing import FlaskClient

from cnapp.base.database import db, transaction
from cnapp.domain.accounts import Names
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Staff
from cnapp.services import appointments, feeds
from cnapp.services.journal import By
from tests.booking import aim, begin, hold
from tests.factories import make_appointment, make_motif, make_presence
from tests.services.test_feeds import drop
from tests.support import FrozenClock
from tests.web.feeds.calendars import events, make_address, read

UTC_FORMAT = "%Y%m%dT%H%M%SZ"


def test_two_readings_without_a_change_are_equal_to_the_byte(
    client: FlaskClient, clock: FrozenClock, day: Staff
) -> None:
    path = make_address(day)
    first = read(client, path)
    clock.advance(hours=5)
    again = read(client, path)
    assert again.data == first.data
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Last-Modified"] == first.headers["Last-Modified"]


def test_nothing_is_sent_again_to_a_client_that_has_it(client: FlaskClient, day: Staff) -> None:
    path = make_address(day)
    first = read(client, path)
    assert not first.headers["ETag"].startswith("W/")
    by_tag = read(client, path, If_None_Match=first.headers["ETag"])
    by_date = read(client, path, If_Modified_Since=first.headers["Last-Modified"])
    for answer in (by_tag, by_date):
        assert answer.status_code == 304
        assert answer.data == b""
    assert by_tag.headers["ETag"] == first.headers["ETag"]


def test_a_stale_tag_wins_over_a_fresh_date(client: FlaskClient, day: Staff) -> None:
    path = make_address(day)
    fresh = read(client, path).headers["Last-Modified"]
    assert read(client, path, If_None_Match='"old"', If_Modified_Since=fresh).status_code == 200


def stamps(client: FlaskClient, path: str) -> list[str]:
    found = events(read(client, path))
    assert all(event["dtstamp"].dt == event["last-modified"].dt for event in found)
    return [event["last-modified"].dt.strftime(UTC_FORMAT) for event in found]


def test_a_change_of_anything_shown_raises_last_modified(client: FlaskClient, clock: FrozenClock, day: Staff) -> None:
    path = make_address(day)
    before = read(client, path)
    clock.advance(minutes=10)
    with transaction():
        appointment = feeds.events_of(day, now=clock()).rows[1]
        appointment.presence.place.updated_at = clock()
        appointment.presence.place.name = "Mairie de Borny"
    after = read(client, path, If_None_Match=before.headers["ETag"])
    assert after.status_code == 200
    assert after.last_modified == clock() > before.last_modified
    assert stamps(client, path) == [clock().strftime(UTC_FORMAT)] * 2


def test_a_moved_appointment_counts_up_its_sequence(client: FlaskClient, clock: FrozenClock, day: Staff) -> None:
    path = make_address(day)
    assert events(read(client, path))[1]["sequence"] == 0
    with transaction():
        appointment = feeds.events_of(day, now=clock()).rows[1]
        appointment.version, appointment.updated_at = 2, clock()
        letter = {"letter": Letter.MOVED, "appointment_id": appointment.id, "version": 2}
        db.session.add(Due(key="moved/2", **letter, due_at=clock(), created_at=clock()))
    assert events(read(client, path))[1]["sequence"] == 1


def test_a_cancelled_appointment_is_dropped_and_the_file_is_newer(
    client: FlaskClient, clock: FrozenClock, day: Staff
) -> None:
    path = make_address(day)
    before = read(client, path)
    clock.advance(minutes=10)
    drop(feeds.events_of(day, now=clock()).rows[1], now=clock())
    after = read(client, path, If_Modified_Since=before.headers["Last-Modified"])
    assert len(events(after)) == 1
    assert after.last_modified == clock()
    assert after.headers["ETag"] != before.headers["ETag"]


def test_another_choice_of_names_is_a_change_of_every_event(client: FlaskClient, day: Staff) -> None:
    make_address(day)
    assert stamps(client, make_address(day, Names.FULL, at="2026-11-29 10:00")) == ["20261129T090000Z"] * 2


def test_an_appointment_moved_to_a_colleague_leaves_a_newer_file(
    client: FlaskClient, clock: FrozenClock, lea: Staff
) -> None:
    """Clients that ask by date alone must not keep it."""
    motif, theirs = make_motif(), make_presence(conseiller=lea)
    appointment, path = make_appointment(theirs, motif=motif), make_address(lea)
    before = read(client, path)
    clock.advance(minutes=10)
    what, draft_id = aim(motif, make_presence(at="2026-12-04 09:00").place, "2026-12-04 09:00"), begin(now=clock())
    hold(draft_id, what, now=clock())
    taking = what.taking(draft_id)
    with transaction(lea.id, *appointments.people_concerned(taking)):
        appointments.move(appointment, taking, by=By.citizen(), now=clock())
    after = read(client, path, If_Modified_Since=before.headers["Last-Modified"])
    assert after.status_code == 200
    assert after.last_modified == clock()
