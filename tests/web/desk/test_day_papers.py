"""A day on paper: names for the desk, initials for a door, nothing more than is needed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.domain.places import Place
from cnapp.web.application import Application
from tests.factories import (
    make_absence,
    make_appointment,
    make_citizen,
    make_displaced,
    make_motif,
    make_place,
    make_presence,
    make_staff,
)
from tests.support import visit
from tests.web.desk.counter import TODAY, open_desk


@pytest.fixture
def borny(app: Application, client: FlaskClient) -> Place:
    place = make_place("Borny")
    open_desk(client, place)
    presence = make_presence(f"{TODAY} 09:00", "12:00", place=place)
    person = make_citizen("Paul Klein", phone="+33639981234", email="paul@exemple.fr")
    make_appointment(presence, f"{TODAY} 09:45", person=person, needs=["child"], motif=make_motif(title="Un CV"))
    make_appointment(at=f"{TODAY} 10:00", name="Rosa Luz")
    return place


def test_the_desks_paper_has_names_subjects_and_what_to_prepare(client: FlaskClient, borny: Place) -> None:
    text = visit(client, "/accueil/2026-11-30/papier?pour=accueil").text
    for words in ("Borny lundi 30 novembre 2026", "9 h 45 Paul Klein , Un CV", "vient avec un enfant", "de 9 h à 12 h"):
        assert words in text, words
    assert "Écrit le lundi 30 novembre à 8 h." in text
    for kept_back in ("06 39", "paul@", "Rosa"):
        assert kept_back not in text


def test_the_doors_paper_has_initials_and_no_subject(client: FlaskClient, borny: Place) -> None:
    text = visit(client, "/accueil/2026-11-30/papier?pour=porte").text
    assert "9 h 45 P. K. Nadia" in text
    for kept_back in ("Paul", "Klein", "CV", "enfant"):
        assert kept_back not in text


@pytest.mark.parametrize("reader", ["accueil", "porte"])
def test_paper_says_who_is_absent_and_which_hours_are_lost(client: FlaskClient, borny: Place, reader: str) -> None:
    presence = make_presence("2026-12-02 09:00", "12:00", place=borny, conseiller=make_staff("Elif"))
    make_displaced(presence, "2026-12-02 09:45", name="Ali Ben Salah")
    make_absence(presence.conseiller, "2026-12-02 00:00", "2026-12-03 00:00")
    text = visit(client, f"/accueil/2026-12-02/papier?pour={reader}").text
    assert "Absence notée de 9 h à 12 h" in text
    assert "la coordination en cherche d’autres : 9 h 45." in text and "Ali" not in text


def test_today_and_tomorrow_are_one_press_away(client: FlaskClient, borny: Place) -> None:
    links = [str(each["href"]) for each in visit(client, "/accueil/").html.select(".desk-foot li a")]
    assert links == [
        f"/accueil/{day}/papier?pour={reader}" for day in (TODAY, "2026-12-01") for reader in ("accueil", "porte")
    ]
    assert "Aucun rendez-vous." in visit(client, links[2]).text


def test_a_reader_that_nobody_is_has_no_paper(client: FlaskClient, borny: Place) -> None:
    assert visit(client, "/accueil/2026-11-30/papier?pour=tous").status == 404
    assert "Paul Klein" in visit(client, "/accueil/2026-11-30/papier").text
