"""The team's pages: who is in it, what each may do, and that nobody is locked out by accident (A03, A06, K13)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.journal import Subject
from cnapp.domain.people import Role, Staff
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    habilitate,
    keep,
    make_appointment,
    make_desk,
    make_place,
    make_presence,
    make_staff,
)
from tests.support import Page, count_queries, sign_in, submit, visit
from tests.web.coordination.claire import coordinate, reread, told, typed

TEAM = "/coordination/equipe"


@pytest.fixture
def nadia(claire: Staff) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr", languages=("ar",))
    give_password(staff)
    return staff


def page_of(client: FlaskClient, staff: Staff) -> Page:
    return visit(client, f"{TEAM}/{staff.public_id}")


def save(client: FlaskClient, staff: Staff, **values: Any) -> Page:
    return submit(client, page_of(client, staff), values, staff.public_id)


def add(client: FlaskClient, **values: Any) -> Page:
    given = {"first_name": "Hugo", "last_name": "Klein", "email": "hugo@exemple.fr", **values}
    return submit(client, visit(client, f"{TEAM}/nouveau"), given, TEAM)


def found(email: str) -> Staff | None:
    reread()
    return db.session.scalar(select(Staff).where(Staff.email == email))


def test_everybody_is_listed_by_role(client: FlaskClient, nadia: Staff) -> None:
    make_desk(make_place("Borny"))
    make_desk(last_name="Téléphone", phone_line=True)
    make_staff("Hugo", in_post_from=date(2026, 12, 15))
    page = visit(client, TEAM)
    captions = [caption.get_text() for caption in page.html.select("caption")]
    assert captions == ["Coordination", "Conseillers", "Accueil"]
    for words in (
        "arabe",
        "Borny",
        "ligne de téléphone, tous les lieux",
        "en formation : reçoit à partir du mardi 15 décembre 2026",
        "n’a pas de mot de passe : donnez un lien",
    ):
        assert words in page.text


def test_closed_accounts_stand_apart(client: FlaskClient, nadia: Staff, app: Application) -> None:
    make_staff("Hugo", disabled_at=app.clock())
    captions = [caption.get_text() for caption in visit(client, TEAM).html.select("caption")]
    assert captions == ["Coordination", "Conseillers", "Comptes fermés"]


def test_habilitations_that_end_within_thirty_days_are_said_on_top(client: FlaskClient, nadia: Staff) -> None:
    habilitate(nadia, "argent", end="2026-12-30")
    hugo, elif_, ines = make_staff("Hugo"), make_staff("Elif"), make_staff("Inês")
    habilitate(hugo, "argent", end="2026-12-31")
    habilitate(elif_, "argent", end="2026-11-29")
    habilitate(ines, "argent", end="2026-12-10")
    habilitate(ines, "argent", start="2026-12-11", end="2027-12-10")
    page = visit(client, TEAM)
    assert "Pour Nadia Benali, l’habilitation se termine le mercredi 30 décembre 2026." in page.text
    assert page.text.count("se termine le") == 1


def test_the_list_asks_as_much_with_forty_people(client: FlaskClient, nadia: Staff) -> None:
    with count_queries() as for_two:
        visit(client, TEAM)
    place = make_place()
    for number in range(38):
        staff = make_desk(place) if number % 2 else make_staff(languages=("ar", "tr"))
        habilitate(staff, "argent")
    with count_queries() as for_forty:
        visit(client, TEAM)
    assert len(for_two) == len(for_forty)


def test_somebody_new_has_no_password_until_they_choose_one(client: FlaskClient, claire: Staff) -> None:
    page = add(client, languages=["tr", "fsl"], in_post_from="2026-12-15")
    hugo = found("hugo@exemple.fr")
    assert hugo and page.address == f"{TEAM}/{hugo.public_id}"
    assert "En formation : les rendez-vous commencent le mardi 15 décembre 2026." in page.text
    assert "n’a pas encore de mot de passe" in page.text
    assert {each.code for each in hugo.languages} == {"tr", "fsl"}
    assert (hugo.role, hugo.receives, hugo.in_post_from) == (Role.CONSEILLER, True, date(2026, 12, 15))
    assert told(Subject.STAFF) == ["created"]


def test_a_desk_has_places_and_receives_nobody(client: FlaskClient, claire: Staff) -> None:
    borny = make_place("Borny")
    add(client, role="desk", receives="y", places=[borny.slug])
    desk = found("hugo@exemple.fr")
    assert desk and (desk.role, desk.receives) == (Role.DESK, False)
    assert [place.name for place in desk.places] == ["Borny"]


def test_long_lists_are_open_where_something_is_ticked(client: FlaskClient, nadia: Staff) -> None:
    lists = page_of(client, nadia).html.select("details.long-list")
    assert [(part.summary and part.summary.get_text(), part.has_attr("open")) for part in lists] == [
        ("Langues parlées, avec le français", True),
        ("Lieux de cet accueil", False),
    ]


def test_a_desk_without_place_is_refused(client: FlaskClient, claire: Staff) -> None:
    page = add(client, role="desk")
    assert page.status == 422
    assert "Choisissez au moins un lieu, ou la ligne de téléphone." in page.text
    assert typed(page, "email") == "hugo@exemple.fr"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"first_name": ""}, "Écrivez un prénom."),
        ({"first_name": "\u202e\u200b"}, "Écrivez un prénom."),
        ({"last_name": "x" * 5000}, "Ce nom est trop long."),
        ({"last_name": "🙂"}, "Écrivez un nom avec des lettres"),
        ({"email": "nadia@"}, "Cette adresse e-mail n’est pas complète."),
        ({"email": "NADIA@exemple.fr"}, "Quelqu’un de l’équipe a déjà cette adresse e-mail."),
        ({"role": "king"}, "Choisissez un rôle."),
        ({"role": ""}, "Choisissez un rôle."),
        ({"languages": ["xx"]}, "Choisissez dans la liste."),
        ({"places": ["nulle-part"]}, "Choisissez dans la liste."),
        ({"in_post_from": "demain"}, "Ce jour n’existe pas."),
        ({"in_post_from": ""}, "Écrivez le premier jour"),
        ({"in_post_from": "2026-02-30"}, "Ce jour n’existe pas."),
        ({"in_post_from": "2026-12-15", "in_post_until": "2026-12-14"}, "Le dernier jour vient après le premier."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    client: FlaskClient, nadia: Staff, values: dict[str, Any], sentence: str
) -> None:
    page = add(client, **values)
    assert (page.status, found("hugo@exemple.fr")) == (422, None)
    assert sentence in page.text
    assert page.title.startswith("Erreur")
    kept = "first_name" if "first_name" not in values else "last_name"
    assert typed(page, kept) in ("Hugo", "Klein")


def test_names_of_every_script_are_kept_and_scripts_do_not_run(client: FlaskClient, claire: Staff) -> None:
    add(client, first_name="ليلى", last_name="<script>alert(1)</script> 🙂")
    html = visit(client, TEAM).response.text
    assert "ليلى" in html
    assert "<script>alert" not in html


def test_somebody_is_changed(client: FlaskClient, nadia: Staff) -> None:
    page = save(client, nadia, last_name="Ben Ali", languages=["de"], in_post_until="31/12/2027")
    assert "C’est enregistré." in page.text
    staff = found("nadia@exemple.fr")
    assert staff and (staff.last_name, staff.in_post_until) == ("Ben Ali", date(2027, 12, 31))
    assert [each.code for each in staff.languages] == ["de"]
    assert told(Subject.STAFF) == ["changed"]


def test_saving_without_a_change_writes_nothing(client: FlaskClient, nadia: Staff) -> None:
    save(client, nadia)
    assert told(Subject.STAFF) == []


def test_another_persons_email_is_refused_and_nothing_typed_is_lost(client: FlaskClient, nadia: Staff) -> None:
    page = save(client, nadia, email="claire@exemple.fr", first_name="Nadja")
    assert page.status == 422
    assert "a déjà cette adresse e-mail" in page.text
    assert (typed(page, "email"), typed(page, "first_name")) == ("claire@exemple.fr", "Nadja")


def test_the_second_of_two_is_told_what_the_first_changed(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff
) -> None:
    coordinate(other_client, "deux@exemple.fr")
    first, second = page_of(client, nadia), page_of(other_client, nadia)
    submit(client, first, {"first_name": "Nadja"}, nadia.public_id)
    page = submit(other_client, second, {"last_name": "Ben Ali"}, nadia.public_id)
    assert page.status == 409
    assert "Claire Muller : fiche changée (prénom)" in page.text
    assert typed(page, "last_name") == "Ben Ali"
    again = submit(other_client, page, {}, nadia.public_id)
    assert again.status == 200
    staff = found("nadia@exemple.fr")
    assert staff and staff.last_name == "Ben Ali"


def test_appointments_outside_the_time_in_post_are_listed(client: FlaskClient, nadia: Staff) -> None:
    make_appointment(make_presence("2026-12-03 09:00", conseiller=nadia), name="Ali Ben Salah")
    assert "quand cette personne ne reçoit pas" not in page_of(client, nadia).text
    page = save(client, nadia, in_post_until="2026-12-02")
    assert "jeudi 3 décembre à 9 h : Ali Ben Salah" in page.text


def test_a_person_in_training_is_not_offered(client: FlaskClient, nadia: Staff) -> None:
    place = make_place("Borny")
    make_presence("2026-12-03 09:00", conseiller=nadia, place=place)
    assert "Nadia" in visit(client, f"/lieux/{place.slug}").text
    save(client, nadia, in_post_from="2026-12-15")
    assert "Nadia" not in visit(client, f"/lieux/{place.slug}").text


@pytest.mark.parametrize("address", ["", "/nouveau", "/{0}", "/{0}/desactiver", "/{0}/habilitations/nouvelle"])
def test_it_is_for_the_coordination_alone(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff, address: str
) -> None:
    address = TEAM + address.format(nadia.public_id)
    assert client.get(address).status_code == 200
    assert visit(other_client, address).address == "/connexion"
    sign_in(other_client, "nadia@exemple.fr")
    assert other_client.get(address).status_code == 403
    desk = make_desk(make_place(), email="accueil@exemple.fr")
    give_password(desk)
    sign_in(other_client, "accueil@exemple.fr")
    assert other_client.get(address).status_code == 403


@pytest.mark.parametrize("name", ["0", "1", "x" * 32, "../lieux", "%00"])
def test_a_forged_name_is_no_page(client: FlaskClient, claire: Staff, name: str) -> None:
    assert client.get(f"{TEAM}/{name}").status_code == 404
    assert client.get(f"{TEAM}/{name}/desactiver").status_code == 404


def test_a_place_that_has_ended_stays_with_its_desk(client: FlaskClient, claire: Staff) -> None:
    old, borny = make_place("Ancien", valid_until=date(2026, 10, 1)), make_place("Borny")
    desk = make_desk(old, email="accueil@exemple.fr")
    save(client, desk, places=[borny.slug])
    staff = found("accueil@exemple.fr")
    assert staff and [place.name for place in staff.places] == ["Ancien", "Borny"]


def test_a_language_that_no_list_has_is_kept(client: FlaskClient, claire: Staff) -> None:
    staff = keep(make_staff("Hugo", email="hugo@exemple.fr", languages=("gsw",)))
    save(client, staff, last_name="Klein")
    again = found("hugo@exemple.fr")
    assert again and [each.code for each in again.languages] == ["gsw"]
