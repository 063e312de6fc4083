"""Closing an account, what somebody may do in a person's place, and the link for a password (A06)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.tokens import fingerprint
from cnapp.domain.accounts import Names, PasswordLink
from cnapp.domain.appointments import Appointment
from cnapp.domain.journal import Subject
from cnapp.domain.motifs import Mode
from cnapp.domain.people import Habilitation, Staff
from cnapp.services.feeds import replace_address
from tests.factories import (
    give_password,
    habilitate,
    make_appointment,
    make_motif,
    make_place,
    make_presence,
    make_staff,
)
from tests.support import FrozenClock, Page, sign_in, submit, type_password, visit
from tests.web.coordination.claire import coordinate, reread, told, typed
from tests.web.public.steps import answer_until

TEAM = "/coordination/equipe"


@pytest.fixture
def nadia(claire: Staff) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    return staff


def of(staff: Staff, rest: str = "") -> str:
    return f"{TEAM}/{staff.public_id}{rest}"


def close(client: FlaskClient, staff: Staff) -> Page:
    return submit(client, visit(client, of(staff, "/desactiver")), action="/desactiver")


def test_before_an_account_is_closed_its_appointments_and_presences_are_listed(
    client: FlaskClient, nadia: Staff
) -> None:
    presence = make_presence("2026-12-03 09:00", conseiller=nadia, place=make_place("Borny"))
    appointment = make_appointment(presence, name="Ali Ben Salah")
    page = visit(client, of(nadia, "/desactiver"))
    assert "1 rendez-vous est prévu avec cette personne" in page.text
    assert "jeudi 3 décembre à 9 h : Ali Ben Salah" in page.text
    assert appointment.shown_code in page.text
    assert "jeudi 3 décembre, de 9 h à 12 h : Nadia Benali, Borny" in page.text


def test_sessions_feeds_and_links_end_at_once(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff, clock: FrozenClock
) -> None:
    """A06."""
    sign_in(other_client, "nadia@exemple.fr")
    with transaction(nadia.id):
        token = replace_address(nadia, names=Names.NONE, now=clock())
    link = address_on(submit(client, visit(client, of(nadia)), action="/lien"))
    feed = f"/calendrier/{token}/nadia.ics"
    assert client.get(feed).status_code == 200
    page = close(client, nadia)
    assert "Ce compte est fermé depuis le lundi 30 novembre 2026." in page.text
    assert client.get(feed).status_code == 410
    assert visit(other_client, "/compte").address == "/connexion"
    assert other_client.get(link).status_code in (404, 410)
    assert type_password(other_client, "nadia@exemple.fr").status == 422
    assert told(Subject.STAFF) == ["link_made", "disabled"]


def test_nobody_is_offered_a_time_with_a_closed_account(client: FlaskClient, nadia: Staff) -> None:
    make_motif()
    place = make_place("Borny")
    make_presence("2026-12-03 09:00", conseiller=nadia, place=place)
    assert "jeudi 3 décembre" in visit(client, f"/lieux/{place.slug}").text
    close(client, nadia)
    assert "Il n’y a pas d’heure libre ici" in visit(client, f"/lieux/{place.slug}").text


def test_a_booking_under_way_with_a_closed_account_finds_its_time_gone(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff
) -> None:
    motif = make_motif()
    make_presence("2026-12-03 09:00", conseiller=nadia)
    check = answer_until(other_client, motif)
    close(client, nadia)
    page = submit(other_client, check)
    assert "Cette heure vient d’être prise" in page.text
    assert db.session.scalars(select(Appointment)).all() == []


def test_an_account_is_opened_again(client: FlaskClient, other_client: FlaskClient, nadia: Staff) -> None:
    close(client, nadia)
    page = submit(client, visit(client, of(nadia)), action="/reactiver")
    assert "Le compte est de nouveau ouvert." in page.text
    assert type_password(other_client, "nadia@exemple.fr").status == 200
    assert told(Subject.STAFF) == ["disabled", "enabled"]


def test_the_last_coordinator_cannot_close_their_own_account(client: FlaskClient, claire: Staff) -> None:
    page = close(client, claire)
    assert page.status == 409
    assert "plus personne ne pourrait coordonner" in page.text
    assert visit(client, TEAM).status == 200


def test_pressed_twice_it_is_closed_once(client: FlaskClient, nadia: Staff) -> None:
    page = visit(client, of(nadia, "/desactiver"))
    submit(client, page, action="/desactiver")
    submit(client, page, action="/desactiver")
    assert told(Subject.STAFF) == ["disabled"]


def address_on(page: Page) -> str:
    found = re.search(r"http://[^/]+(/connexion/nouveau-mot-de-passe/\S+)", page.html.select("#address")[0].get_text())
    assert found
    return found[1]


def test_a_link_is_shown_once_and_only_its_hash_is_kept(client: FlaskClient, nadia: Staff) -> None:
    page = submit(client, visit(client, of(nadia)), action="/lien")
    token = address_on(page).rpartition("/")[2]
    assert len(token) >= 22
    assert "mercredi 2 décembre à 8 h" in page.text
    assert page.html.select("svg.qr")
    [link] = db.session.scalars(select(PasswordLink)).all()
    assert link.token_hash == fingerprint(token)
    again = visit(client, of(nadia))
    assert token not in again.response.text
    assert "Un lien lui a été donné" in again.text


def test_a_new_link_ends_the_one_before(client: FlaskClient, other_client: FlaskClient, nadia: Staff) -> None:
    first, second = (address_on(submit(client, visit(client, of(nadia)), action="/lien")) for _ in range(2))
    assert other_client.get(first).status_code in (404, 410)
    assert other_client.get(second).status_code == 200


def test_ones_own_password_is_not_changed_by_a_link(client: FlaskClient, claire: Staff, nadia: Staff) -> None:
    page = visit(client, of(claire))
    assert not page.html.select("form[action$='/lien']")
    forged = submit(client, visit(client, of(nadia)), action="/lien")
    assert forged.status == 200
    token = visit(client, of(claire)).html.select_one("input[name=csrf_token]")
    assert token
    answer = client.post(of(claire, "/lien"), data={"csrf_token": token["value"]})
    assert answer.status_code == 409


@pytest.fixture
def habilitation(nadia: Staff) -> Habilitation:
    return habilitate(nadia, "argent", start="2026-01-01", end="2026-12-31")


def write(client: FlaskClient, staff: Staff, name: str = "nouvelle", **values: Any) -> Page:
    given = {"valid_from": "2027-01-01", "valid_until": "2027-12-31", "perimeters": ["famille", "social"], **values}
    page = visit(client, of(staff, f"/habilitations/{name}"))
    return submit(client, page, given, "/habilitations" if name == "nouvelle" else name)


def kept(staff: Staff) -> list[tuple[date, date, list[str]]]:
    reread()
    rows = db.session.scalars(select(Habilitation).order_by(Habilitation.valid_from))
    return [(row.valid_from, row.valid_until, row.perimeters) for row in rows]


def test_an_habilitation_is_added_changed_and_removed(client: FlaskClient, nadia: Staff) -> None:
    page = write(client, nadia)
    assert "Du vendredi 1er janvier 2027 au vendredi 31 décembre 2027" in page.text
    assert "Famille, scolarité ; Social, santé" in page.text
    name = db.session.scalars(select(Habilitation.public_id)).one()
    write(client, nadia, name, perimeters=["argent"])
    assert kept(nadia) == [(date(2027, 1, 1), date(2027, 12, 31), ["argent"])]
    submit(client, visit(client, of(nadia, f"/habilitations/{name}")), action="/retirer")
    assert kept(nadia) == []
    assert told(Subject.STAFF) == ["habilitation_added", "habilitation_changed", "habilitation_removed"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"valid_from": ""}, "Écrivez le premier jour"),
        ({"valid_until": "2026-12-31"}, "Le dernier jour vient après le premier."),
        ({"perimeters": []}, "Choisissez au moins un domaine."),
        ({"perimeters": ["tout"]}, "Choisissez dans la liste."),
        ({"valid_from": "2026-01-01"}, "commence déjà ce jour-là"),
    ],
)
def test_a_refused_habilitation_says_why(
    client: FlaskClient, nadia: Staff, habilitation: Habilitation, values: dict[str, Any], sentence: str
) -> None:
    page = write(client, nadia, **values)
    assert page.status == 422
    assert sentence in page.text
    assert len(kept(nadia)) == 1


def test_somebody_elses_habilitation_is_no_page(client: FlaskClient, nadia: Staff, habilitation: Habilitation) -> None:
    hugo = make_staff("Hugo")
    assert client.get(of(hugo, f"/habilitations/{habilitation.public_id}")).status_code == 404
    assert client.get(of(nadia, "/habilitations/x")).status_code == 404


def test_search_follows_an_habilitation_at_once(client: FlaskClient, nadia: Staff, habilitation: Habilitation) -> None:
    make_motif(mode=Mode.FOR, perimeter="argent")
    place = make_place("Borny")
    make_presence("2026-12-03 09:00", conseiller=nadia, place=place)
    assert "jeudi 3 décembre" in visit(client, f"/lieux/{place.slug}").text
    submit(client, visit(client, of(nadia, f"/habilitations/{habilitation.public_id}")), action="/retirer")
    assert "Il n’y a pas d’heure libre ici" in visit(client, f"/lieux/{place.slug}").text


def test_two_who_change_one_habilitation(
    client: FlaskClient, other_client: FlaskClient, nadia: Staff, habilitation: Habilitation
) -> None:
    coordinate(other_client, "deux@exemple.fr")
    address = of(nadia, f"/habilitations/{habilitation.public_id}")
    first, second = visit(client, address), visit(other_client, address)
    submit(client, first, {"valid_until": "2027-01-31"}, habilitation.public_id)
    page = submit(other_client, second, {"valid_until": "2027-02-28"}, habilitation.public_id)
    assert page.status == 409
    assert "habilitation changée" in page.text
    assert typed(page, "valid_until") == "2027-02-28"
