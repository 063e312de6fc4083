"""The places' pages: what people are told of each, its rooms, and how it ends."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Place, Room
from cnapp.domain.plans import RecoveryPlan
from cnapp.domain.presences import Presence
from cnapp.services.plans import lines_of
from tests.factories import (
    give_password,
    keep,
    make_appointment,
    make_desk,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    make_workshop,
)
from tests.support import Page, count_queries, sign_in, submit, values_of, visit
from tests.web.coordination.claire import coordinate, reread, told, typed

PLACES = "/coordination/lieux"
GIVEN = {"name": "Mairie de Plantières", "address": "1 rue Neuve", "postcode": "57070", "town": "Metz"}


@pytest.fixture
def borny(claire: Staff) -> Place:
    return make_place("Borny", slug="borny")


def add(client: FlaskClient, **values: Any) -> Page:
    return submit(client, visit(client, f"{PLACES}/nouveau"), {**GIVEN, **values}, PLACES)


def save(client: FlaskClient, place: Place, **values: Any) -> Page:
    return submit(client, visit(client, f"{PLACES}/{place.slug}"), values, place.slug)


def called(slug: str) -> Place | None:
    reread()
    return db.session.scalar(select(Place).where(Place.slug == slug))


def test_a_place_is_added_and_people_read_of_it_at_once(client: FlaskClient, claire: Staff) -> None:
    values = {"phone": "03 87 55 50 00", "services": "Docteur numérique\n\nÉcrivain public", "step_free": "yes"}
    page = add(client, **values, latitude="49,1193", longitude="6.1757", way_in="Bus 3,\narrêt Neuve")
    assert page.address == f"{PLACES}/mairie-de-plantieres"
    place = called("mairie-de-plantieres")
    assert place and (place.phone, place.step_free, place.hearing_loop) == ("+33387555000", True, None)
    assert (place.latitude, place.longitude, place.way_in) == (49.1193, 6.1757, "Bus 3, arrêt Neuve")
    assert place.services == ["Docteur numérique", "Écrivain public"]
    public = visit(client, "/lieux/mairie-de-plantieres")
    for words in ("1 rue Neuve", "03 87 55 50 00", "Écrivain public", "Nous ne savons pas encore"):
        assert words in public.text
    assert told(Subject.PLACE) == ["created"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Borny", "borny-2"), ("Nouveau", "nouveau-2"), ("Partout", "partout-2"), ("محمد", "lieu"), ("🙂", "lieu")],
)
def test_each_place_has_its_own_name_in_addresses(client: FlaskClient, borny: Place, name: str, slug: str) -> None:
    assert add(client, name=name).address == f"{PLACES}/{slug}"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"name": ""}, "Écrivez le nom du lieu."),
        ({"name": "\u202e"}, "Écrivez le nom du lieu."),
        ({"name": "x" * 5000}, "Écrivez 120 caractères au plus."),
        ({"postcode": "5700"}, "Un code postal a 5 chiffres."),
        ({"postcode": "٥٧٠٠٠"}, "Un code postal a 5 chiffres."),
        ({"phone": "12"}, "Ce numéro de téléphone n’est pas complet."),
        ({"step_free": "maybe"}, "Choisissez une réponse."),
        ({"latitude": "91", "longitude": "6"}, "Écrivez des degrés de −90 à 90."),
        ({"latitude": "nan", "longitude": "6"}, "Ce n’est pas une position."),
        ({"latitude": "49,1"}, "Écrivez les deux, ou aucune."),
        ({"services": "x" * 121}, "Écrivez 20 lignes au plus"),
        ({"services": "a\n" * 21}, "Écrivez 20 lignes au plus"),
        ({"valid_from": "2026-12-02", "valid_until": "2026-12-01"}, "Le dernier jour vient après le premier."),
        ({"valid_from": "31/02/2026"}, "Ce jour n’existe pas."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: FlaskClient, claire: Staff, values: dict[str, str], sentence: str
) -> None:
    page = add(client, **values)
    assert page.status == 422
    assert sentence in page.text
    assert typed(page, "address") == "1 rue Neuve"
    assert db.session.scalars(select(Place)).all() == []


def test_a_script_in_a_name_does_not_run_anywhere(client: FlaskClient, claire: Staff) -> None:
    """I01."""
    add(client, name="<script>alert(1)</script>", way_in="<img src=x onerror=alert(1)>")
    for address in (PLACES, f"{PLACES}/script-alert-1-script", "/lieux", "/lieux/script-alert-1-script"):
        html = visit(client, address).response.text
        assert "<script>alert" not in html and "<img src=x" not in html


def test_a_change_is_read_by_people_and_calendars_at_once(client: FlaskClient, borny: Place) -> None:
    page = save(client, borny, name="Mairie de Borny", address="2 rue d’Anjou", hearing_loop="yes")
    assert "C’est enregistré." in page.text
    public = visit(client, "/lieux/borny").text
    assert "Mairie de Borny" in public and "2 rue d’Anjou" in public
    assert "Mairie de Borny" in client.get("/api/lieux.json").text
    assert told(Subject.PLACE) == ["changed"]


def test_the_mark_of_the_demonstration_is_taken_away_and_not_put_back(client: FlaskClient, claire: Staff) -> None:
    place = make_place("Exemple", slug="exemple", is_demonstration=True)
    assert "Exemple à vérifier" in visit(client, "/lieux/exemple").text
    form = visit(client, f"{PLACES}/exemple")
    submit(client, form, {"is_demonstration": []}, "exemple")
    assert "Exemple à vérifier" not in visit(client, "/lieux/exemple").text
    assert not visit(client, f"{PLACES}/exemple").html.select("[name=is_demonstration]")
    again = called(place.slug)
    assert again and not again.is_demonstration


def test_the_second_of_two_is_told_what_the_first_changed(
    client: FlaskClient, other_client: FlaskClient, borny: Place
) -> None:
    coordinate(other_client, "deux@exemple.fr")
    first, second = (visit(each, f"{PLACES}/borny") for each in (client, other_client))
    submit(client, first, {"phone": "03 87 55 50 00"}, "borny")
    page = submit(other_client, second, {"address": "2 rue d’Anjou"}, "borny")
    assert page.status == 409
    assert "Claire Muller : fiche du lieu changée (téléphone)" in page.text
    assert typed(page, "address") == "2 rue d’Anjou"
    assert submit(other_client, page, {}, "borny").status == 200
    place = called("borny")
    assert place and place.address == "2 rue d’Anjou"


def test_dates_do_not_leave_appointments_outside(client: FlaskClient, borny: Place) -> None:
    make_appointment(make_presence("2026-12-03 09:00", place=borny), name="Ali Ben Salah")
    for values in ({"valid_until": "2026-12-02"}, {"valid_from": "2026-12-04"}):
        page = save(client, borny, **values)
        assert page.status == 409
        assert "1 rendez-vous est prévu en dehors de ces dates" in page.text
        assert "jeudi 3 décembre à 9 h : Ali Ben Salah" in page.text
    assert save(client, borny, valid_until="2026-12-03").status == 200


def test_the_list_asks_as_much_with_forty_places(client: FlaskClient, borny: Place) -> None:
    with count_queries() as for_one:
        visit(client, PLACES)
    for _ in range(39):
        make_place()
    with count_queries() as for_forty:
        visit(client, PLACES)
    assert len(for_one) == len(for_forty)


def end(client: FlaskClient, day: str) -> Page:
    return submit(client, visit(client, f"{PLACES}/borny/fin"), {"last": day}, "/fin")


def test_a_place_with_appointments_is_not_ended_before_them(client: FlaskClient, borny: Place) -> None:
    presence = make_presence("2026-12-03 09:00", place=borny)
    appointment = make_appointment(presence, name="Ali Ben Salah")
    assert "1 rendez-vous y est prévu" in visit(client, f"{PLACES}/borny/fin").text
    page = end(client, "2026-12-02")
    assert page.status == 409
    assert "1 rendez-vous y est prévu après ce jour" in page.text
    assert appointment.shown_code in page.text
    assert end(client, "2026-12-03").status == 200
    assert told(Subject.PLACE) == ["ended"]


def test_whoever_goes_on_ends_it_and_opens_a_plan(client: FlaskClient, borny: Place) -> None:
    presence = make_presence("2026-12-03 09:00", place=borny)
    make_appointment(presence, name="Ali Ben Salah")
    make_workshop("2026-12-04 14:00", place=borny)
    page = end(client, "2026-12-02")
    pressed = {**values_of(page.form("/fin")), "displaces": "2026-12-02"}
    assert page.html.select_one("button[name=displaces][value='2026-12-02']")
    assert client.post(f"{PLACES}/borny/fin", data={**pressed, "last": "2026-12-01"}).status_code == 409
    answer = client.post(f"{PLACES}/borny/fin", data=pressed)
    plan = db.session.scalars(select(RecoveryPlan)).one()
    assert answer.location == f"/coordination/plans/{plan.public_id}"
    reread()
    assert [each.session_id is None for each in lines_of(plan)] == [True, False]
    assert db.session.get_one(Place, borny.id).valid_until == date(2026, 12, 2)
    assert db.session.scalars(select(Presence.id).where(Presence.withdrawn_at.is_(None))).all() == []


def test_an_ended_place_offers_nothing(client: FlaskClient, borny: Place) -> None:
    make_motif()
    make_presence("2026-12-03 09:00", place=borny)
    assert "jeudi 3 décembre" in visit(client, "/lieux/borny").text
    assert "1 permanence y est prévue" in visit(client, f"{PLACES}/borny/fin").text
    end(client, "2026-12-02")
    assert "Il n’y a pas d’heure libre ici" in visit(client, "/lieux/borny").text


@pytest.mark.parametrize(
    ("day", "sentence"), [("", "Écrivez le dernier jour"), ("2019-12-31", "Le dernier jour vient après le premier.")]
)
def test_a_last_day_that_cannot_be_is_refused(client: FlaskClient, borny: Place, day: str, sentence: str) -> None:
    page = end(client, day)
    assert page.status == 422
    assert sentence in page.text


def test_a_place_that_has_never_served_is_deleted(client: FlaskClient, borny: Place) -> None:
    make_travel(borny, make_place(), 20)
    make_desk(borny)
    keep(Room(place_id=borny.id, name="Bureau 2"))
    page = submit(client, visit(client, f"{PLACES}/borny/fin"), action="/supprimer")
    assert "Le lieu est supprimé." in page.text
    assert called("borny") is None
    assert client.get("/lieux/borny").status_code == 404


def test_a_place_that_has_served_is_not_deleted(client: FlaskClient, borny: Place) -> None:
    page = visit(client, f"{PLACES}/borny/fin")
    make_appointment(make_presence("2026-12-03 09:00", place=borny), name="Ali Ben Salah")
    refused = submit(client, page, action="/supprimer")
    assert refused.status == 409
    assert "Ce lieu a déjà servi" in refused.text
    assert "1 rendez-vous y est prévu" in refused.text
    assert called("borny")
    assert not visit(client, f"{PLACES}/borny/fin").html.select("form[action$='/supprimer']")


def rooms(client: FlaskClient) -> list[str]:
    reread()
    return list(db.session.scalars(select(Room.name).order_by(Room.name)))


def test_rooms_are_added_renamed_and_removed(client: FlaskClient, borny: Place) -> None:
    address = f"{PLACES}/borny/salles"
    submit(client, visit(client, address), {"name": "Bureau 2"}, "/salles")
    submit(client, visit(client, address), {"name": "Bureau 3"}, "/renommer")
    assert rooms(client) == ["Bureau 3"]
    submit(client, visit(client, address), action="/enlever")
    assert rooms(client) == []
    assert told(Subject.PLACE) == ["room_added", "room_renamed", "room_removed"]


@pytest.mark.parametrize(
    ("action", "name", "sentence"),
    [
        ("/salles", "Bureau 2", "a déjà une salle de ce nom"),
        ("/salles", "", "Écrivez un nom."),
        ("/salles", "x" * 5000, "C’est trop long."),
        ("/renommer", "Accueil", "a déjà une salle de ce nom"),
        ("/renommer", " ", "Écrivez un nom."),
    ],
)
def test_a_refused_room_says_why(client: FlaskClient, borny: Place, action: str, name: str, sentence: str) -> None:
    keep(Room(place_id=borny.id, name="Bureau 2"))
    keep(Room(place_id=borny.id, name="Accueil"))
    values = {"name": name, **({"known": "Bureau 2"} if action == "/renommer" else {})}
    page = submit(client, visit(client, f"{PLACES}/borny/salles"), values, action)
    assert page.status == 422
    assert sentence in page.text
    assert rooms(client) == ["Accueil", "Bureau 2"]


def test_a_room_that_serves_is_not_removed(client: FlaskClient, borny: Place) -> None:
    room = keep(Room(place_id=borny.id, name="Bureau 2"))
    page_before = visit(client, f"{PLACES}/borny/salles")
    make_presence(place=borny, room_id=room.id)
    assert submit(client, page_before, action="/enlever").status == 409
    page = visit(client, f"{PLACES}/borny/salles")
    assert "elle ne peut pas être enlevée" in page.text
    assert rooms(client) == ["Bureau 2"]


def test_a_room_of_another_place_is_no_room_of_this_one(client: FlaskClient, borny: Place) -> None:
    keep(Room(place_id=make_place().id, name="Ailleurs"))
    keep(Room(place_id=borny.id, name="Bureau 2"))
    page = visit(client, f"{PLACES}/borny/salles")
    assert submit(client, page, {"known": "Ailleurs"}, "/enlever").status == 404
    assert submit(client, page, {"known": "Ailleurs", "name": "À moi"}, "/renommer").status == 404
    assert rooms(client) == ["Ailleurs", "Bureau 2"]


@pytest.mark.parametrize(
    "address", ["lieux", "lieux/nouveau", "lieux/borny", "lieux/borny/salles", "lieux/borny/heures", "lieux/borny/fin"]
)
def test_it_is_for_the_coordination_alone(
    client: FlaskClient, other_client: FlaskClient, borny: Place, address: str
) -> None:
    address = f"/coordination/{address}"
    assert client.get(address).status_code == 200
    assert visit(other_client, address).address == "/connexion"
    for staff in (make_staff(email="nadia@exemple.fr"), make_desk(borny, email="accueil@exemple.fr")):
        give_password(staff)
        sign_in(other_client, staff.email)
        assert other_client.get(address).status_code == 403


@pytest.mark.parametrize("rest", ["", "/salles", "/heures", "/fin"])
def test_an_unknown_place_is_no_page(client: FlaskClient, claire: Staff, rest: str) -> None:
    assert client.get(f"{PLACES}/nulle-part{rest}").status_code == 404


def test_a_place_with_dates_is_shown_with_them(client: FlaskClient, claire: Staff) -> None:
    make_place("Bientôt", valid_from=date(2027, 1, 4))
    make_place("Ancien", valid_until=date(2026, 10, 30))
    text = visit(client, PLACES).text
    assert "ouvre le lundi 4 janvier 2027" in text
    assert "fermé pour toujours dernier jour : vendredi 30 octobre 2026" in text
