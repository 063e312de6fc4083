"""What people read when something goes wrong, and what the log keeps of it (O05, P08, I12, C22)."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from cnapp.base.database import db
from cnapp.web.logs import JsonLine
from tests.engines import migrated_app
from tests.factories import give_password, make_desk, make_place
from tests.support import FrozenClock, sign_in, visit


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that the product says, as it is written."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    handler.setFormatter(JsonLine())
    logger = logging.getLogger("cnapp")
    logger.addHandler(handler)
    yield heard
    logger.removeHandler(handler)


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.fixture
def broken(tmp_path: Path) -> FlaskClient:
    """A product with a page that fails on somebody's name."""
    app = migrated_app(f"sqlite:///{tmp_path / 'broken.sqlite'}", FrozenClock())

    def fail() -> str:
        raise RuntimeError("Marie Schmitt 06 39 98 12 34")

    app.add_url_rule("/casse", view_func=fail)
    return app.test_client()


def test_an_incident_has_a_number_that_the_log_has_too(broken: FlaskClient, log: io.StringIO) -> None:
    answer = broken.get("/casse")
    incident = next(line for line in lines(log) if line["message"] == "incident")
    assert answer.status_code == 500
    assert str(incident["request"]) in answer.text
    assert incident["exception"] == "RuntimeError" and incident["trace"]


def test_an_incident_says_nothing_about_anybody(broken: FlaskClient, log: io.StringIO) -> None:
    answer = broken.get("/casse?nom=Schmitt")
    for said in (answer.text, log.getvalue()):
        assert "Schmitt" not in said and "06 39" not in said and "Traceback" not in said


def test_one_event_is_one_line(client: FlaskClient, log: io.StringIO) -> None:
    client.get("/lieux/x%0d%0a{}%1b[31m", headers={"User-Agent": "a\x1b[31m", "X-Request-Id": "x"})
    client.get("/aide")
    assert len(lines(log)) == 2 and all(line["message"] == "request" for line in lines(log))
    assert "\x1b" not in log.getvalue()


def test_the_log_names_routes_never_tokens(client: FlaskClient, log: io.StringIO) -> None:
    client.get("/r/un-jeton-secret")
    client.get("/calendrier/un-jeton-secret/agenda.ics")
    assert "un-jeton-secret" not in log.getvalue()


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/nulle-part", 404),
        ("GET", "/lieux/inconnu", 404),
        ("GET", "/r/inconnu", 404),
        ("POST", "/aide", 405),
        ("POST", "/retrouver", 400),
        ("GET", "/agenda/2026-99-99", 303),
    ],
)
def test_each_mistake_has_its_page(client: FlaskClient, method: str, address: str, status: int) -> None:
    answer = client.open(address, method=method)
    assert answer.status_code == status
    if status != 303:
        assert "<h1" in answer.text and "Traceback" not in answer.text


def test_a_request_too_large_is_refused(client: FlaskClient) -> None:
    answer = client.post("/retrouver", data={"code": "x" * 100_000})
    assert answer.status_code in (400, 413)


@pytest.mark.planted_faults
def test_without_its_guards_only_health_answers(tmp_path: Path) -> None:
    app = migrated_app(f"sqlite:///{tmp_path / 'unguarded.sqlite'}", FrozenClock())
    client = app.test_client()
    assert client.get("/sante").get_json()["status"] == "ok"
    with app.app_context():
        db.session.execute(text("DROP TRIGGER commitments_never_overlap_insert"))
        db.session.commit()
    assert client.get("/sante").status_code == 503
    page = visit(client, "/")
    assert page.status == 503 and page.response.headers["Retry-After"]
    assert visit(client, "/aide").status == 503


def test_a_database_that_is_gone_is_said_with_a_telephone_number(tmp_path: Path) -> None:
    app = migrated_app(f"sqlite:///{tmp_path / 'gone.sqlite'}", FrozenClock())
    client = app.test_client()
    assert client.get("/").status_code == 200
    with app.app_context():
        db.engine.dispose()
    (tmp_path / "gone.sqlite").unlink()
    answer = client.get("/lieux")
    assert answer.status_code == 503 and "03\N{NO-BREAK SPACE}53" in answer.text


@pytest.mark.parametrize("address", ["/lieux/%00", "/agenda/%00", "/calendrier/%00/a.ics"])
def test_a_character_that_no_keyboard_writes_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/rendez-vous/sujet?lieu=%00", "/api/creneaux.json?motif=%00&lieu=x"])
def test_nor_is_it_understood_in_what_is_asked(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 422


@pytest.mark.parametrize(("address", "status"), [("/coordination/", 403), ("/accueil/rendez-vous/xyz", 404)])
def test_who_is_signed_in_keeps_their_menu_when_a_page_is_refused(
    client: FlaskClient, address: str, status: int
) -> None:
    desk = make_desk(make_place())
    give_password(desk)
    sign_in(client, desk.email)
    page = visit(client, address)
    assert page.status == status
    assert "Se déconnecter" in page.text and "Retrouver mon rendez-vous" not in page.text
    assert [str(link["href"]) for link in page.html.select("main a")] == ["/accueil/"]
