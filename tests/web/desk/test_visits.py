"""People without appointment at a desk: noted, given a time, sent elsewhere, and « Revenir en arrière »."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Origin, Status
from cnapp.domain.journal import Entry, Subject
from cnapp.domain.motifs import Motif, Word
from cnapp.domain.people import Staff, StaffPlace
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.domain.visits import State, Visit
from cnapp.web.application import Application
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
    make_visit,
)
from tests.support import FrozenClock, Page, count_queries, sign_in, submit, visit
from tests.web.desk.counter import ask, open_desk

LIST = "/accueil/sans-rendez-vous"
ROSA = {"first_name": "Rosa", "word": Word.EMAIL.value}


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", slug="borny")


@pytest.fixture
def desk(borny: Place, client: FlaskClient) -> Staff:
    return open_desk(client, borny)


@pytest.fixture
def motif(desk: Staff) -> Motif:
    return make_motif(slug="adresse", title="Créer une adresse", duration_minutes=30, word=Word.EMAIL)


@pytest.fixture
def nadia(motif: Motif, borny: Place) -> Staff:
    """At Borny this morning."""
    staff = make_staff("Nadia")
    make_presence("2026-11-30 08:00", "12:00", conseiller=staff, place=borny)
    return staff


def come(client: FlaskClient, **values: str) -> Page:
    return submit(client, visit(client, LIST), {**ROSA, **values}, "/sans-rendez-vous")


def all_visits() -> list[Visit]:
    db.session.rollback()
    return list(db.session.scalars(select(Visit).order_by(Visit.ticket)))


def all_appointments() -> list[Appointment]:
    db.session.rollback()
    return list(db.session.scalars(select(Appointment).order_by(Appointment.id)))


def address(made: Visit, end: str = "") -> str:
    return f"/accueil/passages/{made.public_id}{end}"


def buttons(page: Page) -> list[str]:
    return [" ".join(button.get_text(" ").split()) for button in page.html.select("main button:not([hidden])")]


def test_whoever_comes_gets_a_ticket_and_a_page(client: FlaskClient, nadia: Staff, desk: Staff) -> None:
    page = come(client)
    [made] = all_visits()
    assert page.address == address(made)
    assert (made.ticket, made.first_name, made.word, made.staff_id) == (1, "Rosa", Word.EMAIL, desk.id)
    assert "Passage n° 1, Rosa" in page.text
    assert "Nadia peut vous recevoir à 8 h." in page.text
    assert "Donner 8 h avec Nadia" in buttons(page)


def test_without_a_first_name_and_one_after_another(client: FlaskClient, motif: Motif) -> None:
    for _ in range(2):
        come(client, first_name="")
    assert [(each.ticket, each.first_name) for each in all_visits()] == [(1, None), (2, None)]


def test_one_form_is_one_visit(client: FlaskClient, motif: Motif) -> None:
    page = visit(client, LIST)
    pressed = [submit(client, page, ROSA, "/sans-rendez-vous").address for _ in range(2)]
    assert pressed[0] == pressed[1]
    assert len(all_visits()) == 1


def test_another_page_s_box_begins_a_form_and_notes_nothing(client: FlaskClient, motif: Motif) -> None:
    page = submit(client, visit(client, LIST), {"first_name": "Rosa 🙂", "key": ""}, "/sans-rendez-vous")
    assert (page.status, all_visits()) == (200, [])
    assert field(page, "first_name") == "Rosa 🙂"
    assert "Il y a un problème" not in page.text
    submit(client, page, {"word": "arnaques"}, "/sans-rendez-vous")
    assert [each.first_name for each in all_visits()] == ["Rosa 🙂"]


def test_whoever_has_no_appointment_begins_in_the_one_box(client: FlaskClient, nadia: Staff) -> None:
    begun = submit(client, ask(client, "Rosa"), {"word": Word.EMAIL.value}, "/sans-rendez-vous")
    [made] = all_visits()
    assert (begun.address, made.first_name) == (address(made), "Rosa")


def field(page: Page, name: str) -> Any:
    found = page.html.select_one(f"main input[name={name}]")
    assert found
    return found["value"]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"word": ""}, "Choisissez un sujet."),
        ({"word": "inconnu"}, "Choisissez un sujet."),
        ({"first_name": "x" * 5000}, "Ce nom est trop long."),
        ({"first_name": "🙂"}, "Écrivez un nom avec des lettres"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: FlaskClient, motif: Motif, values: dict[str, str], sentence: str
) -> None:
    page = come(client, **values)
    assert (page.status, all_visits()) == (422, [])
    assert sentence in page.text
    assert field(page, "first_name") == values.get("first_name", "Rosa")


def test_a_first_name_is_text_and_nothing_else(client: FlaskClient, motif: Motif) -> None:
    page = come(client, first_name="<script>alert(1)</script> 🙂 محمد")
    assert "<script>alert" not in page.response.text
    assert "<script>alert(1)</script> 🙂 محمد" in page.text


def test_a_time_in_one_press_with_its_paper(client: FlaskClient, nadia: Staff) -> None:
    page = submit(client, come(client), action="/heure")
    [made], [given] = all_visits(), all_appointments()
    assert page.address == address(made, "/papier")
    assert given.shown_code in page.text
    assert "n° 1" in page.text
    assert (given.origin, given.person.name, made.state) == (Origin.WALK_IN, "Rosa", State.DONE)
    assert "heure donnée : 8 h avec Nadia" in visit(client, LIST).text


def test_pressed_twice_it_is_given_once(client: FlaskClient, nadia: Staff) -> None:
    page = come(client)
    pressed = [submit(client, page, action="/heure").address for _ in range(2)]
    assert pressed[0] == pressed[1]
    assert len(all_appointments()) == 1


def test_a_time_taken_meanwhile_leaves_what_is_possible_now(client: FlaskClient, nadia: Staff, motif: Motif) -> None:
    page = come(client)
    make_appointment(db.session.scalars(select(Presence)).one(), "2026-11-30 08:00", motif=motif)
    answer = submit(client, page, action="/heure")
    assert answer.status == 409
    assert "Aucune heure n’est donnée" in answer.text
    assert "Donner 8 h 30 avec Nadia" in buttons(answer)
    assert [each.state for each in all_visits()] == [State.WAITING]


@pytest.mark.parametrize(
    "values",
    [
        {"slot": ""},
        {"slot": "nonsense"},
        {"slot": "ailleurs@20261130T0700Z"},
        {"slot": "borny@99991231T2330Z"},
        {"slot": "borny@00010101T0000Z"},
        {"conseiller": "x" * 5000},
        {"motif": "inconnu"},
        {"motif": "x" * 5000},
    ],
)
def test_a_forged_time_gives_nothing(client: FlaskClient, nadia: Staff, values: dict[str, str]) -> None:
    answer = submit(client, come(client), values, "/heure")
    assert (answer.status, all_appointments()) == (422, [])


@pytest.mark.parametrize("slot", ["borny@20261130T0705Z", "borny@20261130T0500Z", "borny@20251130T0700Z"])
def test_a_time_that_is_not_offered_is_refused(client: FlaskClient, nadia: Staff, slot: str) -> None:
    answer = submit(client, come(client), {"slot": slot}, "/heure")
    assert (answer.status, all_appointments()) == (409, [])


def test_another_day_and_the_nearest_place(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    sablon = make_place("Sablon", slug="sablon")
    make_travel(borny, sablon, 25)
    make_presence("2026-11-30 09:00", "12:00", conseiller=make_staff("Hugo"), place=sablon)
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia, place=borny)
    page = come(client)
    assert "Un autre jour ici : mardi 1er décembre à 9 h, avec Nadia." in page.text
    assert "Aujourd’hui, au plus près : Sablon, à 9 h avec Hugo, 25 minutes de trajet." in page.text
    there = [form for form in page.html.select("form") if "là-bas" in form.get_text()]
    values = {str(each["name"]): each["value"] for each in there[0].select("input")}
    submit(client, page, values, "/heure")
    [given] = all_appointments()
    assert (given.origin, given.presence.place_id) == (Origin.COUNTER, sablon.id)


def test_the_map_tells_how_far_where_nobody_entered_minutes(client: FlaskClient, motif: Motif, borny: Place) -> None:
    far = make_place("Sablon", latitude=49.1098, longitude=6.1772)
    borny.latitude, borny.longitude = 49.1303, 6.1757
    db.session.commit()
    make_presence("2026-11-30 11:00", "12:00", place=far)
    assert "à environ 2 km" in come(client).text


def test_another_motif_is_another_length(client: FlaskClient, nadia: Staff, borny: Place) -> None:
    make_motif(slug="longue", title="Trier ses e-mails", duration_minutes=60, word=Word.EMAIL)
    make_motif(slug="courte", title="Réparer une souris", duration_minutes=15, word=Word.COMPUTER)
    page = come(client)
    [made] = all_visits()
    options = [str(each["value"]) for each in page.html.select("select[name=motif] option")]
    assert sorted(options) == ["adresse", "longue"]
    chosen = visit(client, address(made, "?motif=longue"))
    assert chosen.html.select_one("option[selected][value=longue]")
    submit(client, chosen, action="/heure")
    assert all_appointments()[0].span.minutes == 60
    assert visit(client, address(made, "?motif=inconnu")).status == 404


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("no_room", "pas de place aujourd’hui"),
        ("not_ours", "pas pour le numérique"),
        ("done", "aide donnée"),
        ("left", "reparti sans être reçu"),
        ("elsewhere", "orienté ailleurs : un autre service"),
    ],
)
def test_one_press_ends_a_visit_and_one_takes_it_back(
    client: FlaskClient, motif: Motif, state: str, words: str
) -> None:
    page = submit(client, come(client), {"state": state}, "/suite")
    assert page.address == LIST
    assert f"C’est noté pour le n° 1 : {words}." in page.text
    assert all_visits()[0].state == state
    back = submit(client, page, action="/revenir")
    assert "le n° 1 attend" in back.text
    assert all_visits()[0].state is State.WAITING


def test_from_the_list_too_and_to_whom(client: FlaskClient, motif: Motif) -> None:
    come(client)
    page = submit(client, visit(client, LIST), {"state": "elsewhere", "service": "CAF"}, "/suite")
    assert "orienté ailleurs : CAF" in page.text
    come(client)
    typed = {"state": "elsewhere", "service": "CAF", "other": "Agora"}
    submit(client, visit(client, LIST), typed, "/suite")
    assert [each.sent_to for each in all_visits()] == ["CAF", "Agora"]


def test_a_service_of_5000_letters_is_too_long(client: FlaskClient, motif: Motif) -> None:
    page = submit(client, come(client), {"state": "elsewhere", "other": "x" * 5000}, "/suite")
    assert page.status == 422
    assert "120 caractères au plus" in page.text
    assert field(page, "other") == "x" * 5000
    assert all_visits()[0].state is State.WAITING


@pytest.mark.parametrize("state", ["", "waiting", "called", "inconnu"])
def test_a_forged_end_is_not_understood(client: FlaskClient, motif: Motif, state: str) -> None:
    assert submit(client, come(client), {"state": state}, "/suite").status == 422
    assert all_visits()[0].state is State.WAITING


def test_the_day_in_one_sentence(
    client: FlaskClient, motif: Motif, borny: Place, desk: Staff, clock: FrozenClock
) -> None:
    assert "Aujourd’hui : aucun passage." in visit(client, LIST).text
    ends = [State.WAITING, State.ELSEWHERE, State.ELSEWHERE, State.NO_ROOM, State.NOT_OURS, State.LEFT]
    for ticket, state in enumerate(ends, 1):
        over = {} if state is State.WAITING else {"ended_at": clock()}
        sent = {"sent_to": "CAF"} if state is State.ELSEWHERE else {}
        make_visit(borny, desk=desk, ticket=ticket, state=state, **over, **sent)
    sentence = "Aujourd’hui : 6 passages, 1 attend, 2 orientés ailleurs, 1 sans place, 1 pas pour le numérique."
    assert sentence in visit(client, LIST).text


def test_a_time_given_is_taken_back_and_journaled(client: FlaskClient, nadia: Staff) -> None:
    submit(client, come(client), action="/heure")
    submit(client, visit(client, LIST), action="/revenir")
    [made], [given] = all_visits(), all_appointments()
    assert (made.state, made.appointment_id, given.status) == (State.WAITING, None, Status.REVOKED)
    told = {(entry.subject, entry.what) for entry in db.session.scalars(select(Entry))}
    assert told >= {(Subject.VISIT, "noted"), (Subject.APPOINTMENT, "booked"), (Subject.APPOINTMENT, "revoked")}
    page = visit(client, address(made))
    assert "Nadia peut vous recevoir à 8 h." in page.text
    assert "Accueil Borny (Sonia) : heure ou aide donnée" in page.text


def test_another_place_s_visit_is_no_page(client: FlaskClient, desk: Staff) -> None:
    foreign = make_visit(make_place("Sablon"))
    for end in ("", "/papier", "/attestation"):
        assert visit(client, address(foreign, end)).status == 404
    token = csrf(client)
    for end in ("/suite", "/heure", "/revenir"):
        values = {"csrf_token": token, "state": "left", "noted": "left", "slot": "borny@20261130T0700Z", "motif": "x"}
        assert client.post(address(foreign, end), data=values).status_code == 404
    assert visit(client, "/accueil/passages/inconnu").status == 404


def csrf(client: FlaskClient) -> str:
    return str(field_of(visit(client, LIST), "csrf_token"))


def field_of(page: Page, name: str) -> Any:
    found = page.html.select_one(f"input[name={name}]")
    assert found
    return found["value"]


def test_a_desk_of_two_places_opens_both(client: FlaskClient, desk: Staff, borny: Place) -> None:
    sablon = make_place("Sablon")
    keep(StaffPlace(staff_id=desk.id, place_id=sablon.id))
    assert visit(client, address(make_visit(sablon))).status == 200


def test_a_desk_says_first_where_it_is(client: FlaskClient, borny: Place) -> None:
    desk = make_desk(borny, make_place("Sablon"))
    give_password(desk)
    sign_in(client, desk.email)
    assert visit(client, LIST).address == "/accueil/poste"


def test_yesterday_can_be_read_and_not_changed(client: FlaskClient, motif: Motif, borny: Place, desk: Staff) -> None:
    old = make_visit(borny, "2026-11-27 09:00", desk=desk)
    page = visit(client, address(old))
    assert page.status == 200
    assert "Un passage se note et se corrige le jour même." in page.text
    assert buttons(page) == []
    answer = client.post(address(old, "/suite"), data={"csrf_token": csrf(client), "state": "left"})
    assert answer.status_code == 409
    assert "Un passage se note et se corrige le jour même." in answer.text


def test_the_second_desk_is_told_what_changed(client: FlaskClient, motif: Motif) -> None:
    page = come(client)
    submit(client, visit(client, LIST), {"state": "no_room"}, "/suite")
    answer = submit(client, page, {"state": "left"}, "/suite")
    assert answer.status == 409
    assert "Accueil Borny (Sonia) : pas de place ce jour-là" in answer.text


def test_both_pages_ask_as_much_whatever_there_is(
    client: FlaskClient, nadia: Staff, borny: Place, desk: Staff, motif: Motif
) -> None:
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia, place=borny)
    make_presence("2026-11-30 13:00", "14:00")
    come(client)
    made = all_visits()[0]
    submit(client, visit(client, address(made)), action="/heure")
    come(client, first_name="Karim")
    waiting = all_visits()[1]
    before = [asked(client, page) for page in (LIST, address(made), address(waiting))]
    for number in range(6):
        other = make_staff(f"Conseiller {number}")
        make_presence("2026-11-30 08:00", "12:00", conseiller=other, place=borny)
        make_presence("2026-11-30 13:00", "14:00")
    for _ in range(4):
        submit(client, come(client), action="/heure")
    for ticket in range(100, 140):
        make_visit(borny, desk=desk, ticket=ticket, motif_id=motif.id)
    assert [asked(client, page) for page in (LIST, address(made), address(waiting))] == before
    assert max(before) <= 24


def asked(client: FlaskClient, page: str) -> int:
    db.session.rollback()
    db.session.expire_all()
    with count_queries() as statements:
        assert visit(client, page).status == 200
    return len(statements)
