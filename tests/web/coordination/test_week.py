"""The week board: who is where, what is wrong, where nobody is; as many queries for forty conseillers as for two."""

from __future__ import annotations

from datetime import date, time

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db, transaction
from cnapp.base.tokens import new_public_id
from cnapp.domain.appointments import Appointment
from cnapp.domain.board import Half
from cnapp.domain.cover import CoverRule
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closed, Closure, OpeningHours, Place, Room
from cnapp.services.appointments import revoke
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    keep,
    make_absence,
    make_appointment,
    make_desk,
    make_displaced,
    make_motif,
    make_place,
    make_presence,
    make_rule,
    make_staff,
    metz,
)
from tests.support import FrozenClock, Page, count_queries, sign_in, visit

WEEK = "/coordination/semaine/2026-W49"


def office_hours() -> list[OpeningHours]:
    """9–12 and 14–17, from Monday to Friday."""
    stretches = ((time(9), time(12)), (time(14), time(17)))
    return [OpeningHours(weekday=day, opens=opens, closes=closes) for day in range(5) for opens, closes in stretches]


def cell(page: Page, head: str, day: int) -> str:
    """What stands in the row of this name under this day (Monday is 0)."""
    rows = [row for row in page.html.select("table.board tbody tr") if head in row.select_one("th").get_text()]  # type: ignore[union-attr]
    return " ".join(rows[0].select("td")[day].get_text(" ").split())


def notes(page: Page) -> list[str]:
    return [" ".join(item.get_text(" ").split()) for item in page.html.select(".board-notes li")]


def test_the_first_page_is_this_week(client: FlaskClient, anne: Staff) -> None:
    assert visit(client, "/coordination/").address == WEEK


def test_who_is_where_with_room_hours_booked_and_possible(client: FlaskClient, anne: Staff) -> None:
    borny = make_place("Borny", rooms=[Room(name="salle 2")])
    motif = make_motif(duration_minutes=30)
    nadia = make_staff("Nadia")
    presence = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=borny, room_id=borny.rooms[0].id)
    make_appointment(presence, "2026-12-03 09:00", motif=motif)
    make_appointment(presence, "2026-12-03 10:00", motif=motif)
    page = visit(client, WEEK)
    assert "9 h – 12 h Nadia B. , salle 2 2 réservés sur 6 possibles" in cell(page, "Borny", 3)
    link = page.html.select_one(".here a")
    assert link and link["href"] == f"/coordination/permanences/{presence.public_id}"
    assert "9 h – 12 h Borny , salle 2 2 réservés sur 6 possibles" in cell(
        visit(client, f"{WEEK}?par=personne"), "Nadia", 3
    )


def test_pauses_absences_and_minutes_kept_are_not_possible(client: FlaskClient, anne: Staff) -> None:
    make_motif(duration_minutes=30)
    nadia, borny = make_staff("Nadia"), make_place("Borny")
    columns = {"conseiller": nadia, "place": borny, "takes_walk_ins": True, "walk_in_minutes": 60}
    make_presence("2026-12-03 09:00", "12:00", pause="10:00-10:30", **columns)
    make_absence(nadia, "2026-12-03 09:00", "2026-12-03 09:30")
    page = visit(client, WEEK)
    assert "aucun réservé sur 2 possibles · sans rendez-vous" in cell(page, "Borny", 3)
    assert "Attention : Une absence est notée de 9 h à 9 h 30." in cell(page, "Borny", 3)
    assert "Absence de 9 h à 9 h 30." in cell(visit(client, f"{WEEK}?par=personne"), "Nadia", 3)


def test_without_appointments_it_says_how_people_come(client: FlaskClient, anne: Staff) -> None:
    borny = make_place("Borny")
    make_presence("2026-12-01 09:00", "12:00", place=borny, takes_appointments=False, takes_walk_ins=True)
    make_presence("2026-12-02 09:00", "12:00", place=borny, takes_appointments=False)
    page = visit(client, WEEK)
    assert "Nadia B. sans rendez-vous" in cell(page, "Borny", 1)
    assert "Nadia B. personne n’est reçu" in cell(page, "Borny", 2)


def test_an_open_half_day_without_anybody_is_a_sentence_and_a_link(client: FlaskClient, anne: Staff) -> None:
    borny = make_place("Borny", slug="borny", opening_hours=office_hours())
    make_presence("2026-12-03 09:00", "12:00", place=borny)
    page = visit(client, WEEK)
    assert "Personne l’après-midi. Placer quelqu’un : Borny, jeudi 3" in cell(page, "Borny", 3)
    assert "Personne. Placer quelqu’un : Borny, vendredi 4" in cell(page, "Borny", 4)
    assert "Fermé" in cell(page, "Borny", 5)
    links = [str(link["href"]) for link in page.html.select("a.place-someone")]
    assert "/coordination/permanences/nouvelle?lieu=borny&jour=2026-12-03&de=14:00&a=17:00" in links
    form = visit(client, links[links.index(next(link for link in links if "2026-12-03" in link))])
    assert _value(form, "starts") == "14:00" and _value(form, "ends") == "17:00" and _value(form, "day") == "2026-12-03"


def _value(page: Page, name: str) -> str:
    field = page.html.select_one(f"input[name={name}]")
    return str(field["value"]) if field else ""


def test_the_past_is_not_filled(client: FlaskClient, anne: Staff, clock: FrozenClock) -> None:
    make_presence("2026-12-03 09:00", "12:00", place=make_place("Borny", opening_hours=office_hours()))
    clock.set("2026-12-01 13:00")
    sign_in(client, "anne@exemple.fr")
    page = visit(client, WEEK)
    assert "Placer" not in cell(page, "Borny", 0)
    assert "Placer" in cell(page, "Borny", 1)


def test_only_places_where_we_are_about_now_have_a_row(client: FlaskClient, anne: Staff) -> None:
    make_presence("2026-11-03 09:00", "12:00", place=make_place("Quatre semaines avant"))
    make_presence("2026-12-30 09:00", "12:00", place=make_place("Quatre semaines après"))
    make_presence("2026-10-20 09:00", "12:00", place=make_place("Longtemps avant"))
    make_rule(place=make_place("Au roulement"), from_on=date(2026, 11, 1))
    make_rule(place=make_place("Ancien roulement"), until_on=date(2026, 10, 1))
    make_place("Jamais")
    rows = [head.get_text() for head in visit(client, WEEK).html.select("table.board tbody th")]
    assert rows == ["Au roulement", "Quatre semaines après", "Quatre semaines avant"]


def test_where_the_roster_would_have_somebody_it_is_said_on_top(client: FlaskClient, anne: Staff) -> None:
    borny, nadia = make_place("Borny", opening_hours=office_hours()), make_staff("Nadia")
    make_rule(place=borny, conseiller=nadia, weekday=1)
    make_rule(place=borny, conseiller=nadia, weekday=2, every_weeks=2, from_on=date(2026, 11, 23))
    page = visit(client, WEEK)
    assert [note.partition(" Placer")[0] for note in notes(page)] == [
        "Borny : personne mardi 1er décembre le matin. Prévu au roulement : Nadia B."
    ]
    make_presence("2026-12-01 09:00", "12:00", place=borny)
    assert notes(visit(client, WEEK)) == []


def test_what_is_wrong_is_said_beside_and_on_top(client: FlaskClient, anne: Staff) -> None:
    borny = make_place("Borny", opening_hours=office_hours(), rooms=[Room(name="salle 2")])
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 2), ends_on=date(2026, 12, 3), reason="Travaux"))
    room = borny.rooms[0].id
    make_presence("2026-12-01 09:00", "12:00", place=borny, room_id=room)
    make_presence("2026-12-01 11:00", "12:30", place=borny, room_id=room, conseiller=make_staff("Hugo"))
    make_presence("2026-12-02 09:00", "12:00", place=borny)
    leaver = make_staff("Paul", in_post_until=date(2026, 12, 3))
    make_presence("2026-12-04 09:00", "12:00", place=borny, conseiller=leaver)
    page = visit(client, WEEK)
    assert "Hugo B. est dans la même salle en même temps." in cell(page, "Borny", 1)
    assert "Nadia B. est dans la même salle en même temps." in cell(page, "Borny", 1)
    assert "Attention : Ce lieu est fermé ce jour-là." in cell(page, "Borny", 2)
    assert cell(page, "Borny", 3).endswith("Fermé : Travaux")
    assert "Attention : Cette personne n’est pas en poste ce jour-là." in cell(page, "Borny", 4)
    assert "Borny : fermé du mercredi 2 décembre au jeudi 3 décembre (Travaux)." in notes(page)
    assert "Nadia B., mercredi 2 décembre, Borny : Ce lieu est fermé ce jour-là." in notes(page)
    assert any(
        "Hugo B., mardi 1er décembre, Borny : Ce lieu n’est pas ouvert pendant toute" in note for note in notes(page)
    )


def test_holidays_and_general_closures_head_their_column(client: FlaskClient, anne: Staff) -> None:
    keep(Closure(place_id=None, starts_on=date(2026, 12, 24), ends_on=date(2026, 12, 24), reason="Veille de Noël"))
    make_presence("2026-12-21 09:00", "12:00", place=make_place("Borny"))
    page = visit(client, "/coordination/semaine/2026-W52")
    heads = [" ".join(head.get_text(" ").split()) for head in page.html.select("table.board thead th")]
    assert heads == [
        "Lieu",
        "lundi 21",
        "mardi 22",
        "mercredi 23",
        "jeudi 24 tout est fermé",
        "vendredi 25 férié",
        "samedi 26 férié",
    ]
    assert "jeudi 24 décembre : tous les lieux sont fermés (Veille de Noël)." in notes(page)
    assert any(note.startswith("samedi 26 décembre : jour férié") for note in notes(page))
    assert cell(page, "Borny", 4).endswith("Férié")


def test_a_sunday_stands_only_when_somebody_is_somewhere(client: FlaskClient, anne: Staff) -> None:
    make_presence("2026-12-03 09:00", "12:00", place=make_place("Borny"))
    assert "dimanche 6" not in [head.get_text() for head in visit(client, WEEK).html.select("thead time")]
    make_presence("2026-12-06 14:00", "17:00")
    assert "dimanche\xa06" in [head.get_text() for head in visit(client, WEEK).html.select("thead time")]


def test_a_person_without_presence_is_placed_by_name(client: FlaskClient, anne: Staff) -> None:
    nadia = make_staff("Nadia", in_post_until=date(2026, 12, 2))
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia)
    make_staff("Partie", in_post_until=date(2026, 11, 1))
    page = visit(client, f"{WEEK}?par=personne")
    assert cell(page, "Nadia", 2).endswith("Nulle part. Placer Nadia : mercredi 2")
    assert cell(page, "Nadia", 3).endswith("Pas en poste.")
    assert [head.get_text() for head in page.html.select("table.board tbody th")] == ["Nadia Benali"]


def test_the_weeks_around(client: FlaskClient, anne: Staff) -> None:
    page = visit(client, "/coordination/semaine/2026-W53?par=personne")
    links = [str(link["href"]) for link in page.html.select(".board-weeks a")]
    assert links == [f"/coordination/semaine/{week}?par=personne" for week in ("2026-W52", "2026-W49", "2027-W01")]


@pytest.mark.parametrize("address", ["2026-W54", "demain", "9999-W52", "2026-W49?par=jour"])
def test_an_address_that_means_nothing_is_no_page(client: FlaskClient, anne: Staff, address: str) -> None:
    assert visit(client, f"/coordination/semaine/{address}").status == 404


def test_an_empty_town_says_so(client: FlaskClient, anne: Staff) -> None:
    assert "Aucune permanence dans les quatre semaines" in visit(client, WEEK).text


@pytest.mark.parametrize("view", ["lieu", "personne"])
def test_forty_conseillers_ask_no_more_than_two(client: FlaskClient, anne: Staff, view: str) -> None:
    motif = make_motif()
    for number in range(2):
        fill(number, motif)
    with count_queries() as for_two:
        visit(client, f"{WEEK}?par={view}")
    for number in range(2, 40):
        fill(number, motif)
    with count_queries() as for_forty:
        page = visit(client, f"{WEEK}?par={view}")
    assert len(for_forty) == len(for_two)
    assert page.text.count("1 réservé sur") == 40


def fill(number: int, motif: object) -> None:
    """Somebody at a place of their own, with a room, a rule and an appointment."""
    place = make_place(opening_hours=office_hours(), rooms=[Room(name="salle 1")])
    conseiller = make_staff()
    make_rule(conseiller=conseiller, place=place, weekday=number % 5)
    presence = make_presence("2026-12-03 09:00", "12:00", conseiller=conseiller, place=place, room_id=place.rooms[0].id)
    make_appointment(presence, "2026-12-03 09:00", motif=motif)
    cover(place, least=2)


ROUTES = (
    "/coordination/",
    WEEK,
    "/coordination/permanences/nouvelle",
    "/coordination/permanences/{presence}",
    "/coordination/permanences/{presence}/modifier",
    "/coordination/permanences/{presence}/retirer",
    "/coordination/historique/permanence/{presence}",
    "/coordination/historique/personne/{person}",
    "/coordination/historique/lieu/{place}",
)


def test_only_coordinators_enter(app: Application, client: FlaskClient) -> None:
    presence = make_presence("2026-12-03 09:00", "12:00")
    names = {"presence": presence.public_id, "person": presence.conseiller.public_id, "place": presence.place.slug}
    accounts = {
        403: [make_staff("Nadia"), make_desk(presence.place), make_desk(phone_line=True)],
        200: [make_staff("Anne", role=Role.COORDINATOR), make_staff("Paul", role=Role.COORDINATOR, receives=False)],
    }
    for status, people in accounts.items():
        for staff in people:
            give_password(staff)
            client.post("/deconnexion")
            client = app.test_client()
            sign_in(client, staff.email)
            for route in ROUTES:
                assert visit(client, route.format(**names)).status == status, (staff.role, route)


def cover(place: Place, **columns: object) -> None:
    """One person on Thursday mornings, unless told otherwise."""
    values = {"public_id": new_public_id(), "weekday": 3, "half": Half.MORNING, "least": 1}
    keep(CoverRule(place_id=place.id, **{**values, "starts_on": date(2026, 1, 1), **columns}))  # type: ignore[arg-type]


def test_fewer_people_than_must_be_is_a_sentence_and_a_link(client: FlaskClient, anne: Staff) -> None:
    borny = make_place("Borny", slug="borny", opening_hours=office_hours())
    cover(borny, least=2)
    cover(borny, half=Half.AFTERNOON)
    make_presence("2026-12-03 09:00", "12:00", place=borny)
    page = visit(client, WEEK)
    assert notes(page) == [
        "Borny : 1 personne jeudi 3 décembre le matin, il faut 2 personnes au moins. "
        "Placer quelqu’un : Borny, jeudi 3, le matin",
        "Borny : personne jeudi 3 décembre l’après-midi, il faut 1 personne au moins. "
        "Placer quelqu’un : Borny, jeudi 3, l’après-midi",
    ]
    assert "Il manque 1 personne le matin." in cell(page, "Borny", 3)
    [link] = {str(each["href"]) for each in page.html.select(".board-notes li:first-child a")}
    assert link == "/coordination/renfort?lieu=borny&jour=2026-12-03&demi=matin"
    assert visit(client, link).status == 200
    make_presence("2026-12-03 09:00", "12:00", place=borny)
    assert len(notes(visit(client, f"{WEEK}?par=personne"))) == 1


def test_a_place_that_must_have_somebody_has_a_row(client: FlaskClient, anne: Staff) -> None:
    cover(make_place("Borny", opening_hours=office_hours()))
    cover(make_place("Fini", opening_hours=office_hours()), ends_on=date(2026, 11, 29))
    cover(make_place("Plus tard", opening_hours=office_hours()), starts_on=date(2026, 12, 7))
    page = visit(client, WEEK)
    assert [head.get_text() for head in page.html.select("table.board tbody th")] == ["Borny"]
    assert len(notes(page)) == 1


@pytest.mark.parametrize(
    ("first", "until", "is_short"),
    [
        ("2026-12-03 00:00", "2026-12-04 00:00", True),
        ("2026-12-03 09:00", "2026-12-03 11:30", True),
        ("2026-12-03 09:00", "2026-12-03 10:30", False),
    ],
)
def test_who_is_absent_covers_nothing(client: FlaskClient, anne: Staff, first: str, until: str, is_short: bool) -> None:
    borny, nadia = make_place("Borny", opening_hours=office_hours()), make_staff("Nadia")
    cover(borny)
    make_presence("2026-12-03 09:00", "12:00", place=borny, conseiller=nadia)
    make_absence(nadia, first, until, entered_by=anne)
    page = visit(client, WEEK)
    sentence = "Borny : personne jeudi 3 décembre le matin, il faut 1 personne au moins."
    assert any(note.startswith(sentence) for note in notes(page)) is is_short
    assert ("Personne le matin." in cell(page, "Borny", 3)) is is_short


def test_who_leads_a_workshop_alone_covers_nothing(client: FlaskClient, anne: Staff) -> None:
    borny = make_place("Borny", opening_hours=office_hours())
    cover(borny)
    make_presence("2026-12-03 09:00", "12:00", place=borny, takes_appointments=False)
    assert "Il manque" not in cell(visit(client, WEEK), "Borny", 3)
    assert any("personne jeudi 3 décembre le matin" in note for note in notes(visit(client, WEEK)))


def test_nobody_is_lacking_where_it_is_closed(client: FlaskClient, anne: Staff) -> None:
    borny = make_place("Borny", opening_hours=office_hours())
    for weekday in (2, 3, 4):
        cover(borny, weekday=weekday)
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 23), ends_on=date(2026, 12, 23), reason="Pont"))
    hours = {"from_time": time(8), "until_time": time(13)}
    keep(Closure(place_id=borny.id, starts_on=date(2026, 12, 24), ends_on=date(2026, 12, 24), **hours))
    assert notes(visit(client, "/coordination/semaine/2026-W52")) == [
        "vendredi 25 décembre : jour férié (Noël).",
        "samedi 26 décembre : jour férié (Saint-Étienne).",
        "Borny : fermé mercredi 23 décembre (Pont).",
        "Borny : fermé jeudi 24 décembre, de 8 h à 13 h.",
    ]


def test_closures_of_every_kind_are_sentences(client: FlaskClient, anne: Staff) -> None:
    borny = make_place("Borny", opening_hours=office_hours())
    make_presence("2026-12-03 09:00", "12:00", place=borny)
    days = {"starts_on": date(2026, 12, 1), "ends_on": date(2026, 12, 1)}
    keep(Closure(place_id=None, closes=Closed.WORKSHOPS, **days))
    keep(Closure(place_id=borny.id, closes=Closed.APPOINTMENTS, **days))
    keep(Closure(place_id=borny.id, provisional_place_id=make_place().id, **days))
    page = visit(client, WEEK)
    assert notes(page) == [
        "mardi 1er décembre : dans tous les lieux, pas d’atelier.",
        "Borny : personne n’est reçu, avec ou sans rendez-vous, mardi 1er décembre.",
        "Borny : à une autre adresse mardi 1er décembre.",
    ]
    assert "tout est fermé" not in page.text


def test_who_lost_their_time_is_marked_until_somebody_decides(client: FlaskClient, anne: Staff) -> None:
    nadia, borny = make_staff("Nadia"), make_place("Borny", opening_hours=office_hours())
    presence = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=borny)
    displaced = make_displaced(presence, "2026-12-03 09:00")
    make_displaced(presence, "2026-12-03 10:00")
    for view, head in (("lieu", "Borny"), ("personne", "Nadia")):
        page = visit(client, f"{WEEK}?par={view}")
        assert "2 rendez-vous à replacer cette semaine. Voir les plans" in notes(page)[0]
        assert page.html.select(".board-notes a[href='/coordination/plans']")
        assert "À replacer : 2 rendez-vous." in cell(page, head, 3)
        assert "À replacer" not in cell(page, head, 2)
    with transaction(nadia.id):
        gone = db.session.get_one(Appointment, displaced.appointment_id)
        revoke(gone, by=By.staff(anne), now=metz("2026-11-30 08:00"))
    assert "1 rendez-vous à replacer cette semaine." in notes(visit(client, WEEK))[0]


def test_whoever_is_absent_shares_no_room(client: FlaskClient, anne: Staff) -> None:
    borny = make_place("Borny", opening_hours=office_hours(), rooms=[Room(name="salle 2")])
    room, ill = borny.rooms[0].id, make_staff("Paul")
    make_presence("2026-12-01 09:00", "12:00", place=borny, room_id=room, conseiller=ill)
    make_presence("2026-12-01 09:00", "12:00", place=borny, room_id=room, conseiller=make_staff("Hugo"))
    assert "dans la même salle" in visit(client, WEEK).text
    make_absence(ill, "2026-12-01 00:00", "2026-12-02 00:00")
    page = visit(client, WEEK)
    assert "dans la même salle" not in page.text
    assert cell(page, "Borny", 1).count("sur 0 possible") == 1
    assert "personne n’est reçu" in cell(page, "Borny", 1)


def test_an_absence_that_begins_in_the_day_lasts_to_its_end_in_words(client: FlaskClient, anne: Staff) -> None:
    borny, ill = make_place("Borny", opening_hours=office_hours()), make_staff("Paul")
    make_presence("2026-12-01 09:00", "12:00", place=borny, conseiller=ill)
    make_absence(ill, "2026-12-01 10:25", "2026-12-02 00:00")
    assert "Une absence est notée à partir de 10 h 25." in cell(visit(client, WEEK), "Borny", 1)
