"""The public calendars of workshops: every session, the same event for life, cancelled ones told until their hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from cnapp.base.database import db, transaction
from cnapp.domain.places import Place
from cnapp.domain.workshops import Status as Stage
from cnapp.domain.workshops import Workshop
from cnapp.services import workshops
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_place, make_workshop, metz
from tests.support import MORNING, FrozenClock, count_queries
from tests.web.feeds.calendars import events, misread, read, texts

ALL = "/ateliers.ics"


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Mairie de quartier de Borny", slug="borny", latitude=49.1, longitude=6.2)


def cancel(workshop: Workshop, app: Application, at: str) -> None:
    """One that had been published, as the coordination does it."""
    with transaction():
        workshops.record_about(workshops.thing(workshop), "published", by=By.clock(), now=metz(MORNING))
        workshops.cancel(workshop, by=By.clock(), settings=app.settings, now=metz(at))


def test_every_session_is_an_event_of_its_own(client: FlaskClient, borny: Place) -> None:
    cycle = make_workshop("2026-12-10 14:00", "2026-12-17 14:00", place=borny, title="Mes photos", bring="votre câble")
    make_workshop("2026-12-11 10:00", title="Mes e-mails")
    response = read(client, ALL)
    first, other, second = events(response)
    assert [each["summary"] for each in (first, other, second)] == [
        "Mes photos (séance 1 sur 2)",
        "Mes e-mails",
        "Mes photos (séance 2 sur 2)",
    ]
    assert (first["dtstart"].dt, first["dtend"].dt) == (metz("2026-12-10 14:00"), metz("2026-12-10 15:30"))
    assert first["uid"] == f"programme-{cycle.sessions[0].public_id}@127.0.0.1"
    assert (first["status"], first["transp"], first["sequence"]) == ("CONFIRMED", "TRANSPARENT", 0)
    assert first["location"].startswith("Mairie de quartier de Borny, ")
    assert first["geo"].to_ical() == "49.1;6.2"
    assert first["url"] == f"http://127.0.0.1:5000/ateliers/{cycle.public_id}"
    for words in ("Ouvrir un site\nChercher", "Niveau : Débutant", "À apporter : votre câble", "C’est gratuit"):
        assert words.replace(" :", "\N{NO-BREAK SPACE}:") in first["description"]
    assert "RRULE" not in response.text.partition("END:VTIMEZONE")[2]
    assert not [private for private in ("Nadia", "Benali", "ATTENDEE", "VALARM") if private in response.text]


def test_a_place_has_its_own(client: FlaskClient, borny: Place) -> None:
    mine = make_workshop(place=borny)
    make_workshop("2026-12-12 10:00")
    response = read(client, "/lieux/borny/ateliers.ics")
    assert [each["summary"] for each in events(response)] == [mine.title]
    assert "X-WR-CALNAME:Ateliers numériques – Mairie de quartier de Borny" in response.text.replace("\r\n ", "")
    unknown = read(client, "/lieux/nulle-part/ateliers.ics")
    assert (unknown.status_code, unknown.data) == (404, b"")


def test_what_is_not_published_or_long_past_is_not_in_it(client: FlaskClient, app: Application) -> None:
    for stage in (Stage.DRAFT, Stage.WITHDRAWN):
        make_workshop(status=stage)
    make_workshop("2026-10-30 14:00")
    make_workshop("2026-12-12 10:00", status=Stage.CANCELLED, cancelled_at=metz(MORNING))
    past = make_workshop("2026-11-02 14:00")
    assert [each["summary"] for each in events(read(client, ALL))] == [past.title]


def test_a_cancelled_one_says_so_until_its_hour(client: FlaskClient, app: Application, clock: FrozenClock) -> None:
    workshop = make_workshop("2026-12-10 14:00", title="Mes photos")
    [before] = events(read(client, ALL))
    cancel(workshop, app, "2026-11-30 09:00")
    clock.set("2026-12-10 15:00")
    response = read(client, ALL)
    [after] = events(response)
    assert (after["uid"], after["sequence"]) == (before["uid"], before["sequence"] + 1)
    assert (after["status"], after["transp"]) == ("CANCELLED", "TRANSPARENT")
    assert after["summary"] == "Annulé\N{NO-BREAK SPACE}: Mes photos"
    assert after["last-modified"].dt > before["last-modified"].dt
    clock.set("2026-12-10 15:30")
    dropped = read(client, ALL)
    assert events(dropped) == []
    assert dropped.last_modified and response.last_modified and dropped.last_modified > response.last_modified


def test_a_change_of_time_keeps_its_name(client: FlaskClient, clock: FrozenClock) -> None:
    workshop = make_workshop()
    [before] = events(read(client, ALL))
    with transaction():
        row = db.session.get_one(Workshop, workshop.id)
        row.version, row.updated_at = 2, clock() + timedelta(hours=1)
    [after] = events(read(client, ALL))
    assert (after["uid"], after["sequence"]) == (before["uid"], 1)
    assert after["last-modified"].dt == clock() + timedelta(hours=1)


def test_nothing_new_is_nothing_sent(client: FlaskClient, app: Application, borny: Place, clock: FrozenClock) -> None:
    workshop = make_workshop(place=borny)
    for path in (ALL, "/lieux/borny/ateliers.ics"):
        first = read(client, path)
        assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert first.headers["Cache-Control"] == "public, max-age=300"
        assert first.headers["Content-Disposition"].startswith('inline; filename="ateliers')
        assert "Set-Cookie" not in first.headers
        clock.advance(minutes=20)
        assert read(client, path).data == first.data
        again = read(client, path, If_None_Match=first.headers["ETag"])
        assert (again.status_code, again.data) == (304, b"")
        assert read(client, path, If_Modified_Since=first.headers["Last-Modified"]).status_code == 304
        head = client.head(path)
        assert (head.status_code, head.headers["ETag"]) == (200, first.headers["ETag"])
        assert client.put(path).status_code == 405
    with transaction():
        workshops.withdraw(db.session.get_one(Workshop, workshop.id), by=By.clock(), now=clock())
    gone = read(client, ALL, If_None_Match=first.headers["ETag"])
    assert (gone.status_code, events(gone)) == (200, [])


def test_one_session_as_a_file(client: FlaskClient, app: Application) -> None:
    workshop = make_workshop("2026-12-10 14:00", "2026-12-17 14:00", title="Mes photos")
    response = read(client, f"/ateliers/{workshop.public_id}/2.ics")
    [event] = events(response)
    assert (event["summary"], event["dtstart"].dt) == ("Mes photos (séance 2 sur 2)", metz("2026-12-17 14:00"))
    assert event["transp"] == "OPAQUE"
    assert event["uid"] == f"seance-{workshop.sessions[1].public_id}@127.0.0.1"
    assert response.headers["Content-Disposition"] == 'attachment; filename="atelier.ics"'
    draft = make_workshop(status=Stage.DRAFT)
    for path in (f"{workshop.public_id}/3", f"{workshop.public_id}/0", f"{workshop.public_id}/x", "inconnu/1"):
        assert client.get(f"/ateliers/{path}.ics").status_code == 404
    assert client.get(f"/ateliers/{draft.public_id}/1.ics").status_code == 404


NASTY = 'Café; crème, "thé" \\ fin\r\nEND:VEVENT\nBEGIN:VALARM'
TYPED = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=100)


@example("é" * 100)
@example(NASTY)
@example("x" * 74 + "é😀" * 5)
@given(TYPED)
@effort(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_titles_are_read_by_others_as_they_were_written(client: FlaskClient, borny: Place, title: str) -> None:
    """I04: three independent parsers, one event, the same text."""
    workshop = make_workshop("2026-12-10 14:00", place=borny, title=title[:100], learn=title, bring="a; b, c\\d")
    own = f"/ateliers/{workshop.public_id}/1.ics"
    expected = " ".join(title.split())
    for parser, read_texts in texts(client.get(own).data).items():
        assert len(read_texts) == 1, parser
        if not misread(parser, title):
            assert " ".join(read_texts[0]["summary"].split()) == expected, parser
        assert "a; b, c\\d" in read_texts[0]["description"] or misread(parser, title), parser
    raw = client.get(own).data
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert b"\n" not in raw.replace(b"\r\n", b"")


def test_as_many_queries_for_many_as_for_few(client: FlaskClient, borny: Place) -> None:
    make_workshop("2026-12-10 14:00", place=borny)
    few = queries(client)
    for number in range(5):
        make_workshop(f"2026-12-{11 + number} 14:00", f"2026-12-{21 + number} 14:00")
    assert queries(client) == few <= 4


def queries(client: FlaskClient) -> int:
    read(client, ALL)
    with count_queries() as asked:
        read(client, ALL)
    return len(asked)
