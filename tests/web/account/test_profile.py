"""One's own account: what it shows, closing other sessions, another password."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.domain.people import Staff, StaffPlace
from cnapp.web.application import Application
from tests.factories import PASSWORD, give_password, keep, make_place, make_presence, make_staff
from tests.support import Page, submit, type_password, visit

NEW = "une phrase courte"


@pytest.fixture
def nadia(app: Application) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr", languages=("ar", "fsl"))
    give_password(staff)
    return staff


def change(client: FlaskClient, present: str, new: str) -> Page:
    return submit(client, visit(client, "/compte"), {"present": present, "new": new}, "/compte/mot-de-passe")


def test_it_says_who_one_is(client: FlaskClient, nadia: Staff) -> None:
    make_presence(conseiller=nadia, place=make_place("Borny"))
    keep(StaffPlace(staff_id=nadia.id, place_id=make_place("Verlaine").id))
    page = visit_signed_in(client)
    for words in ("Nadia Benali", "Conseiller numérique", "Borny, Verlaine", "arabe", "langue des signes française"):
        assert words in page.text


def visit_signed_in(client: FlaskClient) -> Page:
    type_password(client, "nadia@exemple.fr")
    return visit(client, "/compte")


def test_signing_out_everywhere(client: FlaskClient, other_client: FlaskClient, nadia: Staff) -> None:
    type_password(other_client, "nadia@exemple.fr")
    page = visit_signed_in(client)
    assert "ouvert sur 2 appareils" in page.text
    assert submit(client, page, action="/compte/deconnexion-partout").address == "/connexion"
    assert visit(other_client, "/compte").address == "/connexion"


def test_a_new_password_keeps_this_browser_and_signs_the_others_out(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff
) -> None:
    type_password(other_client, "nadia@exemple.fr")
    type_password(client, "nadia@exemple.fr")
    before = client.get_cookie("cnapp")
    page = change(client, PASSWORD, NEW)
    assert (page.address, page.status) == ("/compte", 200)
    assert "Le mot de passe est changé." in page.text
    after = client.get_cookie("cnapp")
    assert before and after and before.value != after.value
    assert visit(other_client, "/compte").address == "/connexion"
    assert type_password(other_client, "nadia@exemple.fr", NEW).status == 200


@pytest.mark.parametrize(
    ("present", "new", "sentence"),
    [
        ("pas le bon", NEW, "Ce n’est pas votre mot de passe actuel."),
        (PASSWORD, "court", "12 caractères ou plus"),
        (PASSWORD, PASSWORD, "le même que l’ancien"),
        ("", "", "Écrivez votre mot de passe actuel."),
        (PASSWORD, "x" * 5000, "C’est trop long."),
    ],
)
def test_a_refused_change_says_why(client: FlaskClient, nadia: Staff, present: str, new: str, sentence: str) -> None:
    type_password(client, "nadia@exemple.fr")
    page = change(client, present, new)
    assert page.status == 422
    assert sentence in page.text


def test_an_open_session_does_not_let_one_guess_the_password(client: FlaskClient, nadia: Staff) -> None:
    type_password(client, "nadia@exemple.fr")
    for _ in range(5):
        change(client, "pas le bon", NEW)
    page = change(client, PASSWORD, NEW)
    assert page.status == 429
    assert "Attendez 30 secondes" in page.text


def test_personal_pages_are_kept_by_no_cache(client: FlaskClient, nadia: Staff) -> None:
    assert visit_signed_in(client).response.headers["Cache-Control"] == "no-store, private"
