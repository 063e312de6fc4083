"""Minutes between places: never longer than what is planned allows."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Place, Travel
from tests.factories import give_password, make_desk, make_place, make_presence, make_staff, make_travel
from tests.support import FrozenClock, Page, count_queries, sign_in, submit, visit
from tests.web.coordination.claire import coordinate, reread, told, typed

TRAVEL = "/coordination/trajets"


@pytest.fixture
def places(claire: Staff) -> list[Place]:
    return [make_place(name, slug=name.casefold()) for name in ("Borny", "Sablon", "Verlaine")]


def save(client: FlaskClient, here: str = "borny", **values: Any) -> Page:
    page = visit(client, f"{TRAVEL}?lieu={here}")
    given = {f"to-{slug}": minutes for slug, minutes in values.items()}
    return submit(client, page, given, f"lieu={here}")


def kept() -> list[int]:
    reread()
    return sorted(db.session.scalars(select(Travel.minutes)))


def test_minutes_are_the_same_both_ways(client: FlaskClient, places: list[Place]) -> None:
    assert "Vide : 30 minutes." in visit(client, TRAVEL).text
    save(client, "sablon", borny="25")
    page = visit(client, f"{TRAVEL}?lieu=borny")
    assert (typed(page, "to-sablon"), typed(page, "to-verlaine")) == ("25", "")
    save(client, sablon="20", verlaine="10")
    assert kept() == [10, 20]
    assert told(Subject.TRAVEL) == ["changed", "changed"]


def test_emptied_it_is_the_default_again(client: FlaskClient, places: list[Place]) -> None:
    make_travel(places[0], places[1], 20)
    save(client, sablon="")
    assert kept() == []


def test_saved_as_they_were_nothing_is_written(client: FlaskClient, places: list[Place]) -> None:
    make_travel(places[0], places[1], 20)
    save(client)
    assert (kept(), told(Subject.TRAVEL)) == ([20], [])


@pytest.mark.parametrize(
    ("minutes", "sentence"),
    [
        ("-1", "Écrivez un nombre de 0 à 240."),
        ("241", "Écrivez un nombre de 0 à 240."),
        ("dix", "Écrivez un nombre entier"),
        ("9" * 5000, "Écrivez un nombre entier"),
    ],
)
def test_minutes_that_cannot_be_are_refused(
    client: FlaskClient, places: list[Place], minutes: str, sentence: str
) -> None:
    page = save(client, sablon=minutes, verlaine="15")
    assert (page.status, kept()) == (422, [])
    assert sentence in page.text
    assert typed(page, "to-verlaine") == "15"


@pytest.fixture
def planned(places: list[Place]) -> Staff:
    """Nadia, at Borny until noon, at Sablon 20 minutes later."""
    nadia = make_staff("Nadia")
    make_travel(places[0], places[1], 20)
    make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=places[0])
    make_presence("2026-12-03 12:20", "15:00", conseiller=nadia, place=places[1])
    return nadia


@pytest.mark.parametrize(("here", "other"), [("borny", "sablon"), ("sablon", "borny")])
def test_a_change_that_what_is_planned_does_not_allow_names_what_it_breaks(
    client: FlaskClient, planned: Staff, here: str, other: str
) -> None:
    for minutes in ("21", ""):
        page = save(client, here, **{other: minutes, "verlaine": "15"})
        assert (page.status, kept()) == (409, [20])
        assert "jeudi 3 décembre, Nadia Benali : Borny jusqu’à 12 h, puis Sablon à 12 h 20" in page.text
        assert typed(page, "to-verlaine") == "15"
    assert save(client, here, **{other: "15"}).status == 200
    assert kept() == [15]


@pytest.mark.planted_faults
def test_what_is_past_is_in_nobodys_way(client: FlaskClient, planned: Staff, clock: FrozenClock) -> None:
    clock.set("2026-12-04 08:00")
    sign_in(client, "claire@exemple.fr")
    assert save(client, sablon="40").status == 200


def test_the_second_of_two_is_told(client: FlaskClient, other_client: FlaskClient, places: list[Place]) -> None:
    coordinate(other_client, "deux@exemple.fr")
    first, second = visit(client, f"{TRAVEL}?lieu=borny"), visit(other_client, f"{TRAVEL}?lieu=sablon")
    submit(client, first, {"to-sablon": "20"}, "lieu=borny")
    page = submit(other_client, second, {"to-verlaine": "10"}, "lieu=sablon")
    assert page.status == 409
    assert "Claire Muller : minutes de trajet changées" in page.text
    assert typed(page, "to-verlaine") == "10"


def test_an_unknown_place_is_no_page(client: FlaskClient, places: list[Place]) -> None:
    assert client.get(f"{TRAVEL}?lieu=nulle-part").status_code == 404
    assert client.get(f"{TRAVEL}?lieu=").status_code == 404


def test_without_any_place_it_says_so(client: FlaskClient, claire: Staff) -> None:
    page = visit(client, TRAVEL)
    assert (page.status, "Il n’y a pas encore de lieu." in page.text) == (200, True)


@pytest.mark.parametrize("name", ["Data", "Errors", "Number", "Validate"])
def test_a_place_may_have_any_name(client: FlaskClient, places: list[Place], name: str) -> None:
    make_place(name, slug=name.casefold())
    save(client, **{name.casefold(): "12"})
    assert kept() == [12]


def test_the_page_asks_as_much_with_forty_places(client: FlaskClient, places: list[Place]) -> None:
    with count_queries() as for_three:
        visit(client, TRAVEL)
    for _ in range(37):
        make_travel(places[0], make_place(), 20)
    with count_queries() as for_forty:
        visit(client, TRAVEL)
    assert len(for_three) == len(for_forty)


def test_it_is_for_the_coordination_alone(client: FlaskClient, other_client: FlaskClient, places: list[Place]) -> None:
    assert visit(other_client, TRAVEL).address == "/connexion"
    for staff in (make_staff(email="nadia@exemple.fr"), make_desk(places[0], email="accueil@exemple.fr")):
        give_password(staff)
        sign_in(other_client, staff.email)
        assert other_client.get(TRAVEL).status_code == 403
