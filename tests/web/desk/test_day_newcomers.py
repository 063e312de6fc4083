"""« Qui est là ? »: a name, a phone or a code finds today's booking, else a visit begins with what was typed."""

from __future__ import annotations

import logging

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment, Booker, Status
from cnapp.domain.places import Place
from cnapp.services import appointments
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_appointment, make_citizen, make_motif, make_place, make_presence, metz
from tests.support import Page, count_queries, submit, visit
from tests.web.desk.counter import TODAY, ask, buttons, open_desk


@pytest.fixture
def borny(app: Application, client: FlaskClient) -> Place:
    place = make_place("Borny")
    open_desk(client, place, make_place("Agora"))
    return place


def coming(place: Place, at: str = "09:45", day: str = TODAY, **columns: object) -> Appointment:
    return make_appointment(make_presence(f"{day} 09:00", "17:00", place=place), f"{day} {at}", **columns)


def arrivals(page: Page) -> list[str]:
    return [str(button["formaction"]) for button in buttons(page, "/arrivee")]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("Jean-Luc Schmitt", "schmidt"),
        ("Fatima El Amrani", "Al Amrani"),
        ("Élodie Noël", "elodie noel"),
        ("Mohamed Benali", "Muhammad"),
        ("Ольга Коваленко", "ольга"),
    ],
)
def test_a_name_however_it_is_written_finds_today_before_anybody_receives(
    client: FlaskClient, borny: Place, name: str, typed: str
) -> None:
    made = coming(borny, name=name, needs=["child"], motif=make_motif(title="Un CV"))
    coming(borny, day="2026-12-03", name=name)
    page = ask(client, typed)
    assert arrivals(page) == [f"/accueil/rendez-vous/{made.public_id}/arrivee"]
    for words in ("Un rendez-vous trouvé.", name, "9 h 45", "Un CV, avec Nadia", "À préparer : vient avec un enfant"):
        assert words in page.text, words


def test_homonyms_are_told_apart_by_hour_and_subject(client: FlaskClient, borny: Place) -> None:
    presence = make_presence(f"{TODAY} 09:00", "17:00", place=borny)
    make_appointment(presence, f"{TODAY} 09:00", name="Marie Weber", motif=make_motif(title="Un CV"))
    make_appointment(presence, f"{TODAY} 14:00", name="Marie Weber", motif=make_motif(title="Les impôts"))
    page = ask(client, "weber")
    assert len(arrivals(page)) == 2
    assert "2 rendez-vous trouvés. Choisissez par l’heure et le sujet." in page.text
    assert "Marie Weber , 9 h Un CV" in page.text and "Marie Weber , 14 h Les impôts" in page.text


@pytest.mark.parametrize("typed", ["06 39 98 12 34", "0639981234", "+33 6 39 98 12 34"])
def test_a_phone_finds_the_person_and_whoever_booked(client: FlaskClient, borny: Place, typed: str) -> None:
    helper = make_citizen("Léa Martin", phone="+33639981234")
    coming(borny, name="Paul Klein", phone="+33639981234")
    coming(borny, "10:30", name="Rosa Luz", booked_by=Booker.RELATIVE, booker_id=helper.id)
    page = ask(client, typed)
    assert "Paul Klein" in page.text and "Rosa Luz" in page.text


def test_a_code_finds_it_however_it_is_typed(client: FlaskClient, borny: Place) -> None:
    made = coming(borny, name="Paul Klein", code="K4TX9PQM")
    for typed in ("K4TX 9PQM", "k4tx-9pqm"):
        assert arrivals(ask(client, typed)) == [f"/accueil/rendez-vous/{made.public_id}/arrivee"]


def test_a_name_that_looks_like_a_code_is_a_name(client: FlaskClient, borny: Place) -> None:
    coming(borny, name="Karl Schubert")
    assert "Karl Schubert" in ask(client, "Schubert").text


def test_somebody_who_has_arrived_is_said_to_have(client: FlaskClient, borny: Place) -> None:
    coming(borny, name="Paul Klein", status=Status.ARRIVED, arrived_at=metz(f"{TODAY} 07:50"))
    page = ask(client, "klein")
    assert "Sur place depuis 7 h 50" in page.text and not arrivals(page)


def test_a_booking_at_another_own_place_is_named_and_said_where(client: FlaskClient, app: Application) -> None:
    borny, agora = make_place("Borny"), make_place("Agora")
    open_desk(client, borny, agora)
    made = coming(agora, "10:00", name="Paul Klein")
    page = ask(client, "klein")
    assert "Aucun rendez-vous ici aujourd’hui." in page.text
    assert "Paul Klein Ce rendez-vous n’est pas ici : il est à Agora à 10 h." in page.text
    assert page.html.select_one(f"a[href='/accueil/rendez-vous/{made.public_id}']") and not arrivals(page)


def test_only_a_code_tells_of_a_place_that_is_not_the_desks(client: FlaskClient, borny: Place) -> None:
    sablon = make_place("Sablon")
    made = coming(sablon, "10:00", name="Paul Klein", code="K4TX9PQM", phone="+33639981234")
    for typed in ("klein", "06 39 98 12 34"):
        assert "Sablon" not in ask(client, typed).text
    page = ask(client, "K4TX9PQM")
    assert "Ce rendez-vous n’est pas ici : il est à Sablon à 10 h." in page.text
    assert "Klein" not in page.text and made.public_id not in page.response.text


def test_a_code_of_another_day_says_which(client: FlaskClient, borny: Place) -> None:
    coming(borny, day="2026-12-03", name="Paul Klein", code="K4TX9PQM")
    coming(make_place("Sablon"), day="2026-12-04", name="Rosa Luz", code="K4TX9PQN")
    assert "Ce rendez-vous n’est pas aujourd’hui : il est jeudi 3 décembre à 9 h 45." in ask(client, "K4TX9PQM").text
    page = ask(client, "K4TX9PQN")
    assert "il est à Sablon vendredi 4 décembre à 9 h 45." in page.text and "Rosa" not in page.text


def test_a_cancelled_booking_is_said_to_be(client: FlaskClient, borny: Place) -> None:
    presence = make_presence(f"{TODAY} 09:00", "17:00", place=borny)
    made = make_appointment(presence, f"{TODAY} 09:45", name="Paul Klein")
    cancel(made)
    page = ask(client, "klein")
    assert "Annulé par la personne" in page.text and not arrivals(page)


def cancel(appointment: Appointment) -> None:
    """By the person, on the evening before."""
    with transaction(appointment.conseiller_id):
        appointments.cancel(appointment, by=By.citizen(), now=metz("2026-11-29 18:00"))


def test_nobody_found_begins_a_visit_with_the_first_name(client: FlaskClient, borny: Place) -> None:
    page = ask(client, "Ahmed Ben Salah")
    assert "Aucun rendez-vous ici aujourd’hui pour « Ahmed Ben Salah »." in page.text
    form = page.form("/accueil/sans-rendez-vous")
    assert form.select_one("input[name=first_name]")["value"] == "Ahmed"
    assert len(form.select("input[name=word]")) == 7
    for typed in ("06 39 98 99 99", "K4TX 9PQ2"):
        assert ask(client, typed).form("/accueil/sans-rendez-vous").select_one("input[name=first_name]")["value"] == ""


def test_the_visit_is_noted_by_one_more_press(client: FlaskClient, borny: Place) -> None:
    page = submit(client, ask(client, "Ahmed"), {"word": "e-mails"}, "/accueil/sans-rendez-vous")
    assert page.address.startswith("/accueil/passages/")
    assert "Ahmed" in page.text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Écrivez un nom, un téléphone ou un code."),
        ("  \u200b ", "Écrivez un nom, un téléphone ou un code."),
        ("Ly", "Écrivez au moins 3 lettres du nom ou du prénom"),
        ("%%%", "Écrivez au moins 3 lettres du nom ou du prénom"),
        ("06 39", "Ce numéro n’est pas complet."),
        ("x" * 81, "80 caractères au plus"),
    ],
)
def test_what_cannot_be_looked_for_is_said_and_kept(
    client: FlaskClient, borny: Place, typed: str, sentence: str
) -> None:
    page = ask(client, typed)
    assert page.status == 422 and sentence in page.text
    assert page.title.startswith("Erreur")
    assert page.html.select_one("#who[aria-invalid=true]")["value"] == " ".join(typed.replace("\u200b", "").split())


def test_the_name_stands_in_no_address_and_no_log(
    client: FlaskClient, borny: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    page = ask(client, "Zebulon")
    assert page.address == "/accueil/qui-est-la" and page.response.request.query_string == b""
    assert "ebulon" not in caplog.text
    assert visit(client, "/accueil/qui-est-la").address == "/accueil/"


def test_many_found_ask_no_more_than_one(client: FlaskClient, borny: Place) -> None:
    presence, motif = make_presence(f"{TODAY} 09:00", "19:00", place=borny), make_motif(duration_minutes=15)
    make_appointment(presence, f"{TODAY} 09:00", name="Paul Klein", motif=motif)
    with count_queries() as for_one:
        ask(client, "klein")
    for n in range(1, 20):
        make_appointment(presence, f"{TODAY} {9 + n // 4:02}:{n % 4 * 15:02}", name="Paul Klein", motif=motif)
    with count_queries() as for_twenty:
        assert len(arrivals(ask(client, "klein"))) == 20
    assert len(for_one) == len(for_twenty)
