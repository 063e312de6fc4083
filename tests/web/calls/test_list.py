"""« À appeler » over HTTP: whose list, what can be noted, of two who press, and a fixed number of queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.calls import Call, Ending
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import Due, Outcome
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.services import appointments
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    make_appointment,
    make_citizen,
    make_desk,
    make_due,
    make_place,
    make_presence,
    make_staff,
    metz,
)
from tests.services.test_calls import work
from tests.support import MORNING, FrozenClock, Page, count_queries, sign_in, submit, values_of, visit
from tests.web.desk.counter import open_desk

NOW = metz(MORNING)
LIST = "/accueil/appels"
LANDLINE = "+33387123456"


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny")


@pytest.fixture
def desk(client: FlaskClient, borny: Place, clock: FrozenClock) -> Staff:
    clock.advance(minutes=1)
    return open_desk(client, borny)


def revoked(place: Place, desk: Staff, at: str = "2026-12-10 09:00", **person: object) -> Appointment:
    made = coming(place, at, **person)
    with transaction(made.conseiller_id):
        appointments.revoke(db.session.get_one(Appointment, made.id), by=By.staff(desk), now=NOW)
    work()
    return made


def coming(place: Place, at: str = "2026-12-10 09:00", **person: object) -> Appointment:
    contacts = person or {"phone": LANDLINE}
    return make_appointment(make_presence(at, "17:00", place=place), at, person=make_citizen(**contacts))  # type: ignore[arg-type]


def moved(place: Place) -> Appointment:
    made = coming(place)
    make_due(made, NOW)
    work()
    return made


def answer(client: FlaskClient, page: Page, value: str, **values: str) -> Page:
    """The first row's button, as a browser sends it."""
    button = page.html.select_one(f'main form button[value="{value}"]')
    assert button, page.text
    form = button.find_parent("form")
    assert form
    sent = {**values_of(form), "answer": value, **values}
    response = client.post(str(form["action"]), data=sent, follow_redirects=True)
    return Page(response, response.request.path)


def the_call() -> Call:
    db.session.rollback()
    return db.session.scalars(select(Call)).one()


def test_a_row_says_whom_why_and_what_number(client: FlaskClient, borny: Place, desk: Staff) -> None:
    revoked(borny, desk)
    page = visit(client, LIST)
    assert "Marie Schmitt Son rendez-vous du jeudi 10 décembre à 9 h est annulé par le service." in page.text
    assert page.html.select_one(f'main a[href="tel:{LANDLINE}"]') and "Ne pas laisser de message." in page.text
    assert not page.html.select_one('main button[value="message_left"]')
    assert "Schmitt" not in page.title
    menu = page.html.select_one(".menu-count")
    assert menu and menu.get_text() == "1"


def test_an_empty_list_says_how_it_fills(client: FlaskClient, desk: Staff) -> None:
    page = visit(client, LIST)
    assert "Personne à appeler maintenant." in page.text and "se remplit toute seule" in page.text
    assert not page.html.select_one(".menu-count")


def test_joined_and_taken_back(client: FlaskClient, borny: Place, desk: Staff) -> None:
    revoked(borny, desk)
    page = answer(client, visit(client, LIST), "reached")
    assert page.address == LIST and "C’est noté : jointe." in page.text and "Fait aujourd’hui" in page.text
    form = page.form("/revenir")
    again = client.post(str(form["action"]), data=values_of(form), follow_redirects=True)
    assert "de nouveau à faire" in again.text and the_call().settled_at is None


def test_call_again_keeps_what_was_typed_wrong(client: FlaskClient, borny: Place, desk: Staff) -> None:
    revoked(borny, desk)
    page = answer(client, visit(client, LIST), "call_again", at="07:15")
    assert page.status == 422 and "entre 8 h et 20 h" in page.text
    field = page.html.select_one("input[name=at]")
    assert field and field["value"] == "07:15"
    page = answer(client, page, "call_again", at="15:00")
    assert page.status == 200 and "à rappeler, lundi 30 novembre à 15 h" in page.text


@pytest.mark.parametrize("at", ["", "25:00", "x", "15:00:00.5+99"])
def test_no_hour_is_no_hour(client: FlaskClient, borny: Place, desk: Staff, at: str) -> None:
    revoked(borny, desk)
    assert answer(client, visit(client, LIST), "call_again", at=at).status == 422


@pytest.mark.parametrize("sent", [{"answer": "overtaken"}, {"answer": "not_coming"}, {"number": "x"}, {"number": ""}])
def test_what_no_button_sends_is_not_understood(
    client: FlaskClient, borny: Place, desk: Staff, sent: dict[str, str]
) -> None:
    revoked(borny, desk)
    assert answer(client, visit(client, LIST), "reached", **sent).status == 422
    assert the_call().attempts == []


def test_the_second_of_two_is_told_and_changes_nothing(
    client: FlaskClient, other_client: FlaskClient, borny: Place, desk: Staff
) -> None:
    revoked(borny, desk)
    other = open_desk(other_client, borny, hand="Karim")
    stale = visit(other_client, LIST)
    answer(client, visit(client, LIST), "no_answer")
    page = answer(other_client, stale, "reached")
    assert page.status == 409 and "Quelqu’un d’autre vient de noter cet appel." in page.text
    assert f"{desk.name} (Sonia) : pas de réponse" in page.text and other
    assert the_call().settled_at is None


def test_pressed_twice_it_is_noted_once(client: FlaskClient, borny: Place, desk: Staff) -> None:
    revoked(borny, desk)
    page = visit(client, LIST)
    assert [answer(client, page, "reached").status for _ in range(2)] == [200, 200]
    assert len(the_call().attempts) == 1


def test_who_does_not_come_is_asked_twice(client: FlaskClient, borny: Place, desk: Staff) -> None:
    made = moved(borny)
    page = visit(client, LIST)
    link = page.html.select_one('main a[href$="/ne-vient-pas"]')
    assert link
    asked = visit(client, str(link["href"]))
    assert "L’heure est libre tout de suite." in asked.text and made.status is Status.BOOKED
    done = client.post(asked.address, data=values_of(asked.form()), follow_redirects=True)
    assert "Le rendez-vous est annulé." in done.text
    db.session.refresh(made)
    assert (made.status, the_call().outcome) == (Status.EXCUSED, Ending.NOT_COMING)


def test_a_person_who_says_no_more_calls_is_on_no_list(client: FlaskClient, borny: Place, desk: Staff) -> None:
    revoked(borny, desk)
    page = visit(client, LIST)
    link = page.html.select_one('main a[href$="/ne-plus-appeler"]')
    assert link
    asked = visit(client, str(link["href"]))
    client.post(asked.address, data=values_of(asked.form()))
    assert db.session.scalars(select(Citizen)).one().no_calls
    page = visit(client, LIST)
    assert not page.html.select_one("main a[href^=tel]") and "Ces personnes ne sont pas prévenues" in page.text


def test_another_desk_finds_nothing_of_it(
    client: FlaskClient, other_client: FlaskClient, borny: Place, desk: Staff
) -> None:
    revoked(borny, desk)
    open_desk(other_client, make_place("Sablon"))
    assert "Schmitt" not in visit(other_client, LIST).text
    address = f"{LIST}/{the_call().public_id}"
    assert other_client.get(f"{address}/fin/ne-plus-appeler").status_code == 404


def test_the_phone_line_and_the_coordination_have_theirs(
    app: Application, other_client: FlaskClient, desk: Staff
) -> None:
    lonely = make_place("Sans accueil")
    revoked(lonely, desk)
    line, boss = make_desk(phone_line=True), make_staff(role=Role.COORDINATOR)
    for staff, browser, address in ((line, app.test_client(), LIST), (boss, other_client, "/coordination/appels")):
        give_password(staff)
        sign_in(browser, staff.email)
        assert "Marie Schmitt" in visit(browser, address).text
    page = answer(other_client, visit(other_client, "/coordination/appels"), "reached")
    assert page.address == "/coordination/appels" and "C’est noté" in page.text


def test_a_list_asks_as_often_whatever_its_length(client: FlaskClient, borny: Place, desk: Staff) -> None:
    revoked(borny, desk)
    with count_queries() as few:
        client.get(LIST)
    for day in range(11, 19):
        revoked(borny, desk, f"2026-12-{day} 09:00", phone=f"+3338712340{day - 10}")
    with count_queries() as many:
        page = visit(client, LIST)
    assert len(page.html.select(".call-line")) == 9
    assert len(many) == len(few) <= 14


def test_a_letter_is_printed_and_posted(client: FlaskClient, borny: Place, desk: Staff) -> None:
    revoked(borny, desk, address="12 rue des Roses\n57070 Metz", name="Odette <b>Petit</b>")
    page = visit(client, LIST)
    assert "Une lettre à poster" in page.text
    letters = visit(client, "/accueil/lettres-a-poster")
    link = letters.html.select_one('main a[href*="/lettres-a-poster/"]')
    assert link
    sheet = visit(client, str(link["href"]))
    assert "12 rue des Roses 57070 Metz" in sheet.text and "Nous devons annuler votre rendez-vous" in sheet.text
    assert "Odette <b>Petit</b>" in sheet.text and not sheet.html.select(".sheet a")
    for sentence in ("la lettre est postée.", "Cette lettre n’est plus à poster."):
        form = sheet.form("/postee")
        answered = client.post(str(form["action"]), data=values_of(form), follow_redirects=True)
        assert sentence in answered.text and "Aucune lettre à poster." in answered.text
    assert client.get(str(link["href"])).status_code == 404


@pytest.mark.parametrize(("known", "outcome"), [({}, Outcome.ENTRUSTED), ({"known": "y"}, Outcome.UNNEEDED)])
def test_the_desk_says_who_knows_already(
    client: FlaskClient, borny: Place, desk: Staff, known: dict[str, str], outcome: Outcome
) -> None:
    made = coming(borny)
    asked = visit(client, f"/accueil/rendez-vous/{made.public_id}/annuler")
    assert "va sur la liste « À appeler » de l’accueil" in asked.text
    submit(client, asked, {"why": "place-closed", **known})
    work(now=NOW + timedelta(minutes=3))
    assert db.session.scalars(select(Due.outcome).order_by(Due.id.desc())).first() is outcome


def test_a_landline_story(client: FlaskClient, borny: Place, desk: Staff, clock: FrozenClock) -> None:
    """The service cancels; an answering machine; to be called at three; reached."""
    revoked(borny, desk)
    page = answer(client, visit(client, LIST), "no_message")
    assert "Plus tard" in page.text
    page = answer(client, page, "call_again", at="15:00")
    assert page.html.select_one(".menu-count") is None
    clock.set("2026-11-30 15:00")
    sign_in_again = visit(client, LIST)
    assert sign_in_again.address == "/connexion"
    sign_in(client, desk.email)
    page = visit(client, LIST)
    assert "répondeur, sans message" in page.text
    page = answer(client, page, "reached")
    assert "jointe à 15 h" in page.text and the_call().outcome is Ending.REACHED
    assert [each.number for each in the_call().attempts] == [1, 2, 3]
    assert the_call().settled_at == NOW + timedelta(hours=7)
