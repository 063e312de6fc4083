"""Somebody with a mobile only books, is sent an SMS by a real gateway, opens its link; what never arrived is known."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.signatures import signature
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.sms import sms_carrier_set
from cnapp.delivery.worker import PostOffice, work_off
from cnapp.domain.outbox import Channel, Due, Letter, Outcome
from cnapp.web.application import Application
from tests.delivery.gateway import Asked, SmsOffice, answering
from tests.factories import make_motif, make_place, make_presence, metz
from tests.support import FrozenClock, submit, visit
from tests.web.public.steps import book

KEY = "key-of-the-webhook-000000000000000000000"


@pytest.fixture
def gateway(app: Application) -> Iterator[SmsOffice]:
    """A town whose only way to tell anybody anything is an SMS."""
    without = app.settings
    with answering(SmsOffice()) as office:
        account = {"sms_key": "k-81", "sms_sender": "AideNumeriq", "sms_webhook_key": KEY}
        app.settings = replace(without, sms_url=office.url, **account)  # type: ignore[arg-type]
        make_presence("2026-12-03 09:00", "12:00", place=make_place("Mairie de quartier de Borny", slug="borny"))
        yield office
    app.settings = without


def send_what_is_due(app: Application) -> None:
    work_off(PostOffice(Sorting(app.settings, sms=sms_carrier_set(app.settings)).parcel), clock=app.clock)


def last_sms(gateway: SmsOffice) -> dict[str, str]:
    asked: Asked = gateway.asked[-1]
    return dict(asked.json)


def tell(client: FlaskClient, clock: FrozenClock, reference: str, status: str) -> int:
    body = json.dumps({"reference": reference, "status": status}).encode()
    timestamp = str(int(clock().timestamp()))
    signed = {"X-Timestamp": timestamp, "X-Signature": signature(KEY, timestamp=timestamp, body=body)}
    return client.post("/sms/suites", data=body, headers=signed, content_type="application/json").status_code


def letters() -> list[tuple[Letter, Outcome | None, Channel | None, str | None]]:
    db.session.rollback()
    rows = db.session.scalars(select(Due).order_by(Due.id).execution_options(populate_existing=True))
    return [(row.letter, row.outcome, row.channel, row.last_error) for row in rows]


def test_from_a_booking_to_an_sms_and_to_what_became_of_it(
    app: Application, client: FlaskClient, other_client: FlaskClient, gateway: SmsOffice, clock: FrozenClock
) -> None:
    page = book(client, make_motif(title="Refaire une carte grise"), phone="06 39 98 00 01", name="Odile Weber")
    assert "nous vous envoyons un SMS" in page.text
    send_what_is_due(app)
    assert gateway.asked == []

    clock.advance(minutes=1)
    send_what_is_due(app)
    sms = last_sms(gateway)
    assert (sms["to"], sms["from"]) == ("+33639980001", "AideNumeriq")
    assert "rendez-vous confirmé jeudi 3 déc. à 9h, Mairie" in sms["text"]
    assert not [private for private in ("Odile", "Weber", "carte") if private in json.dumps(sms)]

    link = sms["text"].rpartition(" ")[2].removeprefix(app.settings.base_url)
    assert link == page.address
    page = visit(other_client, link)
    assert "Refaire une carte grise" in page.text

    assert tell(client, clock, sms["ref"], "delivered") == 202
    clock.advance(minutes=10)
    submit(other_client, visit(other_client, f"{link}/annuler"))
    clock.advance(minutes=1)
    send_what_is_due(app)
    sms = last_sms(gateway)
    assert "rendez-vous annulé : jeudi 3 déc. à 9h" in sms["text"]

    assert tell(client, clock, sms["ref"], "failed") == tell(client, clock, sms["ref"], "failed") == 202
    assert letters() == [
        (Letter.CONFIRMED, Outcome.SENT, Channel.SMS, None),
        (Letter.CANCELLED, Outcome.GIVEN_UP, Channel.SMS, "sms not delivered"),
    ]
    assert len(gateway.asked) == 2


def test_booked_in_the_evening_it_is_told_in_the_morning(
    app: Application, client: FlaskClient, gateway: SmsOffice, clock: FrozenClock
) -> None:
    clock.set("2026-11-30 21:30")
    book(client, make_motif(), phone="06 39 98 00 01")
    for _ in range(3):
        clock.advance(hours=3)
        send_what_is_due(app)
    assert gateway.asked == []
    clock.set("2026-12-01 08:00")
    send_what_is_due(app)
    assert len(gateway.asked) == 1


def test_whoever_has_a_landline_is_promised_nothing_and_sent_nothing(
    app: Application, client: FlaskClient, gateway: SmsOffice, clock: FrozenClock
) -> None:
    page = book(client, make_motif(), phone="03 87 12 34 56")
    assert "SMS" not in page.text
    clock.at = metz("2026-11-30 12:00")
    send_what_is_due(app)
    assert gateway.asked == []
