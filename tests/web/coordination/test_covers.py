"""How many people a place is to have: rules added, ended, taken away; bad input, twice, two coordinators."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.board import Half
from cnapp.domain.cover import CoverRule
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from tests.factories import make_place
from tests.support import Page, submit, visit
from tests.web.coordination.claire import told
from tests.web.coordination.presence_pages import errors

COVERS = "/coordination/lieux/borny/presence-minimale"
USUAL = {"weekday": "3", "half": "morning", "least": "1", "starts_on": "2026-12-01", "ends_on": ""}


def add(client: FlaskClient, **values: str) -> Page:
    return submit(client, visit(client, COVERS), {**USUAL, **values}, action="/presence-minimale")


def rules() -> list[CoverRule]:
    db.session.rollback()
    return list(db.session.scalars(select(CoverRule).order_by(CoverRule.id)))


def listed(page: Page) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in page.html.select(".rules li")]


def test_a_rule_is_added_and_listed(client: FlaskClient, borny: Place) -> None:
    assert "Aucune règle" in visit(client, COVERS).text
    page = add(client, least="2", starts_on="01/11/2026", ends_on="30/06/2027")
    assert "La règle est ajoutée" in page.text
    [rule] = rules()
    assert (rule.place_id, rule.weekday, rule.half, rule.least) == (borny.id, 3, Half.MORNING, 2)
    assert (rule.starts_on, rule.ends_on) == (date(2026, 11, 1), date(2027, 6, 30))
    assert listed(page) == [
        "le jeudi matin : 2 personnes au moins, depuis le dimanche 1er novembre 2026, "
        "jusqu’au mercredi 30 juin 2027 Arrêter le jeudi matin : 2 personnes au moins"
    ]
    assert told(Subject.COVER) == ["created"]
    assert "présence minimale ajoutée" in visit(client, "/coordination/historique/lieu/borny").text


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"weekday": "7"}, "weekday"),
        ({"half": "soir"}, "half"),
        ({"least": "0"}, "least"),
        ({"least": "10"}, "least"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "hier"}, "starts_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"ends_on": "2026-11-30"}, "ends_on"),
    ],
)
def test_nonsense_is_said_beside_its_field(
    client: FlaskClient, borny: Place, values: dict[str, str], field: str
) -> None:
    page = add(client, **values)
    assert page.status == 422 and field in errors(page)
    assert rules() == []


def test_the_same_half_day_twice_is_refused_and_kept(client: FlaskClient, borny: Place) -> None:
    add(client, ends_on="2026-12-20")
    page = add(client, least="3", starts_on="2026-12-20")
    assert page.status == 422 and "Une règle vaut déjà pour cette demi-journée" in errors(page)["weekday"]
    assert page.html.select_one("select[name=least] option[selected]")["value"] == "3"  # type: ignore[index]
    assert add(client, starts_on="2026-12-21").status == 200
    assert add(client, half="afternoon").status == 200
    assert len(rules()) == 3


def test_a_rule_is_given_a_last_day(client: FlaskClient, borny: Place) -> None:
    add(client, starts_on="2026-11-02")
    address = f"{COVERS}/{rules()[0].public_id}/fin"
    early = submit(client, visit(client, address), {"last": "2026-11-01"}, action="/fin")
    assert early.status == 422 and "Le dernier jour vient après le premier." in early.text
    done = submit(client, visit(client, address), {"last": "2026-12-03"}, action="/fin")
    assert "La règle vaut jusqu’au jeudi 3 décembre 2026." in done.text
    assert rules()[0].ends_on == date(2026, 12, 3)
    assert told(Subject.COVER) == ["created", "ended"]


def test_ended_rules_stand_apart(client: FlaskClient, borny: Place) -> None:
    add(client, starts_on="2026-11-02", ends_on="2026-11-29")
    page = visit(client, COVERS)
    assert "Aucune règle" in page.text and "Règles finies" in page.text
    assert not page.html.select(".rules a")


def test_two_coordinators_at_once(client: FlaskClient, borny: Place) -> None:
    add(client, starts_on="2026-11-02")
    address = f"{COVERS}/{rules()[0].public_id}/fin"
    page = visit(client, address)
    submit(client, visit(client, address), {"last": "2026-12-03"}, action="/fin")
    late = submit(client, page, {"last": "2026-12-10"}, action="/fin")
    assert late.status == 409 and "dernier jour de la présence minimale fixé" in late.text
    assert rules()[0].ends_on == date(2026, 12, 3)
    assert submit(client, late, action="/fin").status == 200
    assert rules()[0].ends_on == date(2026, 12, 10)


def test_one_that_has_not_begun_is_taken_away(client: FlaskClient, borny: Place) -> None:
    add(client, starts_on="2026-12-10")
    page = submit(client, visit(client, COVERS), action="/enlever")
    assert "La règle est enlevée." in page.text
    assert rules() == []
    history = visit(client, "/coordination/historique/lieu/borny")
    assert "présence minimale enlevée avant son premier jour" in history.text


def test_one_that_has_begun_is_only_ended(client: FlaskClient, borny: Place) -> None:
    add(client, starts_on="2026-12-10")
    page = visit(client, COVERS)
    rule = rules()[0]
    add(client, starts_on="2026-11-30", ends_on="2026-12-09")
    begun = next(each for each in rules() if each.id != rule.id)
    form = page.form("/enlever")
    token = form.select_one("input[name=csrf_token]")
    answer = client.post(f"{COVERS}/{begun.public_id}/enlever", data={"csrf_token": token["value"] if token else ""})
    assert answer.status_code == 409
    assert len(rules()) == 2


def test_rules_of_another_place_are_no_page(client: FlaskClient, borny: Place, anne: Staff) -> None:
    add(client)
    make_place("Sablon", slug="sablon")
    address = f"/coordination/lieux/sablon/presence-minimale/{rules()[0].public_id}/fin"
    assert visit(client, address).status == 404
    assert visit(client, "/coordination/lieux/nulle-part/presence-minimale").status == 404


def test_a_place_that_never_served_goes_with_its_rules(client: FlaskClient, borny: Place) -> None:
    add(client)
    submit(client, visit(client, "/coordination/lieux/borny/fin"), action="/supprimer")
    assert rules() == []
