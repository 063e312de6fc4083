"""A workshop holds its presence, its place and its leader; the week board shows it."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place
from cnapp.domain.presences import Presence
from cnapp.domain.workshops import Workshop
from tests.factories import make_registration, make_workshop
from tests.support import submit, visit
from tests.web.coordination.presence_pages import change, path

THURSDAY = "2026-12-03"


def photos(nadia: Staff, borny: Place) -> tuple[Workshop, Presence]:
    workshop = make_workshop(f"{THURSDAY} 10:00", leader=nadia, place=borny, title="Mes photos")
    make_registration(workshop)
    presence = db.session.get_one(Presence, workshop.sessions[0].leadings[0].presence_id)
    return workshop, presence


def test_a_presence_that_holds_a_workshop_stays(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    workshop, presence = photos(nadia, borny)
    page = visit(client, path(presence))
    assert "Ateliers pendant cette permanence" in page.text and "Atelier « Mes photos » · 1 inscrit / 8" in page.text
    asked = visit(client, path(presence, "/retirer"))
    assert asked.html.select_one(f"main a[href$='/ateliers/{workshop.public_id}']"), "where it is moved or cancelled"
    assert "Mes photos" in asked.text and "Continuer : chercher qui anime, ou un autre jour" in asked.text
    for values in ({"ends": "11:00"}, {"starts": "10:30"}):
        refused = change(client, presence, **values)
        assert refused.status == 409 and "Si vous continuez, rien n’est annulé" in refused.text, values
        assert "Mes photos" in refused.text
    db.session.refresh(presence)
    assert presence.withdrawn_at is None


def test_a_press_that_was_too_late_names_the_workshop(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    workshop, presence = photos(nadia, borny)
    token = visit(client, path(presence, "/modifier")).html.select_one("input[name=csrf_token]")
    assert token
    sent = client.post(path(presence, "/retirer"), data={"csrf_token": token["value"], "number": "0"})
    assert sent.status_code == 409 and workshop.title in sent.text


def test_the_board_shows_it_by_place_and_by_person(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    photos(nadia, borny)
    for by in ("lieu", "personne"):
        text = visit(client, f"/coordination/semaine/2026-W49?par={by}").text
        assert "Atelier « Mes photos » à 10 h : 1 inscrit / 8" in text, by


def test_no_closure_falls_on_it_unasked(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    photos(nadia, borny)
    values = {"place": "borny", "starts_on": THURSDAY, "ends_on": THURSDAY}
    page = visit(client, "/coordination/fermetures/nouvelle")
    for where in ("borny", "partout"):
        refused = submit(client, page, {**values, "place": where}, "/fermetures")
        assert "1 séance d’atelier est touchée" in refused.text and db.session.scalars(select(Closure)).all() == []
        assert "atelier « Mes photos », Borny" in refused.text
    other = submit(client, page, {**values, "starts_on": "2026-12-04", "ends_on": "2026-12-04"}, "/fermetures")
    assert other.status == 200


def test_a_place_does_not_end_before_it(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    photos(nadia, borny)
    refused = submit(client, visit(client, "/coordination/lieux/borny/fin"), {"last": "2026-12-02"}, "/fin")
    assert refused.status == 409 and "1 séance d’atelier y est prévue" in refused.text
    edited = submit(client, visit(client, "/coordination/lieux/borny"), {"valid_until": "2026-12-02"}, "/borny")
    assert edited.status == 409 and "Mes photos" in edited.text
    assert submit(client, visit(client, "/coordination/lieux/borny/fin"), {"last": THURSDAY}, "/fin").status == 200


def test_a_place_that_had_a_workshop_is_kept(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    photos(nadia, borny)
    assert "Supprimer ce lieu" not in visit(client, "/coordination/lieux/borny/fin").text


def test_who_closes_an_account_reads_what_is_to_be_led(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    photos(nadia, borny)
    page = visit(client, f"/coordination/equipe/{nadia.public_id}/desactiver")
    assert "1 séance d’atelier est prévue avec cette personne" in page.text and "Mes photos" in page.text
    nadia.in_post_until = db.session.get_one(Staff, nadia.id).in_post_from
    db.session.commit()
    assert "Des ateliers sont prévus quand" in visit(client, f"/coordination/equipe/{nadia.public_id}").text
