"""« Où êtes-vous ? Qui est à l’accueil ? », and the telephone that answers for every place."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.accounts import SignIn
from cnapp.domain.people import Staff
from cnapp.web.application import Application
from tests.factories import give_password, make_appointment, make_desk, make_place, make_presence
from tests.support import Page, submit, type_password, visit
from tests.web.desk.counter import TODAY, open_desk, press


def enter(client: FlaskClient, desk: Staff) -> Page:
    give_password(desk)
    return type_password(client, desk.email)


def hand() -> str | None:
    return db.session.scalars(select(SignIn.hand)).one()


def test_a_desk_is_asked_once_where_and_who_it_is(app: Application, client: FlaskClient) -> None:
    page = enter(client, make_desk(make_place("Borny"), make_place("Agora")))
    assert page.address == "/accueil/poste"
    assert "La session se ferme après environ 2 heures sans utilisation. Chaque page ouverte la prolonge" in page.text
    choice = page.html.select("input[name=place]")
    day = submit(client, page, {"place": choice[1]["value"], "hand": "  Sonia\u200b "}, "/accueil/poste")
    assert (day.address, hand()) == ("/accueil/", "Sonia")
    assert "Borny , lundi 30 novembre" in day.text
    assert visit(client, "/accueil/").address == "/accueil/"


def test_the_only_place_is_said_and_the_first_name_may_stay_empty(app: Application, client: FlaskClient) -> None:
    page = enter(client, make_desk(make_place("Borny")))
    assert "Lieu : Borny" in page.text and not page.html.select("input[type=radio]")
    day = submit(client, page, {}, "/accueil/poste")
    assert day.address == "/accueil/" and hand() is None
    assert "À l’accueil : prénom non donné." in day.text


def test_place_and_first_name_change_from_the_day(app: Application, client: FlaskClient) -> None:
    borny, agora = make_place("Borny"), make_place("Agora")
    open_desk(client, borny, agora)
    page = visit(client, "/accueil/poste")
    assert page.html.select_one(f"input[value={borny.slug}][checked]")
    assert page.html.select_one("input[name=hand]")["value"] == "Sonia"
    assert "Agora , lundi 30 novembre" in submit(client, page, {"place": agora.slug}, "/accueil/poste").text


def test_what_is_wrong_is_said_beside_it_and_kept(app: Application, client: FlaskClient) -> None:
    page = enter(client, make_desk(make_place("Borny"), make_place("Agora")))
    elsewhere = make_place("Ailleurs")
    for values in ({"place": elsewhere.slug, "hand": "Sonia"}, {"hand": "Sonia"}):
        refused = submit(client, page, values, "/accueil/poste")
        assert refused.status == 422
        assert "Choisissez le lieu où vous êtes." in refused.text
        assert refused.html.select_one("input[name=hand]")["value"] == "Sonia"
    long = submit(client, page, {"hand": "S" * 41, "place": elsewhere.slug}, "/accueil/poste")
    assert long.status == 422 and "40 caractères au plus" in long.text
    assert hand() is None


def test_every_page_of_the_day_asks_first(app: Application, client: FlaskClient) -> None:
    enter(client, make_desk(make_place("Borny"), make_place("Agora")))
    for address in ("/accueil/", "/accueil/2026-12-03", "/accueil/2026-12-03/papier"):
        assert visit(client, address).address == "/accueil/poste"


def test_the_telephone_begins_with_any_booking_then_looks_at_a_day(app: Application, client: FlaskClient) -> None:
    borny = make_place("Borny")
    for name in "ABCDEF":
        make_place(name)
    make_appointment(make_presence(f"{TODAY} 09:00", "12:00", place=borny), f"{TODAY} 09:45", name="Rosa Luz")
    page = enter(client, make_desk(phone_line=True))
    assert page.address == "/accueil/"
    assert page.html.select_one("main a[href='/accueil/rendez-vous']")
    day = submit(client, page, {"place": borny.slug, "hand": "Marc"}, "/accueil/poste")
    assert day.address == "/accueil/2026-11-30" and "Rosa L." in day.text
    noted = press(client, day, "/arrivee")
    assert noted.address == "/accueil/2026-11-30" and "L’arrivée est notée." in noted.text
    again = visit(client, "/accueil/")
    assert again.html.select_one("main a[href='/accueil/2026-11-30']")
    assert again.html.select_one(f"option[value={borny.slug}][selected]")
