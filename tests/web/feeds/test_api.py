"""Free times for the town's own site: the same as our pages, public, and clear about what it does not understand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.motifs import Motif
from cnapp.domain.places import Place
from cnapp.domain.slots import Wish
from cnapp.services import slots
from tests.engines import migrated_app, new_database
from tests.factories import make_appointment, make_motif, make_place, make_presence, make_staff, metz
from tests.support import FrozenClock, count_queries

DAY = "2026-12-03"


@pytest.fixture
def motif(app: object) -> Motif:
    return make_motif(slug="e-mail")


@pytest.fixture
def borny(app: object) -> Place:
    place = make_place("Borny", slug="borny")
    make_presence(f"{DAY} 09:00", "12:00", place=place)
    return place


def ask(client: FlaskClient, path: str, **asked: str) -> Any:
    response = client.get(path, query_string=asked)
    assert response.status_code == 200, response.text
    return response.json


def times(client: FlaskClient, **asked: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = ask(client, "/api/creneaux.json", **{"motif": "e-mail", "lieu": "borny", **asked})[
        "creneaux"
    ]
    return found


# Subjects


def test_subjects_that_are_booked_online(client: FlaskClient) -> None:
    make_motif(slug="arnaque", title="Reconnaître une arnaque", duration_minutes=30)
    make_motif(slug="accueil-seulement", online=False)
    (found,) = ask(client, "/api/motifs.json")["motifs"]
    assert found["slug"] == "arnaque"
    assert found["titre"] == "Reconnaître une arnaque"
    assert found["duree_minutes"] == 30


# Places


def test_places_with_their_next_free_time(client: FlaskClient, motif: Motif, borny: Place) -> None:
    make_place("Sablon", slug="sablon")
    found = ask(client, "/api/lieux.json", motif="e-mail")
    first, second = found["lieux"]
    assert (first["slug"], first["nom"], first["prochain"]) == ("borny", "Borny", f"{DAY}T09:00:00+01:00")
    assert first["adresse"].endswith(", 57000 Metz")
    assert second["prochain"] is None
    assert found["page_suivante"] is None


def test_without_a_subject_the_shortest_one_counts(client: FlaskClient, motif: Motif, borny: Place) -> None:
    make_motif(slug="court", duration_minutes=15)
    make_motif(slug="plus-court", duration_minutes=10, online=False)
    assert ask(client, "/api/lieux.json")["motif"] == "court"


def test_without_any_subject_there_is_no_time(client: FlaskClient, borny: Place) -> None:
    assert [place["prochain"] for place in ask(client, "/api/lieux.json")["lieux"]] == [None]


def test_closed_places_are_not_listed(client: FlaskClient, motif: Motif, borny: Place) -> None:
    make_place("Ancien", valid_until=date(2026, 11, 1))
    assert [place["slug"] for place in ask(client, "/api/lieux.json")["lieux"]] == ["borny"]


def test_fifty_places_a_page_and_where_the_next_one_is(client: FlaskClient, motif: Motif) -> None:
    for number in range(51):
        make_place(f"Lieu {number:02}", open_all_day=False)
    first = ask(client, "/api/lieux.json", motif="e-mail")
    assert len(first["lieux"]) == 50
    assert first["page_suivante"] == "http://127.0.0.1:5000/api/lieux.json?motif=e-mail&page=2"
    second = client.get(first["page_suivante"]).json
    assert second is not None
    assert [place["nom"] for place in second["lieux"]] == ["Lieu 50"]
    assert second["page_suivante"] is None


@pytest.mark.parametrize("page", ["0", "-1", "x", "", "1.5", "9999999", "²"])
def test_a_page_is_a_number(client: FlaskClient, motif: Motif, page: str) -> None:
    assert client.get("/api/lieux.json", query_string={"page": page}).status_code == 422


# Free times


def test_free_times_are_told_in_paris_time(client: FlaskClient, motif: Motif, borny: Place) -> None:
    found = times(client, du=DAY, au=DAY)
    assert found[0] == {"debut": f"{DAY}T09:00:00+01:00", "fin": f"{DAY}T09:45:00+01:00", "lieu": "borny"}


def test_they_are_those_of_our_own_search(client: FlaskClient, clock: FrozenClock, motif: Motif, borny: Place) -> None:
    presence = make_presence("2026-12-04 09:00", "17:00", place=borny, pause="12:00-13:00", walk_in_minutes=60)
    make_appointment(presence, "2026-12-04 10:00")
    wish = Wish(motif=motif, place_ids=(borny.id,))
    own = slots.search(wish, date(2026, 12, 1), date(2026, 12, 28), now=clock())
    told = [datetime.fromisoformat(each["debut"]) for each in times(client, du="2026-12-01", au="2026-12-28")]
    assert told == [slot.starts_at for slot in own]
    assert len(told) > 8


def test_the_last_day_is_included(client: FlaskClient, motif: Motif, borny: Place) -> None:
    assert times(client, du="2026-12-01", au=DAY)
    assert not times(client, du="2026-12-01", au="2026-12-02")


def test_without_days_the_next_four_weeks_are_told(client: FlaskClient, motif: Motif, borny: Place) -> None:
    make_presence("2026-12-28 09:00", "12:00", place=borny)
    assert {each["debut"][:10] for each in times(client)} == {DAY}
    assert {each["debut"][:10] for each in times(client, du="2026-12-04")} == {"2026-12-28"}


def test_both_changes_of_hour_keep_nine_o_clock(
    client: FlaskClient, clock: FrozenClock, motif: Motif, borny: Place
) -> None:
    clock.set("2027-03-24 08:00")
    for day in ("2027-03-25", "2027-03-30"):
        make_presence(f"{day} 09:00", "09:45", place=borny)
    starts = [each["debut"] for each in times(client, du="2027-03-25", au="2027-03-30")]
    assert starts == ["2027-03-25T09:00:00+01:00", "2027-03-30T09:00:00+02:00"]
    clock.set("2027-10-28 08:00")
    for day in ("2027-10-29", "2027-11-02"):
        make_presence(f"{day} 09:00", "09:45", place=borny)
    starts = [each["debut"] for each in times(client, du="2027-10-28", au="2027-11-03")]
    assert starts == ["2027-10-29T09:00:00+02:00", "2027-11-02T09:00:00+01:00"]


def test_days_long_past_or_far_ahead_have_no_time(client: FlaskClient, motif: Motif, borny: Place) -> None:
    assert times(client, du="2001-01-01", au="2001-02-01") == []
    assert times(client, du="2999-12-01", au="2999-12-31") == []


FAULTY = [
    {"motif": ""},
    {"lieu": ""},
    {"du": "demain"},
    {"du": ""},
    {"du": "2026-02-30"},
    {"du": "20261201"},
    {"du": "2026-W49-1"},
    {"du": "2026-12-03T00:00"},
    {"du": "0001-01-01", "au": "0001-01-02"},
    {"du": "9999-12-31", "au": "9999-12-31"},
    {"du": "2026-12-02", "au": "2026-12-01"},
    {"du": "2026-12-01", "au": "2027-01-30"},
    {"au": "２０２６-12-01"},
    {"du": "2026-12-01\x00"},
]


@pytest.mark.parametrize("fault", FAULTY)
def test_what_is_not_understood_is_422_with_a_sentence(
    client: FlaskClient, motif: Motif, borny: Place, fault: dict[str, str]
) -> None:
    response = client.get("/api/creneaux.json", query_string={"motif": "e-mail", "lieu": "borny", **fault})
    assert response.status_code == 422
    assert response.json is not None
    assert response.json["erreur"].endswith(".")


@pytest.mark.parametrize("missing", ["motif", "lieu"])
def test_subject_and_place_are_needed(client: FlaskClient, motif: Motif, borny: Place, missing: str) -> None:
    asked = {"motif": "e-mail", "lieu": "borny"}
    del asked[missing]
    response = client.get("/api/creneaux.json", query_string=asked)
    assert response.status_code == 422
    assert missing in response.text


def test_sixty_days_are_the_most(client: FlaskClient, motif: Motif, borny: Place) -> None:
    assert times(client, du="2026-12-01", au="2027-01-29")


@pytest.mark.parametrize("asked", [{"motif": "inconnu"}, {"lieu": "inconnu"}, {"motif": "accueil"}, {"lieu": "a'; --"}])
def test_what_does_not_exist_is_404(client: FlaskClient, motif: Motif, borny: Place, asked: dict[str, str]) -> None:
    make_motif(slug="accueil", online=False)
    response = client.get("/api/creneaux.json", query_string={"motif": "e-mail", "lieu": "borny", **asked})
    assert response.status_code == 404
    assert response.json is not None
    assert response.json["erreur"]


# What is not there, or fails


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/nope.json", 404),
        ("GET", "/api/creneaux.json/", 404),
        ("GET", "/api/%00.json", 404),
        ("POST", "/api/creneaux.json", 405),
        ("DELETE", "/api/motifs.json", 405),
    ],
)
def test_every_mistake_is_told_as_json(client: FlaskClient, method: str, path: str, status: int) -> None:
    response = client.open(path, method=method)
    assert response.status_code == status
    assert response.json is not None
    assert set(response.json) == {"erreur"}
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert ("Allow" in response.headers) == (status == 405)


@pytest.mark.planted_faults
def test_a_site_that_fails_or_is_stopped_says_so_as_json(tmp_path: Path) -> None:
    app = migrated_app(new_database("sqlite", "fails", tmp_path), FrozenClock())

    def fail() -> str:
        raise RuntimeError("Marie Schmitt")

    app.add_url_rule("/api/casse.json", view_func=fail)
    client = app.test_client()
    broken = client.get("/api/casse.json")
    assert (broken.status_code, set(broken.json or ())) == (500, {"erreur", "incident"})
    assert "Schmitt" not in broken.text
    with app.app_context():
        db.engine.dispose()
    (tmp_path / "fails.sqlite").unlink()
    stopped = client.get("/api/motifs.json")
    assert (stopped.status_code, set(stopped.json or ())) == (503, {"erreur"})
    assert stopped.headers["Retry-After"]


def test_people_still_read_a_page(client: FlaskClient) -> None:
    assert "<h1" in client.get("/apinope").text


# All three


@pytest.mark.parametrize("path", ["/api/motifs.json", "/api/lieux.json", "/api/creneaux.json?motif=e-mail&lieu=borny"])
def test_any_site_may_read_it_and_keep_it_half_a_minute(
    client: FlaskClient, motif: Motif, borny: Place, path: str
) -> None:
    response = client.get(path)
    assert response.headers["Content-Type"].startswith("application/json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cache-Control"] == "public, max-age=30"
    assert "Set-Cookie" not in response.headers
    assert client.post(path).status_code == 405


def test_nothing_is_said_of_anybody(client: FlaskClient, motif: Motif, borny: Place) -> None:
    make_appointment(make_presence("2026-12-04 09:00", conseiller=make_staff("Nadia"), place=borny), "2026-12-04 09:00")
    for path in ("/api/motifs.json", "/api/lieux.json", "/api/creneaux.json?motif=e-mail&lieu=borny"):
        body = client.get(path).text
        assert not [private for private in ("Nadia", "Benali", "Schmitt") if private in body]


def test_no_more_queries_for_more_data(client: FlaskClient, motif: Motif, borny: Place) -> None:
    paths = ["/api/motifs.json", "/api/lieux.json?motif=e-mail", "/api/creneaux.json?motif=e-mail&lieu=borny"]
    fill_days(borny, range(4, 6))
    few = [queries(client, path) for path in paths + paths][len(paths) :]
    fill_days(borny, range(6, 14))
    assert [queries(client, path) for path in paths] == few
    assert max(few) <= 10


def fill_days(place: Place, days: range) -> None:
    for number in days:
        day = (metz("2026-12-01 09:00") + timedelta(days=number)).date().isoformat()
        make_appointment(make_presence(f"{day} 09:00", place=place), f"{day} 09:00")
        make_presence(f"{day} 09:00", place=make_place(valid_until=date(2026, 11, 1)))


def queries(client: FlaskClient, path: str) -> int:
    with count_queries() as asked:
        client.get(path)
    return len(asked)


def test_how_to_use_it_is_written_down(client: FlaskClient) -> None:
    page = client.get("/api")
    assert page.status_code == 200
    for words in ("/api/motifs.json", "/api/lieux.json", "/api/creneaux.json", "60 jours au plus"):
        assert words in page.text
