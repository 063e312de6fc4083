"""Where the post stands: what is set, what waits, what failed, and how letters end; a parked one leaves again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db, transaction
from cnapp.domain.outbox import Channel, Due, Letter, Outcome
from cnapp.domain.people import Staff
from cnapp.services import post
from cnapp.web.application import Application
from cnapp.web.coordination.post_words import CHANNELS, LATE, OUTCOMES, show_length
from tests.engines import migrated_app
from tests.factories import make_appointment, make_due
from tests.support import FrozenClock, Page, count_queries, submit, visit
from tests.web.coordination.claire import coordinate

HOME = "/coordination/courrier"


def failed(at: datetime, outcome: Outcome, code: str, letter: Letter = Letter.MOVED) -> Due:
    appointment = make_appointment(at="2026-12-03 09:00", email="lea@exemple.fr")
    channel = Channel.EMAIL if outcome is Outcome.GIVEN_UP else None
    return make_due(appointment, at, letter, settled_at=at, outcome=outcome, last_error=code, channel=channel)


def rows(page: Page, number: int = 0) -> list[str]:
    table = page.html.select("main table")[number]
    return [" ".join(row.get_text(" ").split()) for row in table.select("tbody tr")]


def facts(page: Page) -> dict[str, str]:
    return {
        " ".join(each.dt.get_text().split()): " ".join(each.dd.get_text().split())
        for each in page.html.select("main dl.summary > div")
        if each.dt and each.dd
    }


@pytest.fixture
def writing(tmp_path: Path, clock: FrozenClock) -> Iterator[Application]:
    """A town with a mail server."""
    mail = {"smtp_url": "smtp://127.0.0.1", "mail_from": "Aide numérique <rdv@exemple.fr>"}
    app = migrated_app(f"sqlite:///{tmp_path / 'writing.sqlite'}", clock, **mail)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def beaten(at: datetime) -> None:
    with transaction():
        post.beat(at)


def test_every_end_has_its_words() -> None:
    assert set(OUTCOMES) == set(Outcome) and set(CHANNELS) == {*Channel, None} and set(LATE) == set(post.Late)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "moins d’une minute"),
        (59, "moins d’une minute"),
        (60, "1 minute"),
        (600, "10 minutes"),
        (3 * 3600 + 300, "3 h 05"),
        (90_000, "1 jour"),
        (3 * 86_400, "3 jours"),
    ],
)
def test_lengths_in_words(app: Application, seconds: int, words: str) -> None:
    with app.test_request_context():
        assert show_length(seconds).replace("\u00a0", " ") == words


def test_a_post_that_has_nothing_to_do_says_so(client: FlaskClient, anne: Staff) -> None:
    assert visit(client, "/coordination/lettres").html.select_one(f'main a[href="{HOME}"]')
    page = visit(client, HOME)
    assert "Rien à signaler." in page.text and "Aucune lettre encore." in page.text
    assert "Pas réglé" in facts(page)["E-mail"]
    assert facts(page)["Dernier passage du courrier"] == "jamais"


def test_what_waits_and_since_when(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    now, booked = clock(), make_appointment()
    beaten(now - timedelta(seconds=30))
    make_due(booked, now - timedelta(hours=2))
    make_due(booked, now - timedelta(hours=1), put_off_until=now + timedelta(minutes=5), last_error="smtp 451")
    make_due(booked, now + timedelta(days=1))
    shown = facts(visit(client, HOME))
    assert shown["Dernier passage du courrier"] == "il y a moins d’une minute"
    assert shown["La plus vieille lettre attend depuis"] == "2 heures"
    assert [shown[name] for name in shown if "rêt" in name or "Remises" in name or "Prévues" in name] == ["1", "1", "1"]


def test_what_failed_says_why_and_never_to_whom(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    parked = failed(clock() - timedelta(days=40), Outcome.PARKED, "KeyError")
    failed(clock() - timedelta(hours=1), Outcome.GIVEN_UP, "smtp 550")
    failed(clock() - timedelta(days=31), Outcome.GIVEN_UP, "smtp 551")
    page = visit(client, HOME)
    refused, broken = rows(page)
    assert "Rendez-vous changé" in refused and "Refusée ( smtp 550 )" in refused and "jeudi 3 décembre à 9 h" in refused
    assert "En panne ( KeyError )" in broken and "Remettre en partance" in broken
    assert "exemple.fr" not in page.text and "Schmitt" not in page.response.text
    links = [str(link["href"]) for link in page.html.select("main table a")]
    assert all(visit(client, link).status == 200 for link in links)
    assert parked.outcome is Outcome.PARKED


def test_a_parked_letter_is_put_back_once(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    first = failed(clock() - timedelta(days=9), Outcome.PARKED, "KeyError")
    other = failed(clock() - timedelta(days=9), Outcome.PARKED, "KeyError")
    page = visit(client, HOME)
    values = {"letter": first.key}
    assert "1 lettre repart." in submit(client, page, values, action="/relance").text
    assert "Rien à remettre en partance" in submit(client, page, values, action="/relance").text
    db.session.rollback()
    kept = {
        due.id: due for due in (db.session.get_one(Due, each.id, populate_existing=True) for each in (first, other))
    }
    assert kept[first.id].outcome is None and kept[first.id].due_at == clock()
    assert kept[other.id].outcome is Outcome.PARKED


def test_all_of_them_are_put_back(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    for _ in range(3):
        failed(clock() - timedelta(days=1), Outcome.PARKED, "KeyError")
    refused = failed(clock() - timedelta(days=1), Outcome.GIVEN_UP, "smtp 550")
    assert "3 lettres repartent." in submit(client, visit(client, HOME), action="/relance").text
    assert db.session.get_one(Due, refused.id, populate_existing=True).outcome is Outcome.GIVEN_UP


def test_letters_of_thirty_days_are_counted_by_channel_and_end(
    client: FlaskClient, anne: Staff, clock: FrozenClock
) -> None:
    for days, outcome, channel in (
        (1, Outcome.SENT, Channel.EMAIL),
        (2, Outcome.SENT, Channel.EMAIL),
        (29, Outcome.ENTRUSTED, Channel.CALL),
        (3, Outcome.UNNEEDED, None),
        (31, Outcome.SENT, Channel.SMS),
    ):
        at = clock() - timedelta(days=days)
        make_due(make_appointment(at="2026-12-03 09:00"), at, settled_at=at, outcome=outcome, channel=channel)
    page = visit(client, HOME)
    heads = [head.get_text() for head in page.html.select("main table thead th")]
    assert heads == ["Chemin", "Parties", "Devenues inutiles", "Confiées à l’équipe"]
    assert rows(page) == ["E-mail 2 0 0", "Appel 0 0 1", "Aucun envoi 0 1 0"]


def test_many_letters_ask_no_more_than_one(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    failed(clock(), Outcome.PARKED, "KeyError")
    with count_queries() as for_one:
        visit(client, HOME)
    for _ in range(5):
        failed(clock(), Outcome.PARKED, "KeyError")
    with count_queries() as for_six:
        page = visit(client, HOME)
    assert len(rows(page)) == 6 and len(for_one) == len(for_six)


def test_a_post_that_stands_still_is_told_on_the_week_and_here(writing: Application, clock: FrozenClock) -> None:
    """N12."""
    client = writing.test_client()
    coordinate(client)
    beaten(clock())
    assert "courrier est arrêté" not in visit(client, "/coordination/").text
    clock.advance(minutes=12)
    for address in ("/coordination/", HOME):
        assert "les lettres ne partent plus depuis 12 minutes" in visit(client, address).text
    assert visit(client, "/coordination/").html.select_one(f'main a[href="{HOME}"]')
    assert facts(visit(client, HOME))["E-mail"] == "Réglé. Les lettres partent de rdv@exemple.fr."


def test_a_post_that_was_never_started_is_told(writing: Application, clock: FrozenClock) -> None:
    """N12."""
    client = writing.test_client()
    coordinate(client)
    make_due(make_appointment(), clock() - timedelta(minutes=10))
    assert "n’a jamais été mis en marche" in visit(client, "/coordination/").text
