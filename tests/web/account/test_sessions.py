"""Signing in and out over HTTP: where one lands, what a cookie is worth, what a stranger can learn."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from cnapp.base.database import db, transaction
from cnapp.domain.accounts import Attempt
from cnapp.domain.people import Role, Staff
from cnapp.web.account.destinations import is_ours
from cnapp.web.application import Application
from tests.factories import PASSWORD, give_password, make_staff
from tests.support import FrozenClock, submit, type_password, visit


@pytest.fixture
def nadia(app: Application) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    return staff


@pytest.mark.parametrize(
    ("columns", "lands"),
    [
        ({"role": Role.CONSEILLER}, "/agenda/2026-11-30"),
        ({"role": Role.COORDINATOR}, "/agenda/2026-11-30"),
        ({"role": Role.COORDINATOR, "receives": False}, "/coordination/semaine/2026-W49"),
        ({"role": Role.DESK, "receives": False}, "/accueil/"),
    ],
)
def test_each_role_lands_on_its_first_page(client: FlaskClient, columns: dict[str, object], lands: str) -> None:
    give_password(make_staff(email="qui@exemple.fr", **columns))
    page = type_password(client, "qui@exemple.fr")
    assert (page.status, page.address) == (200, lands)


def test_a_desk_meets_no_closed_door(client: FlaskClient) -> None:
    give_password(make_staff(email="qui@exemple.fr", role=Role.DESK, receives=False))
    page = type_password(client, "qui@exemple.fr")
    assert not page.html.select("nav a[href^='/agenda']")
    assert client.get("/agenda/").status_code == 403


def test_someone_signed_in_is_taken_to_the_page_they_wanted(client: FlaskClient, nadia: Staff) -> None:
    asked = visit(client, "/agenda/semaine/2026-W49")
    assert asked.address == "/connexion"
    landed = submit(client, asked, {"email": "nadia@exemple.fr", "password": PASSWORD})
    assert landed.address == "/agenda/semaine/2026-W49"


@pytest.mark.parametrize("address", ["/accueil", "/accueil/sans-rendez-vous", "/coordination/semaine/2026-W49"])
def test_pages_of_the_desk_and_of_the_coordination_are_ours(address: str) -> None:
    assert is_ours(address) and not is_ours(address.replace("/", "/x", 1))


EVIL = [
    "//evil.example",
    "https:evil.example",
    "https://evil.example/agenda/",
    "/\\evil.example",
    "javascript:alert(1)",
    "/agenda/%0d%0aSet-Cookie:x=1",
    "/agenda/\r\nSet-Cookie: x=1",
    "/agenda//evil.example",
    "/agenda/../r/x",
    "\t//evil.example",
    "/agenda@evil.example",
    "/r/jeton",
    "/agenda\n",
]


@pytest.mark.parametrize("address", EVIL)
def test_no_link_leads_away_after_sign_in(client: FlaskClient, nadia: Staff, address: str) -> None:
    page = visit(client, "/connexion")
    landed = submit(client, page, {"email": "nadia@exemple.fr", "password": PASSWORD, "next": address})
    assert landed.address == "/agenda/2026-11-30"


@given(st.text() | st.sampled_from(EVIL) | st.from_regex(r"/agenda[/\\@:.?#%a-z]*", fullmatch=True))
def test_only_plain_paths_of_ours_are_followed(address: str) -> None:
    if is_ours(address):
        assert address.startswith(("/agenda", "/compte"))
        assert "//" not in address and address.isascii()
        assert not set(address) & set("\\:@%?#. \r\n\t")


def test_wrong_passwords_and_unknown_people_read_the_same(client: FlaskClient, nadia: Staff) -> None:
    answers = [type_password(client, email, "pas le bon") for email in ("nadia@exemple.fr", "personne@exemple.fr")]
    assert [answer.status for answer in answers] == [422, 422]
    assert answers[0].text == answers[1].text
    assert "ne convient pas" in answers[0].text
    assert answers[0].title.startswith("Erreur")


def test_a_wrong_password_is_counted_although_it_is_refused(client: FlaskClient, nadia: Staff) -> None:
    type_password(client, "nadia@exemple.fr", "pas le bon")
    assert db.session.query(Attempt).count() == 3


def test_after_five_tries_the_wait_is_said_in_words(client: FlaskClient, nadia: Staff, clock: FrozenClock) -> None:
    for _ in range(5):
        type_password(client, "nadia@exemple.fr", "pas le bon")
    page = type_password(client, "nadia@exemple.fr")
    assert (page.status, page.response.headers["Retry-After"]) == (429, "30")
    assert "Attendez 30 secondes" in page.text
    assert page.html.select_one("input[name=email]")["value"] == "nadia@exemple.fr"  # type: ignore[index]
    clock.advance(seconds=31)
    assert type_password(client, "nadia@exemple.fr").address == "/agenda/2026-11-30"


def test_nothing_typed_asks_for_both(client: FlaskClient, nadia: Staff) -> None:
    page = type_password(client, "", "")
    assert page.status == 422
    assert "Écrivez votre adresse e-mail." in page.text
    assert "Écrivez votre mot de passe." in page.text


def test_a_password_is_never_sent_back(client: FlaskClient, nadia: Staff) -> None:
    assert "pas le bon" not in type_password(client, "nadia@exemple.fr", "pas le bon").response.text


def test_a_session_from_before_is_worth_nothing_after_sign_in(client: FlaskClient, nadia: Staff) -> None:
    with client.session_transaction() as session:
        session["planted"] = "by somebody"
    visit(client, "/connexion")
    with client.session_transaction() as session:
        before = session["csrf_token"]
    type_password(client, "nadia@exemple.fr")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert session.get("csrf_token") != before


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff
) -> None:
    type_password(client, "nadia@exemple.fr")
    steal(client, other_client)
    assert other_client.get("/compte").status_code == 200
    submit(client, visit(client, "/compte"), action="/deconnexion")
    assert other_client.get("/compte").status_code == 303


def steal(client: FlaskClient, thief: FlaskClient) -> None:
    cookie = client.get_cookie("cnapp")
    assert cookie
    thief.set_cookie("cnapp", cookie.value)


def test_a_disabled_account_is_out_at_once(client: FlaskClient, nadia: Staff, clock: FrozenClock) -> None:
    type_password(client, "nadia@exemple.fr")
    with transaction():
        nadia.disabled_at = clock()
    assert visit(client, "/agenda/").address == "/connexion"


def test_a_session_ends_after_twenty_hours(client: FlaskClient, nadia: Staff, clock: FrozenClock) -> None:
    type_password(client, "nadia@exemple.fr")
    clock.advance(hours=20)
    assert visit(client, "/compte").address == "/connexion"


def test_only_who_asks_for_it_leaves_a_lasting_cookie(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff
) -> None:
    type_password(client, "nadia@exemple.fr")
    values = {"email": "nadia@exemple.fr", "password": PASSWORD, "remembered": "y"}
    submit(other_client, visit(other_client, "/connexion"), values)
    here, lasting = client.get_cookie("cnapp"), other_client.get_cookie("cnapp")
    assert here and here.expires is None
    assert lasting and lasting.expires is not None
    assert lasting.http_only and lasting.same_site == "Lax"


def test_who_is_signed_in_already_is_not_asked_again(client: FlaskClient, nadia: Staff) -> None:
    type_password(client, "nadia@exemple.fr")
    assert visit(client, "/connexion").address == "/agenda/2026-11-30"


@pytest.mark.parametrize("value", ["", "x", ".eJwlzjEOwzAMA8C_eO5ACQmt", "e30.x.y"])
def test_a_forged_cookie_is_nobody(client: FlaskClient, app: Application, value: str) -> None:
    client.set_cookie("cnapp", value)
    assert client.get("/compte").status_code == 303
