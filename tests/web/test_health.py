"""/sante says how the post goes, red when it does not; the door shuts for none of it (RELIABILITY.md N12)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from cnapp.base.database import db, transaction
from cnapp.services import post
from cnapp.web.application import Application
from tests.engines import migrated_app
from tests.factories import make_appointment, make_due
from tests.support import FrozenClock, count_queries


def test_health_tells_the_oldest_letter_and_the_last_look(client: FlaskClient, clock: FrozenClock) -> None:
    quiet = client.get("/sante").get_json()
    assert quiet == {"status": "ok", "post": {"oldest_due_seconds": None, "last_beat_seconds": None}}

    make_due(make_appointment(), clock() - timedelta(hours=3))
    with transaction():
        post.beat(clock() - timedelta(seconds=7))
    answer = client.get("/sante")
    assert answer.status_code == 200
    assert answer.get_json()["post"] == {"oldest_due_seconds": 3 * 3600, "last_beat_seconds": 7}


def test_pages_ask_nothing_of_the_post(client: FlaskClient) -> None:
    client.get("/")
    with count_queries() as asked:
        client.get("/")
    assert not any("outbox" in each or "beats" in each for each in asked)


@pytest.mark.planted_faults
def test_a_post_that_cannot_be_asked_shuts_nothing(tmp_path: Path) -> None:
    app = migrated_app(f"sqlite:///{tmp_path / 'postless.sqlite'}", FrozenClock())
    with app.app_context():
        db.session.execute(text("DROP TABLE beats"))
        db.session.commit()
    answer = app.test_client().get("/sante")
    assert answer.status_code == 200 and answer.get_json() == {"status": "ok", "post": None}


@pytest.fixture
def writing(tmp_path: Path, clock: FrozenClock) -> Iterator[Application]:
    """A town with a mail server."""
    url = f"sqlite:///{tmp_path / 'writing.sqlite'}"
    app = migrated_app(url, clock, smtp_url="smtp://127.0.0.1", mail_from="rdv@exemple.fr")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def beaten(at: datetime) -> None:
    with transaction():
        post.beat(at)


def test_no_worker_for_ten_minutes_is_red(writing: Application, clock: FrozenClock) -> None:
    """N12."""
    client = writing.test_client()
    beaten(clock())
    clock.advance(minutes=9, seconds=59)
    assert client.get("/sante").status_code == 200
    clock.advance(seconds=1)
    answer = client.get("/sante")
    assert answer.status_code == 503
    assert answer.get_json() == {
        "status": "late",
        "reason": "no worker any more",
        "post": {"oldest_due_seconds": None, "last_beat_seconds": 600},
    }
    beaten(clock())
    assert client.get("/sante").get_json()["status"] == "ok"


def test_a_worker_that_never_came_is_red_once_something_is_due(writing: Application, clock: FrozenClock) -> None:
    """N12."""
    client = writing.test_client()
    assert client.get("/sante").status_code == 200
    make_due(make_appointment(), clock() - timedelta(minutes=9))
    assert client.get("/sante").status_code == 200
    clock.advance(minutes=1)
    answer = client.get("/sante")
    assert (answer.status_code, answer.get_json()["reason"]) == (503, "no worker yet")


def test_pages_are_served_without_a_worker(writing: Application, clock: FrozenClock) -> None:
    """N12: people book all the same."""
    beaten(clock() - timedelta(days=1))
    client = writing.test_client()
    assert client.get("/sante").status_code == 503
    assert client.get("/").status_code == 200


def test_a_machine_without_a_mail_server_is_well_without_a_worker(client: FlaskClient, clock: FrozenClock) -> None:
    """N12."""
    make_due(make_appointment(), clock() - timedelta(hours=3))
    beaten(clock() - timedelta(hours=2))
    assert client.get("/sante").status_code == 200
