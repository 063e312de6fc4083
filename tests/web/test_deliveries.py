"""What the SMS gateway tells: signed, of now, idempotent; a forger learns and changes nothing (N11)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from cnapp.base.database import db, transaction
from cnapp.base.signatures import signature
from cnapp.domain.outbox import Channel, Due, Outcome
from cnapp.services import post
from cnapp.services.post import ClaimLost
from cnapp.web.application import Application
from tests.factories import make_appointment, make_due, metz
from tests.support import MORNING, FrozenClock

KEY = "key-of-the-webhook-000000000000000000000"
NOW = metz(MORNING)
HERE = "/sms/suites"


@pytest.fixture(autouse=True)
def listening(app: Application) -> Iterator[None]:
    deaf = app.settings
    app.settings = replace(deaf, sms_webhook_key=KEY)
    yield
    app.settings = deaf


def headers(body: bytes, at: datetime = NOW, key: str = KEY) -> dict[str, str]:
    timestamp = str(int(at.timestamp()))
    return {"X-Timestamp": timestamp, "X-Signature": signature(key, timestamp=timestamp, body=body)}


def tell(client: FlaskClient, reference: str, status: str = "failed", at: datetime = NOW) -> TestResponse:
    body = json.dumps({"reference": reference, "status": status}).encode()
    return send(client, body, headers(body, at))


def send(client: FlaskClient, body: bytes, headers: dict[str, str], kind: str = "application/json") -> TestResponse:
    return client.post(HERE, data=body, headers=headers, content_type=kind)


def texted(**columns: Any) -> Due:
    """An SMS that its gateway has taken."""
    gone = {"settled_at": NOW, "outcome": Outcome.SENT, "channel": Channel.SMS, "tries": 1}
    return make_due(make_appointment(), NOW, **{**gone, **columns})


def known(due: Due) -> tuple[Outcome | None, Channel | None, str | None, datetime | None]:
    db.session.rollback()
    row = db.session.get_one(Due, due.id, populate_existing=True)
    return row.outcome, row.channel, row.last_error, row.delivered_at


AS_IT_WAS = (Outcome.SENT, Channel.SMS, None, None)
FAILED = (Outcome.GIVEN_UP, Channel.SMS, "sms not delivered", None)
ARRIVED = (Outcome.SENT, Channel.SMS, None, NOW)


@pytest.mark.parametrize("status", ["failed", "undelivered", "rejected", "expired", "FAILED"])
def test_what_never_arrives_is_given_up(client: FlaskClient, status: str) -> None:
    due = texted()
    assert tell(client, due.reference, status).status_code == 202
    assert known(due) == FAILED


def test_what_has_arrived_is_noted_with_the_instant(client: FlaskClient) -> None:
    due = texted()
    assert tell(client, due.reference, "delivered").status_code == 202
    assert known(due) == ARRIVED


@pytest.mark.parametrize("status", ["accepted", "queued", "sent", "buffered"])
def test_what_is_on_its_way_changes_nothing(client: FlaskClient, status: str) -> None:
    due = texted()
    assert tell(client, due.reference, status).status_code == 202
    assert known(due) == AS_IT_WAS


def test_a_form_says_the_same(client: FlaskClient) -> None:
    due = texted()
    body = urlencode({"reference": due.reference, "status": "failed", "to": "+33639980001"}).encode()
    assert send(client, body, headers(body), "application/x-www-form-urlencoded").status_code == 202
    assert known(due) == FAILED


@pytest.mark.parametrize(("status", "ends"), [("failed", FAILED), ("delivered", ARRIVED)])
def test_told_again_it_changes_nothing(client: FlaskClient, clock: FrozenClock, status: str, ends: object) -> None:
    """N11: the very same message, then a later one that says the same."""
    due = texted()
    first = tell(client, due.reference, status)
    clock.advance(minutes=4)
    again, later = tell(client, due.reference, status), tell(client, due.reference, status, clock())
    assert [(each.status_code, each.json) for each in (again, later)] == [(first.status_code, first.json)] * 2
    assert known(due) == ends


@pytest.mark.parametrize(("first", "then", "ends"), [("delivered", "failed", ARRIVED), ("failed", "delivered", FAILED)])
def test_what_was_told_first_stands(client: FlaskClient, first: str, then: str, ends: object) -> None:
    """A second sending may fail where the first arrived; and whom somebody may be calling already is not struck off."""
    due = texted()
    tell(client, due.reference, first)
    tell(client, due.reference, then)
    assert known(due) == ends


def test_it_may_come_before_the_worker_has_marked_the_letter(client: FlaskClient) -> None:
    """The worker's own mark is too late then."""
    due = make_due(make_appointment(), NOW)
    with transaction():
        mine = post.claim(NOW)
    assert mine
    tell(client, due.reference, "delivered")
    assert known(due) == ARRIVED
    with pytest.raises(ClaimLost), transaction():
        post.settle(mine, Outcome.SENT, channel=Channel.SMS, now=NOW)


def test_what_arrived_although_the_answer_was_cut_need_not_leave_again(client: FlaskClient) -> None:
    due = make_due(make_appointment(), NOW)
    with transaction():
        mine = post.claim(NOW)
        assert mine
        post.put_off(mine, error="remote disconnected", chance=0.5, now=NOW)
    tell(client, due.reference, "delivered")
    assert known(due) == (Outcome.SENT, Channel.SMS, "remote disconnected", NOW)


@pytest.mark.parametrize(
    "columns",
    [
        {"channel": Channel.EMAIL},
        {"outcome": Outcome.UNNEEDED, "channel": None},
        {"outcome": None, "settled_at": None, "channel": None, "tries": 0},
        {"outcome": Outcome.ENTRUSTED, "channel": Channel.CALL},
    ],
)
@pytest.mark.parametrize("status", ["failed", "delivered"])
def test_what_no_gateway_was_handed_is_not_touched(client: FlaskClient, columns: dict[str, Any], status: str) -> None:
    due = texted(**columns)
    before = known(due)
    assert tell(client, due.reference, status).status_code == 202
    assert known(due) == before


@pytest.mark.parametrize("reference", ["moved-0123-1", "x" * 200, "é\0", "moved/../1", "' OR 1=1 --"])
def test_an_unknown_reference_is_answered_like_a_known_one(client: FlaskClient, reference: str) -> None:
    """Nobody learns which exist."""
    real, unknown = tell(client, texted().reference), tell(client, reference)
    assert (real.status_code, real.json) == (unknown.status_code, unknown.json)


def forged(due: Due) -> dict[str, tuple[bytes, dict[str, str]]]:
    body = json.dumps({"reference": due.reference, "status": "failed"}).encode()
    sound = headers(body)
    return {
        "nothing": (body, {}),
        "no timestamp": (body, {"X-Signature": sound["X-Signature"]}),
        "no signature": (body, {"X-Timestamp": sound["X-Timestamp"]}),
        "another key": (body, headers(body, key="k" * 40)),
        "another body": (body + b" ", sound),
        "another timestamp": (body, {**sound, "X-Timestamp": str(int(sound["X-Timestamp"]) + 1)}),
        "shouted": (body, {**sound, "X-Signature": sound["X-Signature"].upper()}),
        "cut": (body, {**sound, "X-Signature": sound["X-Signature"][:-1]}),
        "accents": (body, {**sound, "X-Signature": "é" * 64}),
        "old": (body, headers(body, metz("2026-11-30 07:54:59"))),
        "of tomorrow": (body, headers(body, metz("2026-11-30 08:05:01"))),
        "no number": (body, {**sound, "X-Timestamp": "2026-11-30T08:00:00Z"}),
        "a huge number": (body, {**sound, "X-Timestamp": "9" * 400}),
    }


@pytest.mark.parametrize("kind", list(forged(Due(key="moved/0/1"))))
def test_what_is_forged_or_old_changes_nothing(client: FlaskClient, kind: str) -> None:
    """N11."""
    due = texted()
    body, signed = forged(due)[kind]
    answer = send(client, body, signed)
    assert answer.status_code == 401 and answer.json and answer.json["erreur"]
    assert known(due) == AS_IT_WAS


@pytest.mark.parametrize("at", ["2026-11-30 07:55:00", "2026-11-30 08:05:00"])
def test_five_minutes_of_difference_between_clocks_are_allowed(client: FlaskClient, at: str) -> None:
    due = texted()
    assert tell(client, due.reference, at=metz(at)).status_code == 202
    assert known(due) == FAILED


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"reference=moved", 400),
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b"[" * 4000, 400),
        (b"[]", 400),
        (b'"delivered"', 400),
        (b"{}", 422),
        (b'{"reference": "moved-0-1"}', 422),
        (b'{"status": "failed"}', 422),
        (b'{"reference": ["moved-0-1"], "status": "failed"}', 422),
        (b'{"reference": "moved-0-1", "status": {}}', 422),
        (b'{"reference": "moved-0-1", "status": "perhaps"}', 422),
    ],
)
def test_what_is_signed_but_not_understood_is_said_so(client: FlaskClient, body: bytes, status: int) -> None:
    answer = send(client, body, headers(body))
    assert answer.status_code == status
    assert answer.json and answer.json["erreur"]


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("body", [b"\0", b"{}", b"a=%00", b"--x\r\n"])
def test_nor_does_any_kind_of_body_break_it(client: FlaskClient, body: bytes, kind: str) -> None:
    assert send(client, body, headers(body), kind).status_code in (400, 422)


def test_a_message_too_long_is_not_read(client: FlaskClient) -> None:
    body = json.dumps({"reference": "moved-0-1", "status": "failed", "more": "x" * 5000}).encode()
    assert send(client, body, headers(body)).status_code == 413


def test_a_town_that_has_set_no_key_does_not_listen(app: Application, client: FlaskClient) -> None:
    app.settings = replace(app.settings, sms_webhook_key="")
    due = texted()
    assert tell(client, due.reference).status_code == 404
    body = json.dumps({"reference": due.reference, "status": "failed"}).encode()
    assert send(client, body, headers(body, key="")).status_code == 404
    assert known(due) == AS_IT_WAS


def test_it_opens_to_nothing_but_a_post(client: FlaskClient) -> None:
    assert client.get(HERE).status_code == 405


def test_the_database_keeps_no_arrival_of_what_was_not_sent(app: Application) -> None:
    due = texted(outcome=Outcome.GIVEN_UP, last_error="sms 400")
    with pytest.raises(Exception, match="outbox_delivered_was_sent"), transaction():
        row = db.session.scalars(select(Due).where(Due.id == due.id)).one()
        row.delivered_at = NOW
