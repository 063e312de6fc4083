"""/sante says how the post goes, and shuts for none of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from cnapp.base.database import db, transaction
from cnapp.services import post
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
