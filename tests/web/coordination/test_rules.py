"""Roster rules over HTTP: the form, what would follow, the press; bad input, two coordinators, a booking in between."""

from __future__ import annotations

from datetime import date, time

import pytest
from bs4 import Tag
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closure, OpeningHours, Place, Room
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.services.presences import extend_roster
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    keep,
    make_appointment,
    make_desk,
    make_place,
    make_presence,
    make_rule,
    make_staff,
    make_travel,
    metz,
)
from tests.support import MORNING, FrozenClock, Page, count_queries, sign_in, submit, values_of, visit

INDEX = "/coordination/roulements"
NEW = f"{INDEX}/nouveau"
NOW = metz(MORNING)


@pytest.fixture
def claire(app: Application, client: FlaskClient) -> Staff:
    claire = make_staff("Claire", role=Role.COORDINATOR, email="claire@exemple.fr")
    give_password(claire)
    sign_in(client, "claire@exemple.fr")
    return claire


@pytest.fixture
def nadia(claire: Staff) -> Staff:
    return make_staff("Nadia")


@pytest.fixture
def borny(claire: Staff) -> Place:
    return make_place("Borny", slug="borny", rooms=[Room(name="Salle 2")])


@pytest.fixture
def rule(nadia: Staff, borny: Place) -> RosterRule:
    """The Tuesdays of December, at Borny."""
    rule = make_rule(conseiller=nadia, place=borny, until_on=date(2026, 12, 20))
    with transaction():
        extend_roster(now=NOW, weeks=12)
    return rule


def terms(nadia: Staff, **others: str) -> dict[str, str]:
    """A Tuesday morning at Borny."""
    return {
        "conseiller": nadia.public_id,
        "where": "borny",
        "weekday": "1",
        "starts": "09:00",
        "ends": "12:00",
        "every_weeks": "1",
        "from_on": "2026-12-01",
        "until_on": "2026-12-20",
        "receives": "rendez-vous",
        "walk_in_minutes": "0",
        **others,
    }


def preview(client: FlaskClient, page: Page, **changes: str) -> Page:
    """The form as it stands, with these changes, sent on."""
    form = next(form for form in page.html.select("main form") if str(form["action"]).endswith("/apercu"))
    values = {str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]")}
    values |= {str(each["name"]): str(each["value"]) for each in form.select("input[type=radio][checked]")}
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        values[str(field["name"])] = str(chosen["value"]) if chosen else ""
    answer = client.get(str(form["action"]), query_string={**values, **changes})
    return Page(answer, answer.request.path)


def first_look(client: FlaskClient, nadia: Staff, **others: str) -> Page:
    return preview(client, visit(client, NEW), **terms(nadia, **others))


def errors(page: Page) -> list[str]:
    return [spoken(each) for each in page.html.select(".error-summary li")]


def spoken(part: Tag | None) -> str:
    return " ".join(part.get_text(" ").split()) if part else ""


def standing() -> list[Presence]:
    query = select(Presence).where(Presence.withdrawn_at.is_(None)).order_by(Presence.starts_at)
    return list(db.session.scalars(query))


def days() -> list[str]:
    return [f"{each.starts_at:%m-%d}" for each in standing()]


def rules_kept() -> list[RosterRule]:
    return list(db.session.scalars(select(RosterRule)))


def test_a_rule_is_seen_before_it_is_made(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    seen = first_look(client, nadia)
    assert seen.status == 200 and "3 permanences ajoutées" in seen.text
    assert [spoken(each) for each in seen.html.select(".rule-days li")] == [
        "mardi 1er décembre",
        "mardi 8 décembre",
        "mardi 15 décembre",
    ]
    assert rules_kept() == [] and standing() == []
    done = submit(client, seen)
    assert done.address == INDEX
    assert "Le roulement est enregistré. 3 permanences ajoutées." in done.text
    assert days() == ["12-01", "12-08", "12-15"]


def test_it_is_said_in_words(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    others = {"pause_starts": "10:30", "pause_ends": "10h45", "where": "borny/Salle 2", "receives": "les-deux"}
    seen = first_look(client, nadia, every_weeks="2", walk_in_minutes="60", **others)
    words = (
        "le mardi de 9 h à 12 h (pause de 10 h 30 à 10 h 45), Borny, Salle 2, une semaine sur deux"
        " (prochain tour : mardi 1er décembre), à partir du mardi 1er décembre 2026,"
        " jusqu’au dimanche 20 décembre 2026, avec et sans rendez-vous (à la fin, 1 heure sans rendez-vous)."
    )
    assert f"Nadia Benali , {words}" in seen.text
    assert words in submit(client, seen).text


def test_correcting_brings_back_what_was_typed(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    seen = first_look(client, nadia, starts="9h30", receives="personne")
    back = visit(client, str(seen.html.select_one("a.back-link")["href"]))
    assert back.html.select_one("#starts")["value"] == "9h30"
    assert back.html.select_one("[name=receives][checked]")["value"] == "personne"
    assert back.html.select_one("#where option[selected]")["value"] == "borny"


def test_pressed_twice_it_is_made_once(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    seen = first_look(client, nadia)
    first, second = submit(client, seen), submit(client, seen)
    assert first.address == second.address == INDEX
    assert len(rules_kept()) == 1 and len(standing()) == 3


BAD = [
    ({"conseiller": ""}, "Choisissez une personne de la liste."),
    ({"conseiller": "x"}, "Choisissez une personne de la liste."),
    ({"where": ""}, "Choisissez un lieu de la liste."),
    ({"where": "ailleurs"}, "Choisissez un lieu de la liste."),
    ({"where": "borny/Salle 9"}, "Choisissez un lieu de la liste."),
    ({"weekday": ""}, "Choisissez un jour de la semaine."),
    ({"weekday": "7"}, "Choisissez un jour de la semaine."),
    ({"starts": ""}, "Écrivez l’heure du début."),
    ({"starts": "25:00"}, "Cette heure n’existe pas. Écrivez par exemple 09:00 ou 13:30."),
    ({"ends": "09:00"}, "La fin doit venir après le début, le même jour."),
    ({"starts": "07:00", "ends": "21:00"}, "Une permanence dure 12 heures au plus."),
    ({"starts": "22:00", "ends": "02:00"}, "La fin doit venir après le début, le même jour."),
    ({"pause_starts": "10:00"}, "Écrivez le début et la fin de la pause, ou laissez les deux vides."),
    ({"pause_starts": "12:00", "pause_ends": "12:30"}, "La pause doit commencer et finir pendant la permanence."),
    ({"pause_starts": "11:00", "pause_ends": "10:00"}, "La pause doit commencer et finir pendant la permanence."),
    ({"every_weeks": "13"}, "Choisissez dans la liste."),
    ({"from_on": ""}, "Écrivez le premier jour."),
    ({"from_on": "2026-02-30"}, "Ce jour n’existe pas. Écrivez par exemple 03/12/2026."),
    ({"from_on": "0206-12-01"}, "Ce jour est trop loin : vérifiez l’année."),
    ({"until_on": "2026-11-30"}, "Le dernier jour ne peut pas venir avant le premier."),
    ({"until_on": "9999-12-31"}, "Ce jour est trop loin : vérifiez l’année."),
    ({"receives": "tout"}, "Choisissez une des réponses."),
    ({"walk_in_minutes": "-5"}, "Écrivez un nombre entier, par exemple 60."),
    ({"walk_in_minutes": "30"}, "Des minutes sont gardées seulement si l’on reçoit aussi sans rendez-vous."),
    ({"receives": "les-deux", "walk_in_minutes": "181"}, "Les minutes gardées sont plus longues que la permanence."),
]


@pytest.mark.parametrize(("wrong", "sentence"), BAD, ids=lambda each: str(each)[:40])
def test_what_cannot_be_is_said_beside_its_field(
    client: FlaskClient, nadia: Staff, borny: Place, wrong: dict[str, str], sentence: str
) -> None:
    page = first_look(client, nadia, **wrong)
    assert page.status == 422 and page.title.startswith("Erreur")
    assert sentence in errors(page)
    assert page.html.select_one("#ends")["value"] == wrong.get("ends", "12:00")
    assert rules_kept() == [] and standing() == []


def test_nobody_places_a_desk_or_somebody_who_has_left(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    desk, gone = make_desk(borny), make_staff("Paul", in_post_until=date(2026, 11, 29))
    shut = make_staff("Eva", disabled_at=NOW)
    offered = {str(option["value"]) for option in visit(client, NEW).html.select("#conseiller option")}
    assert nadia.public_id in offered
    for other in (desk, gone, shut):
        assert other.public_id not in offered
        assert first_look(client, nadia, conseiller=other.public_id).status == 422


def test_a_forged_press_is_judged_again(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    seen = first_look(client, nadia)
    page = submit(client, seen, {"ends": "23:00"})
    assert page.status == 422 and "Une permanence dure 12 heures au plus." in page.text
    page = submit(client, seen, {"ends": "13:00"})
    assert page.status == 409 and rules_kept() == []
    assert submit(client, seen, {"agreed": "forged"}).status == 409
    assert rules_kept() == []


def test_a_day_that_a_place_is_never_open_is_warned_of(client: FlaskClient, nadia: Staff) -> None:
    make_place("Borny", slug="borny", opening_hours=[OpeningHours(weekday=0, opens=time(8), closes=time(18))])
    seen = first_look(client, nadia)
    assert "« Borny » n’est jamais ouvert le mardi." in seen.text
    assert "Ce roulement ne donne aucune permanence" in seen.text
    assert "3 jours laissés comme ils sont" in seen.text
    assert submit(client, seen).address == INDEX
    assert len(rules_kept()) == 1 and standing() == []


def test_each_day_that_is_left_says_why(client: FlaskClient, rule: RosterRule, nadia: Staff, borny: Place) -> None:
    sablon = make_place("Sablon")
    make_travel(borny, sablon, 25)
    make_presence("2026-12-01 13:00", "14:00", conseiller=nadia, place=sablon)
    make_appointment(standing()[2], "2026-12-08 10:00")
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 22), ends_on=date(2026, 12, 22)))
    page = preview(client, visit(client, f"{INDEX}/{rule.public_id}"), ends="13:30", until_on="2027-01-05")
    left = {
        spoken(row.select_one("th")): [spoken(cell) for cell in row.select("td")]
        for row in page.html.select(".rule-table tbody tr")
    }
    nine = "de 9 h à 12 h, Borny"
    assert left["mardi 1er décembre"] == [nine, "Il y a déjà une permanence de 13 h à 14 h (Sablon)."]
    assert left["mardi 8 décembre"] == [nine, "Il y a 1 rendez-vous."]
    assert left["mardi 15 décembre"] == ["de 9 h à 13 h 30 (avant : de 9 h à 12 h)"]
    assert left["mardi 22 décembre"] == ["aucune permanence", "Ce lieu est fermé ce jour-là."]
    page = preview(client, visit(client, f"{INDEX}/{rule.public_id}"), ends="12:45")
    assert "Il faut 25 minutes de trajet avec la permanence de 13 h à 14 h (Sablon)." in page.text


def test_holidays_have_their_name(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    seen = first_look(client, nadia, weekday="5", from_on="2026-12-21", until_on="2027-01-03")
    assert "Jour férié : Saint-Étienne." in seen.text


def test_a_change_is_seen_then_done_and_kept_in_the_journal(client: FlaskClient, rule: RosterRule) -> None:
    page = visit(client, f"{INDEX}/{rule.public_id}")
    seen = preview(client, page, starts="14:00", ends="17:00")
    assert "de 14 h à 17 h (avant : de 9 h à 12 h)" in seen.text
    assert "3 permanences changées" in submit(client, seen).text
    assert {f"{each.starts_at:%H}" for each in standing()} == {"13"}
    told = visit(client, f"{INDEX}/{rule.public_id}").text
    assert "lundi 30 novembre à 8 h, Claire Benali : roulement changé (heures)" in told


def test_ending_a_rule_withdraws_what_follows(client: FlaskClient, rule: RosterRule, clock: FrozenClock) -> None:
    seen = preview(client, visit(client, f"{INDEX}/{rule.public_id}"), until_on="2026-12-08")
    assert "1 permanence retirée" in seen.text and "Le roulement ne tombe plus ce jour-là." in seen.text
    submit(client, seen)
    assert days() == ["12-01", "12-08"]
    clock.set("2026-12-09 08:00")
    sign_in(client, "claire@exemple.fr")
    page = visit(client, INDEX)
    assert "Roulements finis" in page.text and "Aucun roulement en cours." in page.text
    assert "dernier jour du roulement fixé (dernier jour)" in visit(client, f"{INDEX}/{rule.public_id}").text


def test_the_second_of_two_coordinators_is_told(
    client: FlaskClient, other_client: FlaskClient, rule: RosterRule
) -> None:
    give_password(make_staff("Zoé", role=Role.COORDINATOR, email="zoe@exemple.fr"))
    sign_in(other_client, "zoe@exemple.fr")
    form = visit(client, f"{INDEX}/{rule.public_id}")
    seen = preview(client, form, ends="13:00")
    submit(other_client, preview(other_client, visit(other_client, f"{INDEX}/{rule.public_id}"), starts="10:00"))
    told = submit(client, seen)
    assert told.status == 409
    assert "Zoé Benali : roulement changé (heures)" in told.text
    assert "de 9 h à 13 h (avant : de 10 h à 12 h)" in told.text
    assert preview(client, form, ends="13:00").status == 409
    assert submit(client, told).address == INDEX
    assert {f"{each.starts_at:%H}-{each.ends_at:%H}" for each in standing()} == {"08-12"}


def test_a_booking_in_between_shows_the_page_again(client: FlaskClient, rule: RosterRule) -> None:
    seen = preview(client, visit(client, f"{INDEX}/{rule.public_id}"), starts="10:00")
    make_appointment(standing()[0], "2026-12-01 10:00")
    again = submit(client, seen)
    assert again.status == 409
    assert "Des permanences ou des rendez-vous ont changé entre-temps" in again.text
    assert "Il y a 1 rendez-vous." in again.text
    assert {each.version for each in standing()} == {1}
    assert "2 permanences changées, 1 jour laissé comme il est." in submit(client, again).text


def test_a_rule_changes_hands(client: FlaskClient, rule: RosterRule) -> None:
    hugo = make_staff("Hugo")
    seen = preview(client, visit(client, f"{INDEX}/{rule.public_id}"), conseiller=hugo.public_id)
    assert "Hugo Benali (avant : Nadia Benali)" in seen.text
    submit(client, seen)
    assert {each.conseiller_id for each in standing()} == {hugo.id}
    page = visit(client, INDEX)
    assert [each.get_text() for each in page.html.select("section h2")] == ["Hugo Benali"]


def test_somebody_who_left_keeps_their_rule_in_the_list(client: FlaskClient, rule: RosterRule, nadia: Staff) -> None:
    with transaction():
        db.session.get_one(Staff, nadia.id).in_post_until = date(2026, 11, 29)
    page = visit(client, f"{INDEX}/{rule.public_id}")
    assert page.html.select_one("#conseiller option[selected]")["value"] == nadia.public_id
    assert "N’est pas en poste aujourd’hui" in visit(client, INDEX).text


def test_an_unknown_rule_is_no_page(client: FlaskClient, claire: Staff) -> None:
    for address in (f"{INDEX}/x", f"{INDEX}/x/apercu"):
        assert visit(client, address).status == 404


def test_a_link_may_fill_the_form(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    page = visit(client, f"{NEW}?conseiller={nadia.public_id}&where=borny&weekday=3")
    assert page.html.select_one("#weekday option[selected]")["value"] == "3"
    assert errors(page) == []


def test_the_pages_ask_as_much_whatever_there_is(client: FlaskClient, rule: RosterRule, nadia: Staff) -> None:
    few = asked(client, INDEX), asked(client, address_of(rule, nadia))
    for weekday in range(30):
        make_rule(conseiller=nadia if weekday % 2 else make_staff(), place=make_place(), weekday=weekday % 7)
    with transaction():
        extend_roster(now=NOW, weeks=12)
    make_appointment(next(each for each in standing() if each.rule_id == rule.id), "2026-12-01 10:00")
    assert (asked(client, INDEX), asked(client, address_of(rule, nadia, until_on=""))) == few


def address_of(rule: RosterRule, nadia: Staff, **others: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in terms(nadia, starts="10:00", **others).items())
    return f"{INDEX}/{rule.public_id}/apercu?{query}"


def asked(client: FlaskClient, address: str) -> int:
    db.session.expire_all()
    with count_queries() as statements:
        assert visit(client, address).status == 200
    return len(statements)


def test_over_bookings_somebody_may_go_on(client: FlaskClient, rule: RosterRule) -> None:
    make_appointment(standing()[1], "2026-12-08 10:00")
    asked = preview(client, visit(client, f"{INDEX}/{rule.public_id}"), until_on="2026-12-01")
    assert "1 permanence reste comme elle est : des personnes y sont attendues" in asked.text
    link = asked.html.find("a", string=lambda text: bool(text) and text.startswith("Continuer"))
    assert isinstance(link, Tag)
    page = visit(client, str(link["href"]))
    assert "1 rendez-vous ou atelier perd son heure" in page.text
    form = page.form(f"/{rule.public_id}")
    answer = client.post(str(form["action"]), data=values_of(form))
    assert (answer.status_code, answer.location) == (303, "/coordination/plans")
    assert db.session.scalars(select(Appointment.status)).all() == [Status.DISPLACED]
    assert [each.rule_day for each in standing()] == [date(2026, 12, 1)]
