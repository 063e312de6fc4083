"""A desk that is open: signed in, at a place, with somebody at it."""

from __future__ import annotations

from bs4 import Tag
from flask.testing import FlaskClient

from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from tests.factories import make_desk
from tests.support import Page, sign_in, submit, values_of, visit

TODAY = "2026-11-30"


def open_desk(client: FlaskClient, *places: Place, hand: str = "Sonia") -> Staff:
    """At the first of these places."""
    desk = make_desk(*places)
    stand_at(client, desk, places[0], hand)
    return desk


def stand_at(client: FlaskClient, desk: Staff, place: Place, hand: str = "Sonia") -> None:
    sign_in(client, desk.email, at_place_id=place.id, hand=hand or None)


def buttons(page: Page, action: str) -> list[Tag]:
    """Those that go to an address that ends so, whatever its query."""
    found = page.html.select("main button[formaction]")
    return [each for each in found if str(each["formaction"]).partition("?")[0].endswith(action)]


def press(client: FlaskClient, page: Page, action: str, **values: str) -> Page:
    """The first of these buttons, as a browser sends it, however often."""
    button = buttons(page, action)[0]
    sent = {**values_of(page.form("/accueil/")), "number": button["value"], **values}
    answer = client.post(str(button["formaction"]), data=sent, follow_redirects=True)
    return Page(answer, answer.request.path)


def token_of(page: Page) -> str:
    field = page.html.select_one("main input[name=csrf_token]")
    assert field
    return str(field["value"])


def ask(client: FlaskClient, who: str) -> Page:
    """What the one box answers."""
    return submit(client, visit(client, "/accueil/"), {"who": who}, "/accueil/qui-est-la")
