"""A day on paper: names for the desk, initials for a door, nothing more than is needed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.domain.places import Place
from cnapp.web.application import Application
from tests.factories import make_appointment, make_citizen, make_motif, make_place, make_presence
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


def test_today_and_tomorrow_are_one_press_away(client: FlaskClient, borny: Place) -> None:
    links = [str(each["href"]) for each in visit(client, "/accueil/").html.select(".desk-foot li a")]
    assert links == [
        f"/accueil/{day}/papier?pour={reader}" for day in (TODAY, "2026-12-01") for reader in ("accueil", "porte")
    ]
    assert "Aucun rendez-vous." in visit(client, links[2]).text


def test_a_reader_that_nobody_is_has_no_paper(client: FlaskClient, borny: Place) -> None:
    assert visit(client, "/accueil/2026-11-30/papier?pour=tous").status == 404
    assert "Paul Klein" in visit(client, "/accueil/2026-11-30/papier").text
