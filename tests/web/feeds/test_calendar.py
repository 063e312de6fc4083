"""How the address of a calendar answers: read-only, private, revocable, without cookie."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db, transaction
from cnapp.domain.accounts import Attempt, FeedToken, Try
from cnapp.domain.people import Staff
from cnapp.services.reads import note_ten
from tests.factories import (
    make_staff,
    metz,
)
from tests.services.test_feeds import fill
from tests.support import FrozenClock, count_queries
from tests.web.feeds.calendars import make_address, read


def test_the_headers_are_what_clients_and_search_engines_need(client: FlaskClient, day: Staff) -> None:
    response = read(client, make_address(day))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'inline; filename="agenda-metz-lea.ics"'
    assert response.headers["Cache-Control"] == "private, no-cache"
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in response.headers
    assert "Content-Encoding" not in response.headers


def test_the_file_name_is_ours_whatever_the_address_says(client: FlaskClient, day: Staff) -> None:
    path = make_address(day).removesuffix("agenda.ics")
    for name in ("x%0d%0aSet-Cookie:%20a=b", "..%2f..%2fetc%2fpasswd", "%22;%20filename=evil", "é😀"):
        response = client.get(f"{path}{name}.ics")
        assert "Set-Cookie" not in response.headers
        if response.status_code == 200:
            assert response.headers["Content-Disposition"] == 'inline; filename="agenda-metz-lea.ics"'


@pytest.mark.parametrize("first_name", ['Lé"a\r\nX: y', "ليلى", "😀"])
def test_a_strange_first_name_makes_no_header(client: FlaskClient, first_name: str) -> None:
    staff = make_staff(first_name, email="x@exemple.fr")
    header = read(client, make_address(staff)).headers["Content-Disposition"]
    assert header in ('inline; filename="agenda-metz-le-a-x-y.ics"', 'inline; filename="agenda-metz.ics"')


def test_head_tells_the_same_without_the_body(client: FlaskClient, day: Staff) -> None:
    path = make_address(day)
    whole, head = read(client, path), client.head(path)
    assert head.status_code == 200
    assert head.data == b""
    for name in ("ETag", "Last-Modified", "Content-Type", "Content-Length"):
        assert head.headers[name] == whole.headers[name]


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "REPORT"])
def test_it_cannot_be_written_to(client: FlaskClient, day: Staff, method: str) -> None:
    response = client.open(make_address(day), method=method)
    assert response.status_code == 405
    assert "Set-Cookie" not in response.headers


def test_an_unknown_address_is_404_and_empty(client: FlaskClient) -> None:
    response = read(client, "/calendrier/inventee/agenda.ics")
    assert (response.status_code, response.data) == (404, b"")
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_a_revoked_address_is_410_and_empty(client: FlaskClient, day: Staff) -> None:
    old = make_address(day)
    etag = read(client, old).headers["ETag"]
    new = make_address(day)
    response = read(client, old, If_None_Match=etag)
    assert (response.status_code, response.data) == (410, b"")
    assert read(client, new).status_code == 200


def test_a_closed_account_is_410(client: FlaskClient, clock: FrozenClock, day: Staff) -> None:
    path = make_address(day)
    with transaction():
        db.session.get_one(Staff, day.id).disabled_at = clock()
    assert read(client, path).status_code == 410


def test_somebody_who_has_left_is_410_from_the_day_after(client: FlaskClient, clock: FrozenClock, day: Staff) -> None:
    path = make_address(day)
    with transaction():
        db.session.get_one(Staff, day.id).in_post_until = date(2026, 12, 4)
    clock.set("2026-12-04 23:00")
    assert read(client, path).status_code == 200
    clock.set("2026-12-05 00:30")
    assert read(client, path).status_code == 410


def test_being_signed_in_changes_nothing(client: FlaskClient, day: Staff) -> None:
    path = make_address(day)
    plain = read(client, path)
    with client.session_transaction() as session:
        session["anything"] = "x"
    signed_in = read(client, path, Accept_Language="ar", Authorization="Basic eDp5")
    assert signed_in.data == plain.data
    assert "Set-Cookie" not in signed_in.headers


def test_robots_may_read_calendars(client: FlaskClient) -> None:
    response = client.get("/robots.txt")
    assert response.status_code == 200
    assert [line for line in response.text.splitlines() if line.startswith("Disallow")] == ["Disallow:"]


def test_the_last_use_is_kept_to_the_hour_and_written_once_an_hour(
    client: FlaskClient, clock: FrozenClock, day: Staff
) -> None:
    path = make_address(day)
    clock.set("2026-11-30 08:20")
    read(client, path)
    assert db.session.query(FeedToken).one().used_at == metz("2026-11-30 08:00")
    clock.advance(minutes=30)
    with count_queries() as asked:
        read(client, path)
    assert not [statement for statement in asked if statement.startswith("UPDATE")]
    clock.advance(minutes=30)
    read(client, path)
    db.session.expire_all()
    assert db.session.query(FeedToken).one().used_at == metz("2026-11-30 09:00")


def test_a_calendar_read_every_minute_is_always_answered(client: FlaskClient, clock: FrozenClock, day: Staff) -> None:
    path = make_address(day)
    etag = read(client, path).headers["ETag"]
    for _ in range(130):
        clock.advance(minutes=1)
        assert read(client, path, If_None_Match=etag).status_code in (200, 304)


def test_one_read_every_five_minutes_writes_nothing_but_its_hour(
    client: FlaskClient, clock: FrozenClock, day: Staff
) -> None:
    path = make_address(day)
    for _ in range(24):
        clock.advance(minutes=5)
        read(client, path)
    assert tens_noted() == 0


def test_an_address_that_is_hammered_is_slowed_down(client: FlaskClient, clock: FrozenClock, day: Staff) -> None:
    """K09: 120 reads in ten minutes, those that bring nothing new included."""
    path, other = make_address(day), make_address(make_staff("Hugo"))
    etag = read(client, path).headers["ETag"]
    answers = [read(client, path, If_None_Match=etag).status_code for _ in range(119)]
    assert set(answers) == {304}
    refused = read(client, path)
    assert (refused.status_code, refused.data) == (429, b"")
    assert refused.headers["Retry-After"] == "600"
    assert "Set-Cookie" not in refused.headers
    assert tens_noted() == 12
    assert read(client, other).status_code == 200
    clock.advance(minutes=10, seconds=1)
    assert read(client, path).status_code == 200


def test_reads_of_every_process_count_together(client: FlaskClient, clock: FrozenClock, day: Staff) -> None:
    """What another process has noted is in the database."""
    path = make_address(day)
    token = db.session.query(FeedToken).one()
    with transaction():
        for _ in range(12):
            note_ten(token, now=clock())
    assert read(client, path).status_code == 429


def test_a_dead_address_stays_dead_however_often_it_is_read(client: FlaskClient, day: Staff) -> None:
    old = make_address(day)
    make_address(day)
    assert {read(client, old).status_code for _ in range(130)} == {410}


def tens_noted() -> int:
    db.session.rollback()
    return db.session.query(Attempt).filter_by(what=Try.FEED).count()


def test_no_more_queries_for_more_events(client: FlaskClient) -> None:
    staff = make_staff()
    staff_id, path = staff.id, make_address(staff)
    fill(staff_id, "2026-12-01")
    read(client, path)
    few = queries(client, path)
    for number in range(2, 9):
        fill(staff_id, f"2026-12-{number:02}")
    assert queries(client, path) == few <= 7


def queries(client: FlaskClient, path: str) -> int:
    with count_queries() as asked:
        read(client, path)
    return len(asked)
