"""One appointment in its conseiller's hands: noted, taken back, cancelled; and closed to everybody else."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.people import Staff
from cnapp.web.application import Application
from tests.factories import give_password, make_appointment, make_citizen, make_presence, make_staff
from tests.support import FrozenClock, Page, sign_in, submit, visit

DAY = "/agenda/2026-12-03"


@pytest.fixture
def nadia(app: Application, client: FlaskClient, clock: FrozenClock) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    clock.set("2026-12-03 09:05")
    sign_in(client, "nadia@exemple.fr")
    return staff


@pytest.fixture
def appointment(nadia: Staff) -> Appointment:
    return make_appointment(make_presence(conseiller=nadia), phone="+33612345678")


def press(client: FlaskClient, appointment: Appointment, last: str) -> Page:
    page = submit(client, visit(client, DAY), action=f"{appointment.public_id}/{last}")
    db.session.refresh(appointment)
    return page


def test_arrived_then_done_by_one_press_each(client: FlaskClient, appointment: Appointment) -> None:
    page = press(client, appointment, "arrivee")
    assert (page.address, appointment.status) == (DAY, Status.ARRIVED)
    assert "L’arrivée est notée." in page.text
    assert "Sur place" in page.text
    press(client, appointment, "fin")
    assert appointment.status is Status.SEEN


def test_each_press_can_be_taken_back(client: FlaskClient, appointment: Appointment) -> None:
    press(client, appointment, "arrivee")
    press(client, appointment, "revenir")
    assert appointment.status is Status.BOOKED
    press(client, appointment, "absence")
    assert "Libre" in visit(client, DAY).text
    press(client, appointment, "revenir")
    assert appointment.status is Status.BOOKED


def test_two_presses_on_one_page_are_one(client: FlaskClient, appointment: Appointment) -> None:
    page = visit(client, DAY)
    for _ in range(2):
        assert submit(client, page, action=f"{appointment.public_id}/arrivee").status == 200
    page = visit(client, DAY)
    for _ in range(2):
        submit(client, page, action=f"{appointment.public_id}/revenir")
    db.session.refresh(appointment)
    assert appointment.status is Status.BOOKED


def test_a_press_from_an_old_page_is_refused_in_words(
    client: FlaskClient, appointment: Appointment, clock: FrozenClock
) -> None:
    page = visit(client, DAY)
    clock.set("2026-12-04 00:01")
    answer = submit(client, page, action=f"{appointment.public_id}/arrivee")
    assert answer.status == 409
    assert "Cela se note le jour du rendez-vous." in answer.text
    assert answer.html.select_one("main a[href='/agenda/']")


def test_what_is_to_be_taken_back_must_make_sense(client: FlaskClient, appointment: Appointment) -> None:
    press(client, appointment, "arrivee")
    page = visit(client, DAY)
    for noted in ("", "nonsense"):
        answer = submit(client, page, {"noted": noted}, f"{appointment.public_id}/revenir")
        assert answer.status == 422


def test_everything_about_an_appointment(client: FlaskClient, appointment: Appointment) -> None:
    text = visit(client, f"/agenda/rendez-vous/{appointment.public_id}").text
    for words in ("Marie Schmitt", "jeudi 3 décembre à 9 h", appointment.shown_code, "45 minutes", "sur le site"):
        assert words in text


@pytest.mark.parametrize(("why", "status"), [("excused", Status.EXCUSED), ("revoked", Status.REVOKED)])
def test_cancelling_for_somebody(client: FlaskClient, nadia: Staff, why: str, status: Status) -> None:
    later = make_appointment(make_presence("2026-12-03 14:00", "17:00", conseiller=nadia), "2026-12-03 14:00")
    asked = visit(client, f"/agenda/rendez-vous/{later.public_id}/annuler")
    done = submit(client, asked, {"why": why})
    db.session.refresh(later)
    assert (later.status, later.commitment_id) == (status, None)
    assert done.address == DAY
    assert "Le rendez-vous est annulé." in done.text
    assert "Annulé par" in done.text


def test_cancelling_says_who_calls_and_whom_nobody_tells(client: FlaskClient, nadia: Staff) -> None:
    presence = make_presence("2026-12-03 14:00", "17:00", conseiller=nadia)
    reachable = make_appointment(presence, "2026-12-03 14:00", phone="+33612345678")
    silent = make_appointment(presence, "2026-12-03 15:00")
    pages = [visit(client, f"/agenda/rendez-vous/{each.public_id}/annuler") for each in (reachable, silent)]
    told = ["va sur la liste « À appeler »" in page.text for page in pages]
    alone = ["La personne n’est pas prévenue par ce site." in page.text for page in pages]
    assert (told, alone) == ([True, False], [False, True])
    assert "06 12 34 56 78" in pages[0].text
    assert "Elle n’a laissé aucun téléphone." in pages[1].text


@pytest.mark.parametrize("why", ["", "forged"])
def test_cancelling_asks_why(client: FlaskClient, nadia: Staff, why: str) -> None:
    later = make_appointment(make_presence("2026-12-03 14:00", "17:00", conseiller=nadia), "2026-12-03 14:00")
    page = submit(client, visit(client, f"/agenda/rendez-vous/{later.public_id}/annuler"), {"why": why})
    db.session.refresh(later)
    assert (page.status, later.status) == (422, Status.BOOKED)
    assert "Choisissez une des deux réponses." in page.text


def test_what_has_begun_is_not_cancelled(client: FlaskClient, appointment: Appointment) -> None:
    page = visit(client, f"/agenda/rendez-vous/{appointment.public_id}/annuler")
    assert "il ne peut plus changer" in page.text
    assert not page.html.select("main form")


ROUTES = [
    ("GET", ""),
    ("GET", "/papier"),
    ("GET", "/annuler"),
    ("POST", "/annuler"),
    ("GET", "/revoir"),
    ("POST", "/revoir"),
    ("POST", "/arrivee"),
    ("POST", "/fin"),
    ("POST", "/absence"),
    ("POST", "/revenir"),
]


@pytest.mark.parametrize(("method", "last"), ROUTES)
def test_somebody_elses_appointment_is_no_page(client: FlaskClient, nadia: Staff, method: str, last: str) -> None:
    hugos = make_appointment(make_presence(conseiller=make_staff("Hugo")), "2026-12-03 09:00")
    address = f"/agenda/rendez-vous/{hugos.public_id}{last}"
    token = visit(client, DAY).html.select_one("input[name=csrf_token]")
    assert token
    values = {"csrf_token": token["value"], "why": "revoked", "noted": "arrived", "slot": f"x@{'20261203T0900Z'}"}
    answer = client.open(address, method=method, data=values if method == "POST" else None)
    absent = client.open(address.replace(hugos.public_id, "0" * 32), method=method, data=values)
    db.session.refresh(hugos)
    assert (answer.status_code, absent.status_code) == (404, 404)
    assert hugos.status is Status.BOOKED
    assert "Marie Schmitt" not in answer.text


def test_the_paper_for_the_person(client: FlaskClient, nadia: Staff) -> None:
    person = make_citizen("Marie Schmitt")
    later = make_appointment(make_presence(conseiller=nadia), "2026-12-03 10:00", person=person)
    text = visit(client, f"/agenda/rendez-vous/{later.public_id}/papier").text
    for words in ("jeudi 3 décembre 2026", "à 10 h", later.shown_code, "Nadia", "Entrée par la cour."):
        assert words in text
