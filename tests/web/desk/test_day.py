"""The day at the desk's place: who receives, who comes, who is late, and addresses that lead nowhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.domain.appointments import Status
from cnapp.domain.people import Role
from cnapp.domain.places import Closure, Place, Room
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    keep,
    make_absence,
    make_appointment,
    make_citizen,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    metz,
)
from tests.support import FrozenClock, count_queries, sign_in, type_password, visit
from tests.web.desk.counter import TODAY, open_desk

DAY = "/accueil/2026-11-30"


@pytest.fixture
def borny(app: Application, client: FlaskClient) -> Place:
    place = make_place("Borny")
    open_desk(client, place)
    return place


def lines(text: str, *expected: str) -> None:
    for words in expected:
        assert words in text, words


def test_the_day_says_who_receives_who_comes_for_what_and_what_to_prepare(client: FlaskClient, borny: Place) -> None:
    room = keep(Room(place_id=borny.id, name="Bureau 2"))
    presence = make_presence(f"{TODAY} 09:00", "12:15", place=borny, room_id=room.id, conseiller=make_staff("Hugo"))
    person = make_citizen("Marie Schmitt", language="ar")
    make_appointment(presence, f"{TODAY} 09:45", person=person, needs=["wheelchair"], motif=make_motif(title="Un CV"))
    make_appointment(at=f"{TODAY} 10:00", name="Ailleurs Autrement")
    page = visit(client, "/accueil/")
    lines(
        page.text,
        "Borny , lundi 30 novembre",
        "Hugo Benali 9 h – 12 h 15 , Bureau 2",
        "1 rendez-vous",
        "9 h 45",
        "Marie S.",
        "Un CV, avec Hugo",
        "À préparer : vient en fauteuil roulant",
        "Parle mieux : arabe",
        "À venir",
        "À l’accueil : Sonia.",
    )
    assert "Ailleurs" not in page.text and "Schmitt" not in page.text
    assert page.html.select_one("main input:not([type=hidden])")["name"] == "who"


def test_a_day_without_anybody_says_why_and_when_next(client: FlaskClient, borny: Place) -> None:
    keep(Closure(place_id=borny.id, starts_on=metz(f"{TODAY} 12:00").date(), ends_on=metz(f"{TODAY} 12:00").date()))
    lines(visit(client, DAY).text, "Fermé ce jour-là.", "Aucune permanence ici ce jour-là.", "Aucune autre permanence")
    make_presence("2026-12-03 09:00", "12:00", place=borny, conseiller=make_staff("Hugo"))
    lines(visit(client, DAY).text, "Permanence suivante ici : jeudi 3 décembre à 9 h, avec Hugo Benali.")
    lines(visit(client, "/accueil/2026-12-26").text, "Jour férié : ")
    ill = make_presence("2026-12-02 09:00", "12:00", place=borny, conseiller=make_staff("Elif")).conseiller
    make_absence(ill, "2026-12-02 00:00", "2026-12-03 00:00")
    lines(visit(client, DAY).text, "Permanence suivante ici : jeudi 3 décembre à 9 h, avec Hugo Benali.")


def test_an_absence_of_the_conseiller_is_said(client: FlaskClient, borny: Place) -> None:
    presence = make_presence(f"{TODAY} 09:00", "12:00", place=borny)
    make_absence(presence.conseiller, f"{TODAY} 08:00", f"{TODAY} 11:00")
    lines(visit(client, DAY).text, "Absence notée de 9 h à 11 h")


def test_late_and_absent_people_come_first(client: FlaskClient, borny: Place, clock: FrozenClock) -> None:
    presence = make_presence(f"{TODAY} 09:00", "12:00", place=borny)
    make_appointment(presence, f"{TODAY} 09:00", name="Paul Klein")
    make_appointment(
        presence, f"{TODAY} 09:45", name="Rosa Luz", status=Status.ARRIVED, arrived_at=metz(f"{TODAY} 07:40")
    )
    clock.set(f"{TODAY} 09:04")
    assert "À suivre" not in visit(client, DAY).text
    clock.set(f"{TODAY} 09:05")
    lines(visit(client, DAY).text, "À suivre On attend Paul K. depuis 9 h.", "En retard", "Sur place depuis 7 h 40")
    clock.set(f"{TODAY} 09:45")
    lines(visit(client, DAY).text, "À suivre Un rendez-vous est passé sans que rien soit noté.", "Rien n’est noté")


def test_of_a_past_day_it_is_said_what_was_noted(client: FlaskClient, borny: Place) -> None:
    presence = make_presence("2026-11-27 09:00", "12:00", place=borny)
    make_appointment(presence, "2026-11-27 09:00")
    make_appointment(presence, "2026-11-27 09:45", status=Status.ARRIVED, arrived_at=metz("2026-11-27 09:40"))
    page = visit(client, "/accueil/2026-11-27")
    lines(page.text, "Rien n’est noté", "Arrivée notée à 9 h 40")
    assert "À suivre" not in page.text and not page.html.select("main li button")


def test_other_days_are_one_click_away(client: FlaskClient, borny: Place) -> None:
    links = {str(each["href"]): each.get_text(strip=True) for each in visit(client, DAY).html.select(".day-nav a")}
    assert links == {
        "/accueil/2026-11-29": "dimanche\N{NO-BREAK SPACE}29",
        "/accueil/2026-12-01": "mardi\N{NO-BREAK SPACE}1",
    }
    assert visit(client, "/accueil/2026-12-03").html.select_one(".day-nav a[href='/accueil/']")


@pytest.mark.parametrize(
    "address",
    [
        "2026-13-01",
        "20261203",
        "2026-W49-4",
        "demain",
        "9999-12-31",
        "２０２６-12-03",
        "demain/papier",
        "2026-12-03/autre",
    ],
)
def test_an_address_that_means_nothing_is_no_page(client: FlaskClient, borny: Place, address: str) -> None:
    assert visit(client, f"/accueil/{address}").status == 404


@pytest.mark.parametrize("role", [Role.CONSEILLER, Role.COORDINATOR])
def test_nobody_but_a_desk_opens_it(client: FlaskClient, app: Application, role: Role) -> None:
    give_password(make_staff(email="qui@exemple.fr", role=role))
    sign_in(client, "qui@exemple.fr")
    for address in ("/accueil/", DAY, "/accueil/poste", f"{DAY}/papier", "/accueil/qui-est-la"):
        assert client.get(address).status_code == 403, address


def test_an_account_without_place_is_told_whom_to_ask(client: FlaskClient, app: Application) -> None:
    give_password(make_staff(email="qui@exemple.fr", role=Role.DESK, receives=False))
    assert "Demandez à la coordination" in type_password(client, "qui@exemple.fr").text


def test_a_name_is_shown_as_text(client: FlaskClient, borny: Place) -> None:
    presence = make_presence(f"{TODAY} 09:00", "12:00", place=borny)
    make_appointment(presence, f"{TODAY} 09:45", name="<script>alert(1)</script> Zoé")
    page = visit(client, DAY)
    assert "<script>alert" not in page.response.text and "<script>alert(1)</script> Z." in page.text


def test_a_day_of_forty_asks_no_more_than_a_day_of_one(client: FlaskClient, borny: Place) -> None:
    motif, presence = make_motif(duration_minutes=15), make_presence(f"{TODAY} 07:00", "19:00", place=borny)
    make_appointment(presence, f"{TODAY} 07:00", motif=motif)
    with count_queries() as for_one:
        visit(client, "/accueil/")
    for n in range(1, 40):
        make_appointment(presence, f"{TODAY} {7 + n // 4:02}:{n % 4 * 15:02}", motif=motif, needs=["child"])
    with count_queries() as for_forty:
        assert "40 rendez-vous" in visit(client, "/accueil/").text
    assert len(for_one) == len(for_forty) <= 13


def test_no_database_id_is_shown(client: FlaskClient, borny: Place) -> None:
    make_appointment(make_presence(f"{TODAY} 09:00", "12:00", place=borny), f"{TODAY} 09:45")
    page = visit(client, DAY)
    addresses = [
        str(each.get("href") or each["formaction"]) for each in page.html.select("main a, main button[formaction]")
    ]
    assert not any(part.isdigit() for address in addresses for part in address.split("/"))
