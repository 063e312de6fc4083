"""What hangs on doors: posters of workshops and programmes of places, for what anybody can come to."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import transaction
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Status as Stage
from cnapp.services import workshops
from cnapp.services.journal import By
from cnapp.web.application import Application
from cnapp.wording.workshop_words import when_lines
from tests.factories import make_place, make_workshop, metz
from tests.support import MORNING, count_queries, visit


def test_a_poster_says_what_when_where_and_how_to_come(client: FlaskClient) -> None:
    place = make_place("Médiathèque Verlaine", address="1 parvis de l’Exemple")
    workshop = make_workshop("2026-12-10 14:00", place=place, title="<b>Mes</b> photos", bring="votre câble")
    page = visit(client, f"/ateliers/{workshop.public_id}/affiche")
    assert page.status == 200
    assert page.html.select_one("h1").get_text() == "<b>Mes</b> photos"  # type: ignore[union-attr]
    for words in (
        *("Atelier gratuit", "Niveau : débutant", "jeudi 10 décembre", "de 14 h à 15 h 30", "Médiathèque Verlaine"),
        *("1 parvis de l’Exemple, Metz", "Il faut s’inscrire.", "Appelez le 03 53 01 00 00", "127.0.0.1:5000/ateliers"),
        *("Fermer une publicité", "À apporter : votre câble"),
    ):
        assert words in page.text
    assert page.html.select_one(".poster-qr svg")
    assert not [name for name in ("Nadia", "Benali") if name in page.text]


def test_a_workshop_and_its_place_lead_to_their_paper(client: FlaskClient) -> None:
    workshop = make_workshop("2027-01-14 14:00", title="Écrire des e-mails")
    paper = f"/ateliers/{workshop.public_id}/affiche"
    assert visit(client, f"/ateliers/{workshop.public_id}").html.select_one(f'a[href="{paper}"]')
    assert visit(client, paper).html.select_one("h1").get_text() == "Écrire des e\u2011mails"  # type: ignore[union-attr]
    place = f"/lieux/{workshop.place.slug}"
    assert visit(client, place).html.select_one(f'a[href="{place}/programme?mois=2027-01"]')


def test_nothing_hangs_that_nobody_can_come_to(client: FlaskClient, app: Application) -> None:
    hidden = [make_workshop(status=stage).public_id for stage in (Stage.DRAFT, Stage.WITHDRAWN)]
    cancelled = make_workshop()
    with transaction():
        workshops.record_about(workshops.thing(cancelled), "published", by=By.clock(), now=metz(MORNING))
        workshops.cancel(cancelled, by=By.clock(), settings=app.settings, now=metz(MORNING))
    for public_id in (*hidden, cancelled.public_id, "inconnu"):
        assert client.get(f"/ateliers/{public_id}/affiche").status_code == 404


def sessions(*times: str, minutes: int = 90) -> list[WorkshopSession]:
    starts = [metz(at) for at in times]
    return [WorkshopSession(starts_at=at, ends_at=at + timedelta(minutes=minutes)) for at in starts]


TUESDAYS = ("2026-12-01 14:00", "2026-12-08 14:00", "2026-12-15 14:00", "2027-01-05 14:00", "2027-01-12 14:00")


@pytest.mark.parametrize(
    ("times", "lines"),
    [
        (TUESDAYS[:1], ["mardi 1er décembre", "de 14 h à 15 h 30"]),
        (TUESDAYS[:4], ["4 séances", "les mardis 1er, 8 et 15 décembre, 5 janvier", "de 14 h à 15 h 30"]),
        (TUESDAYS, ["5 séances", "les mardis de 14 h à 15 h 30", "du 1er décembre au 12 janvier"]),
        ((TUESDAYS[0], "2026-12-03 09:45"), ["2 séances", "à partir du mardi 1er décembre à 14 h"]),
    ],
)
def test_dates_take_few_lines(app: Application, times: tuple[str, ...], lines: list[str]) -> None:
    with app.test_request_context():
        said = [
            line.replace("\N{NO-BREAK SPACE}", " ").replace(", venez à toutes", "")
            for line in when_lines(sessions(*times))
        ]
    assert said == lines


def test_a_programme_has_every_session_of_the_month(client: FlaskClient) -> None:
    place = make_place("Borny", slug="borny")
    make_workshop("2026-11-24 14:00", "2026-12-01 14:00", "2027-01-05 14:00", place=place, title="Mes photos")
    make_workshop("2026-12-31 18:30", place=place, title="Mes e-mails")
    make_workshop("2026-12-10 14:00", place=place, title="Caché", status=Stage.DRAFT)
    make_workshop("2026-12-11 14:00", title="Ailleurs")
    page = visit(client, "/lieux/borny/programme?mois=2026-12")
    titles = [each.get_text() for each in page.html.select("main h2")]
    assert titles == ["Mes photos", "Mes e-mails"]
    for words in ("Ateliers gratuits en décembre 2026", "mardi 1er décembre de 14 h à 15 h 30", "séance 2 sur 3"):
        assert words in page.text
    assert "127.0.0.1:5000/ateliers?lieu=borny" in page.text
    months = [each["href"] for each in page.html.select(".programme-months a")]
    assert months == ["/lieux/borny/programme?mois=2026-11", "/lieux/borny/programme?mois=2027-01"]
    assert "Mes photos" in visit(client, "/lieux/borny/programme").text
    assert "Aucun atelier n’est prévu ici" in visit(client, "/lieux/borny/programme?mois=2027-06").text


@pytest.mark.parametrize("month", ["2026-13", "2026-00", "decembre", "", "2026-1", "２０２６-12", "2030-01", "2020-01"])
def test_what_is_no_month_is_no_page(client: FlaskClient, month: str) -> None:
    make_place("Borny", slug="borny")
    page = visit(client, f"/lieux/borny/programme?mois={month}")
    assert page.status == 404 and "Page introuvable" in page.text


def test_as_many_queries_for_a_full_month_as_for_an_empty_one(client: FlaskClient) -> None:
    place = make_place("Borny", slug="borny")
    make_workshop("2026-12-01 10:00", place=place)
    few = queries(client)
    for number in range(4):
        make_workshop(f"2026-12-{2 + number:02} 10:00", f"2026-12-{12 + number:02} 10:00", place=place)
    assert queries(client) == few <= 4
    assert client.get("/lieux/nulle-part/programme").status_code == 404


def queries(client: FlaskClient) -> int:
    visit(client, "/lieux/borny/programme?mois=2026-12")
    with count_queries() as asked:
        visit(client, "/lieux/borny/programme?mois=2026-12")
    return len(asked)
