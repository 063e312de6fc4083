"""The day and the week on a phone: what stands on them, and addresses that lead nowhere."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.domain.people import Staff
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    make_appointment,
    make_citizen,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    make_travel,
)
from tests.support import FrozenClock, count_queries, sign_in, visit

DAY = "/agenda/2026-12-03"


@pytest.fixture
def nadia(app: Application, client: FlaskClient) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    sign_in(client, "nadia@exemple.fr")
    return staff


def test_a_day_says_where_when_whom_and_what_to_prepare(client: FlaskClient, nadia: Staff) -> None:
    verlaine, borny = make_place("Médiathèque Verlaine"), make_place("Borny")
    make_travel(verlaine, borny, 25)
    morning = make_presence("2026-12-03 09:00", "12:15", conseiller=nadia, place=verlaine, pause="10:30-10:45")
    make_presence("2026-12-03 14:00", "17:00", conseiller=nadia, place=borny)
    person = make_citizen("Marie Schmitt", phone="+33612345678", language="ar", may_leave_message=True)
    make_appointment(morning, person=person, needs=["wheelchair"], motif=make_motif(title="Créer une adresse"))
    page = visit(client, DAY)
    for words in (
        "jeudi 3 décembre",
        "Médiathèque Verlaine",
        "9 h – 12 h 15",
        "Marie Schmitt",
        "Créer une adresse",
        "À préparer : vient en fauteuil roulant",
        "Parle mieux : arabe",
        "06 12 34 56 78",
        "On peut laisser un message.",
        "À venir",
        "Ajouter quelqu’un à 9 h 45",
        "Pause",
        "13 h 35",
        "Partir pour Borny",
        "25 minutes de trajet",
    ):
        assert words in page.text, words
    assert page.html.select_one('a[href="tel:+33612345678"]')


def test_whoever_booked_for_somebody_is_named(client: FlaskClient, nadia: Staff) -> None:
    booker = make_citizen("Julie Weber", structure="CCAS", phone="+33387000000")
    presence = make_presence(conseiller=nadia)
    make_appointment(presence, booked_by="professional", booker_id=booker.id, told="booker")
    text = visit(client, DAY).text
    assert "Pris par Julie Weber, CCAS" in text
    assert "03 87 00 00 00" in text


def test_a_deaf_person_is_not_to_be_called(client: FlaskClient, nadia: Staff) -> None:
    person = make_citizen("Paul Klein", phone="+33612345678", no_calls=True)
    make_appointment(make_presence(conseiller=nadia), person=person)
    page = visit(client, DAY)
    assert "Ne pas appeler" in page.text
    assert not page.html.select('main a[href^="tel:+33612"]')


def test_a_place_with_coordinates_opens_in_the_phones_own_map(client: FlaskClient, nadia: Staff) -> None:
    make_presence(conseiller=nadia, place=make_place("Borny", latitude=49.1, longitude=6.2))
    assert visit(client, DAY).html.select_one('main a[href="geo:49.1,6.2"]')


def test_a_name_is_shown_as_text(client: FlaskClient, nadia: Staff) -> None:
    make_appointment(make_presence(conseiller=nadia), name="<script>alert(1)</script>")
    page = visit(client, DAY)
    assert "<script>alert(1)" not in page.response.text
    assert "<script>alert(1)</script>" in page.text


def test_today_and_this_week(client: FlaskClient, nadia: Staff) -> None:
    assert visit(client, "/agenda/").address == "/agenda/2026-11-30"
    assert visit(client, "/agenda/semaine").address == "/agenda/semaine/2026-W49"


def test_a_week_by_half_days(client: FlaskClient, nadia: Staff) -> None:
    presence = make_presence("2026-12-03 09:00", "12:00", conseiller=nadia, place=make_place("Borny"))
    make_appointment(presence)
    page = visit(client, "/agenda/semaine/2026-W49")
    assert "Semaine du lundi 30 novembre au dimanche 6 décembre" in page.text
    assert "9 h – 12 h Borny 1 rendez-vous · libre : 9 h 45 – 12 h" in page.text


@pytest.mark.parametrize(
    "address",
    [
        "/agenda/2026-13-01",
        "/agenda/2026-02-30",
        "/agenda/20261203",
        "/agenda/2026-W49-4",
        "/agenda/demain",
        "/agenda/0001-01-01",
        "/agenda/9999-12-31",
        "/agenda/２０２６-12-03",
        "/agenda/semaine/2026-W54",
        "/agenda/semaine/2026-49",
        "/agenda/semaine/9999-W52",
        "/agenda/semaine/0000-W01",
        "/agenda/rendez-vous/1",
        "/agenda/rendez-vous/" + "0" * 32,
        "/agenda/ajouter/2026-12-03/25h00",
        "/agenda/ajouter/2026-12-03/0945",
        "/agenda/ajouter/demain/09h45",
    ],
)
def test_an_address_that_means_nothing_is_no_page(client: FlaskClient, nadia: Staff, address: str) -> None:
    page = visit(client, address)
    assert page.status == 404
    assert "Page introuvable" in page.text


def test_the_hour_that_the_clocks_skip_is_refused_in_words(client: FlaskClient, nadia: Staff) -> None:
    page = visit(client, "/agenda/ajouter/2027-03-28/02h30")
    assert page.status == 409
    assert "Cette heure n’existe pas" in page.text


def test_the_agenda_is_kept_by_no_cache(client: FlaskClient, nadia: Staff) -> None:
    assert visit(client, DAY).response.headers["Cache-Control"] == "no-store, private"


def test_a_day_of_thirty_asks_no_more_than_a_day_of_one(client: FlaskClient, nadia: Staff, clock: FrozenClock) -> None:
    motif, presence = make_motif(duration_minutes=15), make_presence("2026-12-03 08:00", "19:00", conseiller=nadia)
    make_appointment(presence, "2026-12-03 08:00", motif=motif)
    with count_queries() as for_one:
        visit(client, DAY)
    for n in range(1, 30):
        make_appointment(presence, f"2026-12-03 {8 + n // 4:02}:{n % 4 * 15:02}", motif=motif)
    with count_queries() as for_thirty:
        visit(client, DAY)
    assert len(for_one) == len(for_thirty)


def test_no_database_id_is_shown(client: FlaskClient, nadia: Staff) -> None:
    appointment = make_appointment(make_presence(conseiller=nadia))
    links = [str(link["href"]) for link in visit(client, DAY).html.select("main a[href]")]
    assert f"/agenda/rendez-vous/{appointment.public_id}" in links
    assert not any(link.rstrip("/").rpartition("/")[2].isdigit() for link in links)
