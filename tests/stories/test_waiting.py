"""Somebody waits, somebody else cancels: the time is offered by e-mail, and taken by its link."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from flask import g
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from cnapp.domain.waits import Wait
from cnapp.web.application import Application
from tests.delivery.postbox import PostOffice, serving
from tests.engines import drop_database, migrated_app, new_database
from tests.factories import make_motif, make_place, make_presence
from tests.support import FrozenClock, Page, submit, visit
from tests.web.public.steps import book

SENDER = "Aide numérique <rdv@exemple.fr>"


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with serving(PostOffice()) as office:
        yield office


@pytest.fixture
def town(engine: str, worker: str, tmp_path: Path, office: PostOffice, clock: FrozenClock) -> Iterator[Application]:
    """On each engine, with a mail server of its own."""
    mail = {"smtp_url": f"smtp://127.0.0.1:{office.port}", "mail_from": SENDER}
    app = migrated_app(new_database(engine, f"cnapp_waiting_{worker}", tmp_path), clock, **mail)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    drop_database(engine, f"cnapp_waiting_{worker}")


@pytest.fixture
def motif(town: Application) -> Motif:
    """One hour at one place."""
    make_presence("2026-12-03 09:00", "10:00", place=make_place("Médiathèque Verlaine"))
    return make_motif(duration_minutes=60)


def post(app: Application) -> None:
    g.pop("now", None)
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["post", "--once"])
    assert result.exit_code == 0, result.output


def wait(client: FlaskClient, motif: Motif, name: str, email: str) -> Page:
    form = visit(client, "/attente")
    return submit(client, submit(client, form, {"motif": motif.slug, "name": name, "email": email}))


def to(office: PostOffice, address: str) -> list[EmailMessage]:
    return [message for message in office.received if str(message["To"]) == address]


def link_in(message: EmailMessage) -> str:
    part = message.get_body(("plain",))
    assert part
    found = re.search(r"http://127\.0\.0\.1:5000(/attente/[\w-]+)", part.get_content())
    assert found
    return found[1]


def press(client: FlaskClient, page: Page, value: str) -> Page:
    form = next(form for form in page.html.select("main form") if form.select_one(f'input[value="{value}"]'))
    sent = {str(each["name"]): str(each["value"]) for each in form.select("input[name]")}
    answer = client.post(str(form["action"]), data=sent, follow_redirects=True)
    return Page(answer, answer.request.path)


def test_a_cancelled_time_goes_to_whoever_waits(
    town: Application, motif: Motif, office: PostOffice, clock: FrozenClock
) -> None:
    first, second, third = (town.test_client() for _ in range(3))
    receipt = book(first, motif, name="Paul Roth")
    page = wait(second, motif, "Léa Martin", "lea@exemple.fr")
    assert "Vous attendez" in page.text and "nous vous écrivons par e-mail" in page.text
    wait(third, motif, "Anne Weiss", "anne@exemple.fr")
    clock.advance(minutes=2)
    post(town)
    assert office.received == []

    submit(first, visit(first, f"{receipt.address}/annuler"))
    clock.advance(minutes=2)
    post(town)
    [offer] = to(office, "lea@exemple.fr")
    assert offer["Subject"] == "Une heure est libre\u00a0: jeudi 3\u00a0décembre à 9\u00a0h"
    assert to(office, "anne@exemple.fr") == []

    link = link_in(offer)
    taken = press(second, visit(second, link), "prendre")
    assert taken.address.startswith("/r/") and "jeudi 3" in taken.text and "Léa Martin" in taken.text
    assert visit(third, link).address == taken.address
    clock.advance(hours=3)
    post(town)
    assert [str(each["Subject"])[:10] for each in to(office, "lea@exemple.fr")] == ["Une heure ", "Rendez-vou"]
    assert to(office, "anne@exemple.fr") == []


def test_whoever_does_not_answer_makes_room_for_the_next(
    town: Application, motif: Motif, office: PostOffice, clock: FrozenClock
) -> None:
    for name, email in (("Léa Martin", "lea@exemple.fr"), ("Anne Weiss", "anne@exemple.fr")):
        wait(town.test_client(), motif, name, email)
        clock.advance(minutes=1)
    post(town)
    post(town)
    assert [str(each["To"]) for each in office.received] == ["lea@exemple.fr"]
    clock.advance(hours=2)
    post(town)
    assert [str(each["To"]) for each in office.received] == ["lea@exemple.fr", "anne@exemple.fr"]
    late = visit(town.test_client(), link_in(office.received[0]))
    assert "Vous attendez" in late.text
    clock.advance(minutes=1)
    assert list(db.session.scalars(select(Appointment))) == []
    assert len(list(db.session.scalars(select(Wait)))) == 2


def test_an_offer_that_was_answered_before_its_letter_left_is_not_told(
    town: Application, motif: Motif, office: PostOffice, clock: FrozenClock
) -> None:
    office.recipient = "451 4.7.1 later"
    page = wait(town.test_client(), motif, "Léa Martin", "lea@exemple.fr")
    post(town)
    client = town.test_client()
    assert press(client, visit(client, page.address), "non").status == 200
    office.recipient = "250 OK"
    clock.advance(hours=1)
    post(town)
    assert office.received == []
