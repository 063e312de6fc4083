"""What changed about a presence, a person, a place: when and by whom, newest first, page by page."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import transaction
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.presences import Presence
from cnapp.services.journal import By, record_about
from tests.factories import make_place, make_presence, make_rule, make_staff
from tests.support import FrozenClock, Page, count_queries, submit, visit

HISTORY = "/coordination/historique"


def lines(page: Page) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in page.html.select(".history li")]


def change(client: FlaskClient, presence: Presence, **values: str) -> None:
    address = f"/coordination/permanences/{presence.public_id}/modifier"
    submit(client, visit(client, address), values, action="/modifier")


def withdraw(client: FlaskClient, presence: Presence) -> None:
    address = f"/coordination/permanences/{presence.public_id}/retirer"
    submit(client, visit(client, address), action="/retirer")


def test_a_presence_tells_what_became_of_it(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    borny = make_place("Borny", slug="borny")
    make_place("Sablon", slug="sablon")
    presence = make_presence(place=borny)
    change(
        client, presence, where="sablon", ends="12:30", pause_starts="10:00", pause_ends="10:15", receives="les-deux"
    )
    clock.advance(minutes=5)
    withdraw(client, presence)
    page = visit(client, f"{HISTORY}/permanence/{presence.public_id}")
    assert lines(page) == [
        "lundi 30 novembre 2026 à 8 h 05 · Anne Muller permanence retirée : jeudi 3 décembre, 9 h – 12 h 30, Sablon",
        "lundi 30 novembre 2026 à 8 h · Anne Muller permanence changée : lieu Sablon (avant : Borny) ; "
        "fin 12 h 30 (avant : 12 h) ; pause 10 h – 10 h 15 (avant : aucune) ; sans rendez-vous oui (avant : non)",
    ]


def test_a_person_and_a_place_tell_of_their_presences(client: FlaskClient, anne: Staff) -> None:
    nadia, borny = make_staff("Nadia"), make_place("Borny", slug="borny")
    mine = make_presence(conseiller=nadia, place=borny)
    hers = make_presence("2026-12-04 09:00", "12:00", conseiller=make_staff("Hugo"), place=borny)
    elsewhere = make_presence("2026-12-04 09:00", "12:00", conseiller=nadia)
    for presence in (mine, hers, elsewhere):
        withdraw(client, presence)
    of_nadia = lines(visit(client, f"{HISTORY}/personne/{nadia.public_id}"))
    assert [line.rpartition("Permanence de ")[2] for line in of_nadia] == [
        f"Nadia Benali, vendredi 4 décembre, {elsewhere.place.name}",
        "Nadia Benali, jeudi 3 décembre, Borny",
    ]
    of_borny = lines(visit(client, f"{HISTORY}/lieu/borny"))
    assert [line.rpartition("Permanence de ")[2] for line in of_borny] == [
        "Hugo Benali, vendredi 4 décembre, Borny",
        "Nadia Benali, jeudi 3 décembre, Borny",
    ]


def test_what_was_done_to_an_account_is_told(client: FlaskClient, anne: Staff) -> None:
    submit(client, visit(client, "/compte"), action="/deconnexion-partout")
    assert visit(client, f"{HISTORY}/personne/{anne.public_id}").address == "/connexion"


def test_what_a_roster_rule_did_is_told_as_such(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    presence = make_presence()
    with transaction():
        record_about((Subject.PRESENCE, presence.id), "changed", by=By.staff(anne), now=clock(), rule="0" * 32)
    [line] = lines(visit(client, f"{HISTORY}/permanence/{presence.public_id}"))
    assert line.endswith("Anne Muller permanence changée par un roulement")


def test_each_thing_leads_to_its_history_and_back(client: FlaskClient, anne: Staff) -> None:
    presence = make_presence(place=make_place("Borny", slug="borny"))
    person = presence.conseiller.public_id
    for page, history in (
        (f"/coordination/permanences/{presence.public_id}", f"{HISTORY}/permanence/{presence.public_id}"),
        (f"/coordination/equipe/{person}", f"{HISTORY}/personne/{person}"),
        ("/coordination/lieux/borny", f"{HISTORY}/lieu/borny"),
    ):
        assert visit(client, page).html.select(f'main a[href="{history}"]'), page
        assert visit(client, history).html.select(f'a.back-link[href="{page}"]'), history


def test_a_rule_is_named_and_opened(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    rule = make_rule(place=make_place("Borny", slug="borny"))
    with transaction():
        record_about((Subject.RULE, rule.id), "created", by=By.staff(anne), now=clock())
    page = visit(client, f"{HISTORY}/lieu/borny")
    assert lines(page)[0].endswith("roulement créé Roulement de Nadia Benali, Borny")
    assert page.html.select(f'main a[href="/coordination/roulements/{rule.public_id}"]')
    assert visit(client, f"/coordination/roulements/{rule.public_id}").status == 200


def test_nothing_yet(client: FlaskClient, anne: Staff) -> None:
    presence = make_presence()
    assert "Rien n’a été changé à la main." in visit(client, f"{HISTORY}/permanence/{presence.public_id}").text


def test_long_histories_come_in_pages(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    presence, by = make_presence(), By.staff(anne)
    with transaction():
        for _ in range(51):
            record_about((Subject.PRESENCE, presence.id), "withdrawn", by=by, now=clock())
    address = f"{HISTORY}/personne/{presence.conseiller.public_id}"
    first = visit(client, address)
    assert (len(lines(first)), "Plus ancien" in first.text, "Plus récent" in first.text) == (50, True, False)
    second = visit(client, f"{address}?page=2")
    assert (len(lines(second)), "Plus ancien" in second.text, "Plus récent" in second.text) == (1, False, True)


def test_many_lines_ask_no_more_than_one(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    place, by = make_place("Borny", slug="borny"), By.staff(anne)
    _tell_of(make_presence(place=place), by, clock)
    with count_queries() as for_one:
        visit(client, f"{HISTORY}/lieu/borny")
    for _ in range(10):
        _tell_of(make_presence(place=place), by, clock)
    with count_queries() as for_many:
        page = visit(client, f"{HISTORY}/lieu/borny")
    assert len(for_many) == len(for_one)
    assert len(lines(page)) == 11


def _tell_of(presence: Presence, by: By, clock: FrozenClock) -> None:
    with transaction():
        record_about((Subject.PRESENCE, presence.id), "withdrawn", by=by, now=clock())


@pytest.mark.parametrize(
    "address",
    [
        "permanence/1",
        "personne/" + "0" * 32,
        "lieu/nulle-part",
        "sujet/x",
        "lieu/borny?page=0",
        "lieu/borny?page=x",
        "lieu/borny?page=-1",
        "lieu/borny?page=999999",
    ],
)
def test_an_address_that_means_nothing_is_no_page(client: FlaskClient, anne: Staff, address: str) -> None:
    make_place("Borny", slug="borny", valid_until=date(2026, 1, 1), valid_from=date(2020, 1, 1))
    assert visit(client, f"{HISTORY}/lieu/borny").status == 200
    assert visit(client, f"{HISTORY}/{address}").status == 404
