"""Who opened which booking, newest first, by person, by day, by code, in pages; never the name of who comes."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment
from cnapp.domain.consultations import Booking, Way
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.services.consultations import note
from cnapp.services.journal import By
from tests.factories import make_appointment, make_consultation, make_desk, make_presence, make_staff, metz
from tests.support import FrozenClock, Page, count_queries, visit

HOME = "/coordination/consultations"
LAST_WEEK = "2026-11-23 09:30"


@pytest.fixture
def desk(borny: Place) -> Staff:
    return make_desk(borny)


@pytest.fixture
def appointment(borny: Place) -> Appointment:
    return make_appointment(make_presence(place=borny), code="K4TX9PQM")


def lines(page: Page) -> list[str]:
    return [" ".join(row.get_text(" ").split()) for row in page.html.select("tbody tr")]


def test_each_line_says_who_opened_which_booking_when_and_how(
    client: FlaskClient, anne: Staff, desk: Staff, appointment: Appointment
) -> None:
    make_consultation(appointment, desk, LAST_WEEK, hand="Sonia")
    make_consultation(appointment, make_staff("Nadia"), "2026-11-30 07:05", way=Way.OWN)
    page = visit(client, HOME)
    assert lines(page) == [
        "lundi 30 novembre 2026 à 7 h 05 Tout sur K4TX 9PQM Borny Nadia Benali par le conseiller qui reçoit",
        "lundi 23 novembre 2026 à 9 h 30 Tout sur K4TX 9PQM Borny Accueil Borny (Sonia) à l’accueil du lieu",
    ]
    assert "Schmitt" not in page.response.text
    assert "ne sert pas à juger le travail" in page.text


@pytest.mark.parametrize(("way", "words"), [(Way.CODE, "avec le code et un nom"), (Way.PHONE_LINE, "téléphone")])
def test_every_way_has_its_words(
    client: FlaskClient, anne: Staff, desk: Staff, appointment: Appointment, way: Way, words: str
) -> None:
    make_consultation(appointment, desk, way=way)
    [line] = lines(visit(client, HOME))
    assert words in line


def test_they_are_found_by_person_by_day_and_by_code(
    client: FlaskClient, anne: Staff, desk: Staff, appointment: Appointment
) -> None:
    nadia = make_staff("Nadia", disabled_at=metz(LAST_WEEK))
    other = make_appointment(at="2026-12-04 09:00")
    for whose, who, at in (
        (appointment, desk, "2026-11-22 23:59"),
        (appointment, nadia, "2026-11-23 00:00"),
        (other, desk, "2026-11-23 23:59"),
        (other, nadia, "2026-11-24 00:00"),
    ):
        make_consultation(whose, who, at)
    for query, found in (
        ("", ["24", "23", "23", "22"]),
        (f"?personne={nadia.public_id}", ["24", "23"]),
        ("?jour=2026-11-23", ["23", "23"]),
        ("?jour=23/11/2026", ["23", "23"]),
        ("?code=k4tx+9pqm", ["23", "22"]),
        (f"?personne={desk.public_id}&jour=2026-11-23&code={other.code}", ["23"]),
        (f"?personne={desk.public_id}&jour=2026-11-23&code={appointment.code}", []),
        ("?personne=&jour=&code=", ["24", "23", "23", "22"]),
    ):
        page = visit(client, HOME + query)
        assert [line.split()[1] for line in lines(page)] == found, query


def test_a_search_is_shown_again_and_can_be_left(
    client: FlaskClient, anne: Staff, desk: Staff, appointment: Appointment
) -> None:
    page = visit(client, f"{HOME}?personne={desk.public_id}&jour=2026-11-23&code=K4TX9PQM")
    chosen = page.html.select_one("select[name=personne] option[selected]")
    assert chosen and chosen["value"] == desk.public_id
    assert [field["value"] for field in page.html.select("main input")] == ["2026-11-23", "K4TX9PQM"]
    assert "Aucune ouverture notée ne répond à cette recherche." in page.text
    assert page.html.select(f'main a[href="{HOME}"]')


def test_nothing_yet(client: FlaskClient, anne: Staff) -> None:
    page = visit(client, HOME)
    assert "Aucune ouverture n’est notée pour le moment." in page.text
    assert not page.html.select(f'main a[href="{HOME}"]')


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("personne=" + "0" * 32, "Choisissez quelqu’un de la liste."),
        ("personne=1", "Choisissez quelqu’un de la liste."),
        ("jour=31/02/2026", "Ce jour n’existe pas."),
        ("jour=hier", "Ce jour n’existe pas."),
        ("jour=0001-01-01", "Ce jour est trop loin"),
        ("jour=9999-12-31", "Ce jour est trop loin"),
        ("code=K4TX", "Ce code n’est pas complet."),
        ("code=%F0%9F%99%82", "Ce code n’est pas complet."),
        ("code=K4TX9PQN", "Rien n’a été réservé avec ce code."),
        ("code=" + "K" * 200, "C’est trop long."),
    ],
)
def test_what_is_not_understood_is_said_and_kept(
    client: FlaskClient, anne: Staff, appointment: Appointment, desk: Staff, query: str, sentence: str
) -> None:
    make_consultation(appointment, desk)
    page = visit(client, f"{HOME}?{query}")
    assert (page.status, lines(page)) == (422, [])
    assert sentence in page.text
    assert page.title.startswith("Erreur")


def test_they_come_in_pages_that_keep_the_search(
    client: FlaskClient, anne: Staff, desk: Staff, appointment: Appointment
) -> None:
    for minute in range(51):
        make_consultation(appointment, desk, f"2026-11-23 09:{minute:02}")
    first = visit(client, f"{HOME}?jour=2026-11-23")
    assert (len(lines(first)), "Plus ancien" in first.text, "Plus récent" in first.text) == (50, True, False)
    [older] = first.html.select("nav.actions a")
    second = visit(client, str(older["href"]))
    assert (len(lines(second)), "Plus ancien" in second.text, "Plus récent" in second.text) == (1, False, True)


@pytest.mark.parametrize("page", ["0", "2", "x", "-1", "999999", "²"])
def test_a_page_that_is_not_there_is_none(client: FlaskClient, anne: Staff, page: str) -> None:
    assert visit(client, f"{HOME}?page={page}").status == 404


def test_many_lines_ask_no_more_than_one(
    client: FlaskClient, anne: Staff, appointment: Appointment, clock: FrozenClock
) -> None:
    _open(appointment, clock())
    visit(client, HOME)
    with count_queries() as for_one:
        visit(client, HOME)
    for day in range(1, 20):
        _open(make_appointment(at=f"2026-12-{day:02} 09:00"), clock())
    with count_queries() as for_twenty:
        page = visit(client, HOME)
    assert len(for_one) == len(for_twenty) == 5
    assert len(lines(page)) == 20


def _open(appointment: Appointment, at: datetime) -> None:
    by = By.staff(make_staff())
    with transaction():
        note(Booking.of(appointment), Way.OWN, by=by, now=at)
