"""Workshops for the town's own site: what is to come, with the seats that are left."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from cnapp.domain.registrations import Standing
from cnapp.domain.workshops import Level
from cnapp.domain.workshops import Status as Stage
from tests.factories import make_place, make_registration, make_workshop
from tests.support import count_queries

PATH = "/api/ateliers.json"


def ask(client: FlaskClient, **asked: str) -> Any:
    response = client.get(PATH, query_string=asked)
    assert response.status_code == 200, response.text
    return response.json


def titles(client: FlaskClient, **asked: str) -> list[str]:
    return [each["titre"] for each in ask(client, **asked)["ateliers"]]


def test_what_is_to_come_with_its_sessions_and_seats(client: FlaskClient) -> None:
    place = make_place("Borny", slug="borny")
    workshop = make_workshop("2027-03-25 14:00", "2027-04-01 14:00", place=place, title="Mes photos", capacity=2)
    make_registration(workshop)
    for stage in (Stage.DRAFT, Stage.WITHDRAWN):
        make_workshop(status=stage)
    make_workshop("2026-11-30 07:30")
    response = client.get(PATH)
    assert response.headers["Cache-Control"] == "public, max-age=30"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert not [private for private in ("Marie", "Schmitt", "Nadia", "Benali") if private in response.text]
    [found] = ask(client)["ateliers"]
    page = f"http://127.0.0.1:5000/ateliers/{workshop.public_id}"
    assert (found["titre"], found["niveau"], found["theme"]) == ("Mes photos", "debutant", "navigation_sur_internet")
    assert found["lieu"]["slug"] == "borny" and found["lieu"]["adresse"].endswith(", 57000 Metz")
    assert found["seances"] == [
        {"debut": "2027-03-25T14:00:00+01:00", "fin": "2027-03-25T15:30:00+01:00", "agenda": f"{page}/1.ics"},
        {"debut": "2027-04-01T14:00:00+02:00", "fin": "2027-04-01T15:30:00+02:00", "agenda": f"{page}/2.ics"},
    ]
    assert (found["places"], found["places_restantes"], found["liste_d_attente"]) == (2, 1, False)
    assert (found["inscription_jusqu_a"], found["page"]) == ("2027-03-25T14:00:00+01:00", page)


def test_a_free_seat_that_others_wait_for_is_not_left(client: FlaskClient) -> None:
    workshop = make_workshop(capacity=2)
    make_registration(workshop)
    make_registration(workshop, "Omar", status=Standing.WAITING)
    [found] = ask(client)["ateliers"]
    assert (found["places_restantes"], found["liste_d_attente"]) == (0, True)


def test_filters(client: FlaskClient) -> None:
    make_workshop(place=make_place(slug="borny"), title="A")
    make_workshop("2026-12-11 10:00", theme="email", title="B")
    make_workshop("2026-12-12 10:00", level=Level.ADVANCED, title="C")
    assert titles(client, lieu="borny") == ["A"]
    assert titles(client, theme="email") == ["B"]
    assert titles(client, niveau="avance") == ["C"]
    assert titles(client, niveau="avance", theme="email") == []


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"lieu": "inconnu"}, 404),
        ({"lieu": ""}, 422),
        ({"niveau": "expert"}, 422),
        ({"theme": "n’importe quoi"}, 422),
        ({"theme": ""}, 422),
        ({"page": "0"}, 422),
        ({"lieu": "x\x00"}, 422),
    ],
)
def test_what_is_not_understood(client: FlaskClient, asked: dict[str, str], status: int) -> None:
    response = client.get(PATH, query_string=asked)
    assert response.status_code == status
    assert response.json and set(response.json) == {"erreur"}


def test_fifty_a_page_and_no_more_queries_for_more(client: FlaskClient) -> None:
    place = make_place(slug="borny")
    make_workshop("2026-12-01 10:00", place=place)
    few = queries(client)
    for number in range(50):
        make_workshop(f"2026-12-{1 + number // 5:02} {11 + number % 5}:00", minutes=30, place=place)
    first = ask(client, lieu="borny")
    assert len(first["ateliers"]) == 50
    assert first["page_suivante"] == f"http://127.0.0.1:5000{PATH}?lieu=borny&page=2"
    assert len(ask(client, lieu="borny", page="2")["ateliers"]) == 1
    assert queries(client) == few <= 4


def queries(client: FlaskClient) -> int:
    client.get(PATH)
    with count_queries() as asked:
        client.get(PATH)
    return len(asked)


def test_it_is_explained(client: FlaskClient) -> None:
    page = client.get("/api").text
    assert "/api/ateliers.json" in page and "http://127.0.0.1:5000/ateliers.ics" in page
