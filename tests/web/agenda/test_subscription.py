"""« Mon calendrier »: an address made, shown once, replaced, stopped."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.accounts import FeedToken, Names
from cnapp.domain.people import Role, Staff
from tests.factories import give_password, make_staff
from tests.support import FrozenClock, Page, sign_in, submit, values_of, visit

PATH = "/agenda/abonnement"


@pytest.fixture
def lea(app: object, client: FlaskClient) -> Staff:
    staff = make_staff("Léa", email="lea@exemple.fr")
    give_password(staff)
    sign_in(client, "lea@exemple.fr")
    return staff


def create(client: FlaskClient, **values: str) -> Page:
    return submit(client, visit(client, PATH), values, action=PATH)


def address_in(page: Page) -> str:
    field = page.html.find(id="address")
    return field.get_text().strip() if field else ""


def path_in(page: Page) -> str:
    return address_in(page).removeprefix("http://127.0.0.1:5000")


def test_an_address_is_shown_once_and_answers(client: FlaskClient, lea: Staff) -> None:
    page = create(client)
    assert page.status == 200
    assert re.fullmatch(r"http://127\.0\.0\.1:5000/calendrier/[\w-]{27,}/agenda-metz-lea\.ics", address_in(page))
    assert client.get(path_in(page)).status_code == 200
    assert page.response.headers["Cache-Control"] == "no-store, private"
    assert address_in(page) not in visit(client, PATH).response.text


def test_a_button_opens_it_in_the_telephone_s_own_calendar(client: FlaskClient, lea: Staff) -> None:
    page = create(client)
    links = [str(link["href"]) for link in page.html.select("main a[href^=webcal]")]
    assert links == [address_in(page).replace("http://", "webcal://")]


def test_names_are_as_chosen_and_none_by_default(client: FlaskClient, lea: Staff) -> None:
    create(client)
    assert db.session.query(FeedToken).one().names is Names.NONE
    page = create(client, names="full")
    assert "Le nom complet" in page.text
    assert [feed.names for feed in db.session.query(FeedToken).filter_by(revoked_at=None)] == [Names.FULL]


def test_changing_the_address_stops_the_old_one(client: FlaskClient, lea: Staff) -> None:
    old = path_in(create(client))
    new = path_in(create(client))
    assert client.get(old).status_code == 410
    assert client.get(new).status_code == 200


def test_reloading_the_answer_shows_the_same_address(client: FlaskClient, lea: Staff) -> None:
    values = values_of(visit(client, PATH).form(PATH))
    first, again = (Page(client.post(PATH, data=values), PATH) for _ in range(2))
    assert address_in(first) == address_in(again) != ""
    assert db.session.query(FeedToken).count() == 1


def test_a_quarter_of_an_hour_later_it_is_not_shown_again(client: FlaskClient, clock: FrozenClock, lea: Staff) -> None:
    values = values_of(visit(client, PATH).form(PATH))
    path = path_in(Page(client.post(PATH, data=values), PATH))
    clock.advance(minutes=15)
    again = Page(client.post(PATH, data=values), PATH)
    assert again.status == 409
    assert "déjà été montrée" in again.text
    assert client.get(path).status_code == 200


def test_it_can_be_stopped(client: FlaskClient, lea: Staff) -> None:
    path = path_in(create(client))
    page = submit(client, visit(client, PATH), action="/arret")
    assert client.get(path).status_code == 410
    assert "ne répond plus" in page.text
    assert "Créer mon adresse" in page.text


def test_the_last_reading_is_told(client: FlaskClient, clock: FrozenClock, lea: Staff) -> None:
    path = path_in(create(client))
    assert "Pas encore" in visit(client, PATH).text
    clock.set("2026-11-30 10:20")
    client.get(path)
    assert "lundi 30 novembre à 10 h" in visit(client, PATH).text


def test_every_client_has_its_instructions(client: FlaskClient, lea: Staff) -> None:
    text = visit(client, PATH).text
    for name in (
        "Google Agenda",
        "Outlook sur le Web",
        "Outlook sur ordinateur",
        "iPhone",
        "Mac",
        "Thunderbird",
        "ICSx5",
        "Nextcloud",
    ):
        assert name in text


@pytest.mark.parametrize("forged", [{"names": "tout"}, {"names": ""}, {"key": ""}])
def test_a_forged_form_changes_nothing(client: FlaskClient, lea: Staff, forged: dict[str, str]) -> None:
    assert create(client, **forged).status == 422
    assert db.session.query(FeedToken).count() == 0


def test_without_the_form_s_token_nothing_changes(client: FlaskClient, lea: Staff) -> None:
    assert client.post(PATH, data={"names": "none", "key": "x"}).status_code == 400
    assert db.session.query(FeedToken).count() == 0


def test_two_people_never_share_an_address(client: FlaskClient, other_client: FlaskClient, lea: Staff) -> None:
    give_password(make_staff("Hugo", email="hugo@exemple.fr"))
    sign_in(other_client, "hugo@exemple.fr")
    first, second = create(client, key="same"), create(other_client, key="same")
    assert path_in(first).split("/")[2] != path_in(second).split("/")[2]


def test_only_those_who_receive_have_one(client: FlaskClient, other_client: FlaskClient, app: object) -> None:
    assert "/connexion" in visit(client, PATH).address
    give_password(make_staff("Paul", email="paul@exemple.fr", role=Role.DESK, receives=False))
    sign_in(other_client, "paul@exemple.fr")
    assert visit(other_client, PATH).status == 403
