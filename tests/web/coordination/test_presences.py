"""Placing somebody by hand: what the form takes, and each refusal beside its field, with nothing typed lost."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from flask.testing import FlaskClient

from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, OpeningHours, Place, Room
from tests.factories import (
    keep,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    metz,
)
from tests.support import submit, visit
from tests.web.coordination.presence_pages import NEW, add, errors, path, presences, typed, value


def test_somebody_is_placed_and_the_week_shows_it(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    more = {"where": "borny/salle 2", "receives": "les-deux", "walk_in_minutes": "60"}
    page = add(client, typed(nadia, pause_starts="10:30", pause_ends="10:45", **more))
    assert page.address == "/coordination/semaine/2026-W49"
    assert "La permanence de Nadia Benali est ajoutée." in page.text
    assert "9 h – 12 h Nadia B. , salle 2" in page.text
    [presence] = presences()
    assert (presence.starts_at, presence.ends_at) == (metz("2026-12-03 09:00"), metz("2026-12-03 12:00"))
    assert presence.pause_ends_at == metz("2026-12-03 10:45")
    assert (presence.room_id, presence.rule_id) == (borny.rooms[0].id, None)
    assert (presence.takes_appointments, presence.takes_walk_ins, presence.walk_in_minutes) == (True, True, 60)


@pytest.mark.parametrize(
    ("receives", "appointments", "walk_ins"),
    [("rendez-vous", True, False), ("sans-rendez-vous", False, True), ("personne", False, False)],
)
def test_how_people_are_received(
    client: FlaskClient, nadia: Staff, borny: Place, receives: str, appointments: bool, walk_ins: bool
) -> None:
    add(client, typed(nadia, receives=receives))
    [presence] = presences()
    assert (presence.takes_appointments, presence.takes_walk_ins) == (appointments, walk_ins)
    assert visit(client, path(presence, "/modifier")).html.select(f'input[value="{receives}"][checked]')


def test_hours_and_days_as_people_write_them(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    add(client, typed(nadia, day="3/12/2026", starts="9 h", ends="12h15"))
    [presence] = presences()
    assert (presence.starts_at, presence.ends_at) == (metz("2026-12-03 09:00"), metz("2026-12-03 12:15"))


def test_the_address_fills_the_form_in(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    page = visit(client, f"{NEW}?lieu=borny&jour=2026-12-03&conseiller={nadia.public_id}&de=14:00&a=17:00")
    filled = [value(page, name) for name in ("where", "day", "conseiller", "starts", "ends")]
    assert filled == ["borny", "2026-12-03", nadia.public_id, "14:00", "17:00"]
    assert "Ce jour-là, « Borny » est ouvert de 7 h à 20 h." in page.text
    junk = visit(client, f"{NEW}?lieu=x&jour=2026-13-45&conseiller=1&de=25:00&a=midi")
    assert (junk.status, value(junk, "day")) == (200, "")


CLOSED_ON_FRIDAYS = [OpeningHours(weekday=day, opens=time(8), closes=time(21)) for day in range(4)]


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"conseiller": ""}, "conseiller", "Choisissez une personne."),
        ({"conseiller": "0" * 32}, "conseiller", "Choisissez une personne de la liste."),
        ({"conseiller": "1"}, "conseiller", "Choisissez une personne de la liste."),
        ({"where": ""}, "where", "Choisissez un lieu."),
        ({"where": "ailleurs"}, "where", "Choisissez un lieu de la liste."),
        ({"where": "borny/salle 9"}, "where", "Choisissez un lieu de la liste."),
        ({"where": "borny/salle de Sablon"}, "where", "Choisissez un lieu de la liste."),
        ({"day": ""}, "day", "Écrivez le jour."),
        ({"day": "2026-02-30"}, "day", "Ce jour n’existe pas."),
        ({"day": "2026-11-29"}, "day", "Cette heure est déjà passée"),
        ({"day": "2029-11-29"}, "day", "Ce jour est trop loin"),
        ({"day": "2026-12-26"}, "day", "Ce jour est férié en Moselle"),
        ({"day": "2027-03-26"}, "day", "Ce jour est férié en Moselle"),
        ({"starts": ""}, "starts", "Écrivez l’heure du début."),
        ({"starts": "25:00"}, "starts", "Cette heure n’existe pas."),
        ({"day": "2027-03-28", "starts": "02:30", "ends": "04:00"}, "starts", "on change d’heure cette nuit"),
        ({"starts": "06:00"}, "starts", "Ce lieu n’est pas ouvert pendant toute la permanence."),
        ({"ends": "09:00"}, "ends", "La fin doit venir après le début, le même jour."),
        ({"starts": "22:00", "ends": "01:00"}, "ends", "La fin doit venir après le début, le même jour."),
        ({"starts": "07:00", "ends": "21:00"}, "ends", "Une permanence dure 12 heures au plus"),
        ({"pause_starts": "10:00"}, "pause_ends", "Écrivez le début et la fin de la pause"),
        ({"pause_starts": "11:00", "pause_ends": "10:00"}, "pause_ends", "La fin de la pause doit venir après"),
        ({"pause_starts": "11:00", "pause_ends": "13:00"}, "pause_starts", "La pause doit commencer et finir pendant"),
        ({"receives": ""}, "receives", "Choisissez une des réponses."),
        ({"receives": "tout"}, "receives", "Choisissez une des réponses."),
        ({"walk_in_minutes": "beaucoup"}, "walk_in_minutes", "Écrivez un nombre entier"),
        ({"walk_in_minutes": "-5"}, "walk_in_minutes", "Écrivez un nombre entier"),
        ({"walk_in_minutes": "30"}, "walk_in_minutes", "Des minutes sont gardées seulement si"),
        ({"receives": "les-deux", "walk_in_minutes": "500"}, "walk_in_minutes", "plus longues que la permanence"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(
    client: FlaskClient, nadia: Staff, borny: Place, values: dict[str, str], field: str, sentence: str
) -> None:
    make_place("Sablon", slug="sablon", rooms=[Room(name="salle de Sablon")])
    page = add(client, typed(nadia, **values))
    assert page.status == 422
    assert page.title.startswith("Erreur")
    assert list(errors(page)) == [field]
    assert sentence in errors(page)[field]
    expected = typed(nadia, **values)
    for name in ("day", "starts", "ends", "walk_in_minutes"):
        assert value(page, name) == expected[name]
    assert presences() == []


@pytest.mark.parametrize(
    ("columns", "field", "sentence"),
    [
        ({"in_post_from": date(2026, 12, 4)}, "conseiller", "n’est pas en poste ce jour-là"),
        ({"in_post_until": date(2026, 12, 2)}, "conseiller", "n’est pas en poste ce jour-là"),
    ],
)
def test_only_people_in_post_are_placed(
    client: FlaskClient, borny: Place, columns: dict[str, Any], field: str, sentence: str
) -> None:
    page = add(client, typed(make_staff("Paul", **columns)))
    assert (page.status, list(errors(page))) == (422, [field])
    assert sentence in errors(page)[field]


def test_people_who_receive_nobody_are_not_on_the_list(client: FlaskClient, borny: Place) -> None:
    for staff in (make_staff("Paul", receives=False), make_staff("Zoé", disabled_at=metz("2026-01-01 09:00"))):
        assert add(client, typed(staff)).status == 422
    assert presences() == []


def test_a_closed_place_takes_nobody(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 3), ends_on=date(2026, 12, 3)))
    assert errors(add(client, typed(nadia)))["where"] == "Ce lieu est fermé ce jour-là."
    keep(Closure(place_id=None, starts_on=date(2026, 12, 4), ends_on=date(2026, 12, 4)))
    assert errors(add(client, typed(nadia, day="2026-12-04")))["where"] == "Ce lieu est fermé ce jour-là."


def test_two_places_at_once_names_the_other(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_presence("2026-12-03 10:00", "11:00", conseiller=nadia, place=make_place("Sablon"))
    page = add(client, typed(nadia))
    assert page.status == 409
    assert errors(page) == {"starts": "Nadia a déjà une permanence ce jour-là, de 10 h à 11 h : Sablon."}
    assert value(page, "starts") == "09:00"


@pytest.mark.parametrize(
    ("at", "until", "sentence"),
    [
        ("08:00", "08:50", "pour aller de « Sablon » à « Borny » : la permanence précédente finit à 8 h 50."),
        ("12:10", "14:00", "pour aller de « Borny » à « Sablon » : la permanence suivante commence à 12 h 10."),
    ],
)
def test_too_little_travel_names_the_other(
    client: FlaskClient, nadia: Staff, borny: Place, at: str, until: str, sentence: str
) -> None:
    sablon = make_place("Sablon")
    make_travel(borny, sablon, 25)
    make_presence(f"2026-12-03 {at}", until, conseiller=nadia, place=sablon)
    page = add(client, typed(nadia))
    assert (page.status, errors(page)) == (409, {"starts": f"Il faut 25 minutes {sentence}"})


def test_sent_twice_it_is_added_once(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    page = visit(client, NEW)
    submit(client, page, typed(nadia), action="/nouvelle")
    again = submit(client, page, typed(nadia), action="/nouvelle")
    assert "Nadia a déjà une permanence ce jour-là, de 9 h à 12 h : Borny." in again.text
    assert len(presences()) == 1


def test_what_is_wrong_is_listed_in_the_order_of_the_page(client: FlaskClient, borny: Place) -> None:
    page = add(client, {})
    told = [str(link["href"]) for link in page.html.select(".error-summary a")]
    asked = [
        f"#{field['id']}" for field in page.html.select("main select, main input") if field.has_attr("aria-invalid")
    ]
    assert told == asked == ["#conseiller", "#day", "#where", "#starts", "#ends"]
