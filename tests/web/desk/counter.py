"""A desk that is open: signed in, at a place, with somebody at it."""

from __future__ import annotations

from flask.testing import FlaskClient

from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from tests.factories import give_password, make_desk
from tests.support import Page, sign_in, submit, visit

TODAY = "2026-11-30"


def open_desk(client: FlaskClient, *places: Place, hand: str = "Sonia") -> Staff:
    """At the first of these places."""
    desk = make_desk(*places)
    give_password(desk)
    stand_at(client, desk, places[0], hand)
    return desk


def stand_at(client: FlaskClient, desk: Staff, place: Place, hand: str = "Sonia") -> None:
    sign_in(client, desk.email)
    submit(client, visit(client, "/accueil/poste"), {"place": place.slug, "hand": hand}, "/accueil/poste")


def ask(client: FlaskClient, who: str) -> Page:
    """What the one box answers."""
    return submit(client, visit(client, "/accueil/"), {"who": who}, "/accueil/qui-est-la")
