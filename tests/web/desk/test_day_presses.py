"""Arrivals, absences and taking them back; two desks on one person."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.journal import Entry
from cnapp.domain.places import Place
from cnapp.web.application import Application
from tests.booking import reload
from tests.factories import make_appointment, make_place, make_presence
from tests.support import FrozenClock, submit, visit
from tests.web.desk.counter import TODAY, ask, buttons, open_desk, press, stand_at, token_of

ARRIVAL, ABSENCE, BACK = "/arrivee", "/absence", "/revenir"


@pytest.fixture
def borny(app: Application, client: FlaskClient) -> Place:
    place = make_place("Borny")
    open_desk(client, place)
    return place


@pytest.fixture
def marie(borny: Place) -> Appointment:
    return make_appointment(make_presence(f"{TODAY} 09:00", "12:00", place=borny), f"{TODAY} 09:45")


def noted(appointment: Appointment) -> list[tuple[str, str | None]]:
    about = select(Entry).where(Entry.subject_id == appointment.id, Entry.what == "noted").order_by(Entry.number)
    return [(entry.detail["becomes"], entry.hand) for entry in db.session.scalars(about)]


def test_an_arrival_is_one_press_and_can_be_taken_back(client: FlaskClient, marie: Appointment) -> None:
    page = press(client, visit(client, "/accueil/"), ARRIVAL)
    assert "L’arrivée est notée." in page.text and "Sur place depuis 8 h" in page.text
    assert reload(marie).status is Status.ARRIVED
    page = press(client, page, BACK)
    assert "comme avant" in page.text and "À venir" in page.text
    assert noted(marie) == [("arrived", "Sonia"), ("booked", "Sonia")]


def test_an_absence_frees_the_time_until_it_is_taken_back(
    client: FlaskClient, marie: Appointment, clock: FrozenClock
) -> None:
    assert not buttons(visit(client, "/accueil/"), ABSENCE)
    clock.set(f"{TODAY} 09:50")
    page = press(client, visit(client, "/accueil/"), ABSENCE)
    assert "Absence notée : Marie S. , 9 h 45." in page.text
    assert reload(marie).commitment_id is None
    press(client, page, BACK)
    assert (reload(marie).status, marie.commitment_id is None) == (Status.BOOKED, False)


def test_the_same_press_twice_changes_nothing_more(client: FlaskClient, marie: Appointment) -> None:
    page = visit(client, "/accueil/")
    first, second = press(client, page, ARRIVAL), press(client, page, ARRIVAL)
    assert (first.status, second.status) == (200, 200) and "L’arrivée est notée." in second.text
    assert noted(marie) == [("arrived", "Sonia")]
    page = visit(client, "/accueil/")
    assert [press(client, page, BACK).status for _ in range(2)] == [200, 200]
    assert len(noted(marie)) == 2


def test_of_two_desks_on_one_person_the_second_is_told_what_changed(
    client: FlaskClient, other_client: FlaskClient, borny: Place, marie: Appointment, clock: FrozenClock
) -> None:
    open_desk(other_client, borny, hand="Karim")
    clock.set(f"{TODAY} 09:50")
    mine, theirs = visit(client, "/accueil/"), visit(other_client, "/accueil/")
    press(client, mine, ARRIVAL)
    for action in (ABSENCE, ARRIVAL):
        refused = press(other_client, theirs, action)
        assert refused.status == 409
        assert "lundi 30 novembre à 9 h 50, Accueil Borny (Sonia) : arrivée notée" in refused.text
    assert noted(marie) == [("arrived", "Sonia")]


def test_the_hand_is_part_of_who_pressed(client: FlaskClient, borny: Place, marie: Appointment) -> None:
    page = visit(client, "/accueil/")
    press(client, page, ARRIVAL)
    submit(client, visit(client, "/accueil/poste"), {"hand": "Marc"}, "/accueil/poste")
    assert press(client, page, ARRIVAL).status == 409


def test_a_page_left_open_overnight_notes_nothing(client: FlaskClient, app: Application, clock: FrozenClock) -> None:
    borny = make_place("Borny")
    desk = open_desk(client, borny)
    over = make_appointment(make_presence(f"{TODAY} 09:00", "12:00", place=borny), f"{TODAY} 09:45")
    page = visit(client, "/accueil/")
    clock.set("2026-12-01 09:00")
    stand_at(client, desk, borny)
    refused = press(client, page, ARRIVAL, csrf_token=token_of(visit(client, "/accueil/")))
    assert refused.status == 409 and "Cela se note le jour du rendez-vous." in refused.text
    assert reload(over).status is Status.BOOKED


def test_help_that_was_given_is_not_the_desks_to_take_back(client: FlaskClient, borny: Place) -> None:
    presence = make_presence(f"{TODAY} 09:00", "12:00", place=borny)
    seen = make_appointment(presence, f"{TODAY} 09:45", status=Status.SEEN)
    page = visit(client, "/accueil/")
    assert not buttons(page, BACK)
    values = {"csrf_token": token_of(page), "number": "1"}
    for noted_then in ("?noted=seen", "?noted=x", ""):
        address = f"/accueil/rendez-vous/{seen.public_id}/revenir{noted_then}"
        assert client.post(address, data=values).status_code == 422


@pytest.mark.parametrize("action", [ARRIVAL, ABSENCE, BACK])
def test_an_appointment_of_another_place_is_no_page(client: FlaskClient, marie: Appointment, action: str) -> None:
    other = make_appointment(make_presence(f"{TODAY} 09:00", "12:00"), f"{TODAY} 09:00")
    values = {"csrf_token": token_of(visit(client, "/accueil/")), "number": "1"}
    for public_id in (other.public_id, "0" * 32, str(marie.id)):
        assert client.post(f"/accueil/rendez-vous/{public_id}{action}?noted=arrived", data=values).status_code == 404
    assert reload(other).status is Status.BOOKED


@pytest.mark.parametrize("number", ["", "x", "-1", "１", "9" * 40])
def test_a_press_that_does_not_know_what_it_saw_is_not_understood(
    client: FlaskClient, marie: Appointment, number: str
) -> None:
    assert press(client, visit(client, "/accueil/"), ARRIVAL, number=number).status == 422
    assert reload(marie).status is Status.BOOKED


def test_the_box_notes_the_arrival_too(client: FlaskClient, marie: Appointment) -> None:
    page = press(client, ask(client, "schmidt"), ARRIVAL)
    assert page.address == "/accueil/" and reload(marie).status is Status.ARRIVED
