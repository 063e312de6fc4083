"""Blank cards to fill in by hand: a code reserved for each, no other code by opening the page again."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cnapp.base.database import db
from cnapp.domain.codes import ReservedCode
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.web.application import Application
from tests.factories import give_password, make_desk, make_place
from tests.support import FrozenClock, Page, sign_in, submit, visit

CARDS = "/accueil/cartes"


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", slug="borny")


@pytest.fixture
def desk(client: FlaskClient, borny: Place) -> Staff:
    return signed_in(client, make_desk(borny))


def signed_in(client: FlaskClient, staff: Staff) -> Staff:
    give_password(staff)
    sign_in(client, staff.email)
    return staff


def make(client: FlaskClient, **typed: str) -> Page:
    return submit(client, visit(client, CARDS), typed)


def reserved() -> int:
    return db.session.scalar(select(func.count()).select_from(ReservedCode)) or 0


def codes(page: Page) -> list[str]:
    return [each.get_text() for each in page.html.select(".blank-code b")]


def test_cards_are_printed_with_a_code_each(client: FlaskClient, desk: Staff) -> None:
    page = make(client, count="12")
    assert (len(set(codes(page))), reserved()) == (12, 12)
    assert "Borny" in page.text


def test_opening_the_page_again_reserves_nothing(client: FlaskClient, desk: Staff) -> None:
    page = make(client, count="3")
    assert codes(visit(client, page.address)) == codes(page)
    assert reserved() == 3


def test_pressed_twice_they_are_made_once(client: FlaskClient, desk: Staff, clock: FrozenClock) -> None:
    page = visit(client, CARDS)
    first = submit(client, page, {"count": "4"})
    clock.advance(seconds=2)
    assert submit(client, page, {"count": "4"}).address == first.address
    clock.advance(minutes=1)
    submit(client, page, {"count": "4"})
    assert reserved() == 8


def test_what_was_made_is_found_again_until_it_is_used(client: FlaskClient, desk: Staff) -> None:
    page = make(client, count="3")
    assert "Faites le lundi 30 novembre à 8 h : 3 cartes" in visit(client, CARDS).text
    db.session.execute(ReservedCode.__table__.delete())
    db.session.commit()
    assert visit(client, page.address).status == 404


@pytest.mark.parametrize("count", ["0", "13", "-1", "beaucoup", ""])
def test_a_number_out_of_bounds_makes_none(client: FlaskClient, desk: Staff, count: str) -> None:
    page = make(client, count=count)
    assert (page.status, reserved()) == (422, 0)
    assert "Choisissez un nombre de 1 à 12." in page.text


def test_a_place_that_is_not_ours_stands_on_no_card(client: FlaskClient, desk: Staff) -> None:
    make_place("Sablon", slug="sablon")
    assert make(client, place="sablon").status == 422
    assert reserved() == 0


def test_the_telephone_line_chooses_the_place(client: FlaskClient, borny: Place) -> None:
    signed_in(client, make_desk(phone_line=True))
    assert "Borny" in make(client, count="1", place="borny").text


def test_the_cards_of_another_account_are_no_page(
    client: FlaskClient, other_client: FlaskClient, desk: Staff, borny: Place
) -> None:
    page = make(client, count="2")
    signed_in(other_client, make_desk(borny))
    assert visit(other_client, page.address).status == 404
    assert visit(client, f"{CARDS}/hier").status == 404
