"""The page of a one-time link: a password is chosen once, within 48 hours, by whoever was handed it (K01)."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.journal import Entry
from cnapp.domain.people import Role, Staff
from cnapp.services import password_links
from cnapp.services.journal import By
from cnapp.services.password_links import TRIES_OF_ADDRESS
from cnapp.web.application import Application
from tests.factories import PASSWORD, give_password, make_staff
from tests.support import FrozenClock, Page, submit, type_password, visit

NEW = "une phrase courte"
GONE = "Ce lien ne marche plus"


@pytest.fixture
def nadia(app: Application) -> Staff:
    return make_staff("Nadia", email="nadia@exemple.fr")


@pytest.fixture
def address(nadia: Staff, clock: FrozenClock) -> str:
    return link_for(nadia, clock)


def link_for(staff: Staff, clock: FrozenClock) -> str:
    claire = make_staff("Claire", role=Role.COORDINATOR)
    with transaction(staff.id):
        token = password_links.make(staff, claire, by=By.staff(claire), now=clock())
    return f"/connexion/nouveau-mot-de-passe/{token}"


def choose(client: FlaskClient, address: str, new: str = NEW) -> Page:
    return submit(client, visit(client, address), {"new": new})


def test_whoever_holds_it_chooses_a_password_and_signs_in(client: FlaskClient, address: str) -> None:
    page = choose(client, address)
    assert page.address == "/connexion"
    assert "Votre mot de passe est choisi." in page.text
    assert type_password(client, "nadia@exemple.fr", NEW).address == "/agenda/2026-11-30"
    assert db.session.scalars(select(Entry.what).order_by(Entry.id)).all() == ["link_made", "password_chosen"]


def test_every_browser_is_signed_out_this_one_too(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff, address: str
) -> None:
    give_password(nadia)
    type_password(client, "nadia@exemple.fr")
    type_password(other_client, "nadia@exemple.fr")
    choose(client, address)
    assert visit(client, "/compte").address == "/connexion"
    assert visit(other_client, "/compte").address == "/connexion"
    assert type_password(client, "nadia@exemple.fr", PASSWORD).status == 422


@pytest.mark.parametrize(
    ("new", "sentence"),
    [("", "Écrivez un mot de passe."), ("onze lettre", "12 caractères ou plus"), ("x" * 5000, "C’est trop long.")],
)
def test_a_refused_password_says_why_and_the_link_still_serves(
    client: FlaskClient, address: str, new: str, sentence: str
) -> None:
    page = choose(client, address, new)
    assert page.status == 422
    assert sentence in page.text
    assert choose(client, address).address == "/connexion"


def test_it_serves_once(client: FlaskClient, other_client: FlaskClient, address: str) -> None:
    late = visit(other_client, address)
    choose(client, address)
    page = submit(other_client, late, {"new": "une autre phrase"})
    assert (page.status, visit(client, address).status) == (410, 410)
    assert GONE in page.text
    assert type_password(client, "nadia@exemple.fr", NEW).status == 200


def test_it_ends_after_48_hours(client: FlaskClient, address: str, clock: FrozenClock) -> None:
    clock.advance(hours=47, minutes=59)
    assert visit(client, address).status == 200
    clock.advance(minutes=1)
    assert visit(client, address).status == 410


def test_used_old_and_unknown_links_read_the_same(client: FlaskClient, address: str, clock: FrozenClock) -> None:
    unknown = visit(client, "/connexion/nouveau-mot-de-passe/personne")
    clock.advance(hours=48)
    old = visit(client, address)
    assert (unknown.status, old.status) == (404, 410)
    assert unknown.text == old.text


def test_whoever_has_left_chooses_no_password(
    client: FlaskClient, nadia: Staff, address: str, clock: FrozenClock
) -> None:
    with transaction():
        nadia.disabled_at = clock()
    assert visit(client, address).status == 410


def test_guessing_is_slowed_down(client: FlaskClient, address: str, clock: FrozenClock) -> None:
    for number in range(TRIES_OF_ADDRESS):
        assert client.get(f"/connexion/nouveau-mot-de-passe/{number}").status_code == 404
    assert client.get("/connexion/nouveau-mot-de-passe/encore").status_code == 429
    assert client.get(address).status_code == 429
    clock.advance(minutes=16)
    assert client.get(address).status_code == 200


def test_whoever_forgot_the_old_one_does_not_wait(client: FlaskClient, nadia: Staff, address: str) -> None:
    give_password(nadia)
    for _ in range(6):
        type_password(client, "nadia@exemple.fr", "pas le bon")
    assert type_password(client, "nadia@exemple.fr").status == 429
    choose(client, address)
    assert type_password(client, "nadia@exemple.fr", NEW).status == 200


def test_the_page_is_kept_nowhere(client: FlaskClient, address: str) -> None:
    headers = visit(client, address).response.headers
    assert headers["Cache-Control"] == "no-store, private"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Referrer-Policy"] == "same-origin"


def test_the_password_is_never_sent_back_and_may_be_pasted(client: FlaskClient, address: str) -> None:
    page = choose(client, address, "trop court")
    assert "trop court" not in page.response.text
    field = page.html.select_one("input[name=new]")
    assert field and (field["type"], field["autocomplete"]) == ("password", "new-password")
