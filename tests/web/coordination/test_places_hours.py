"""Opening hours by season: typed line by line, judged line by line; what no longer fits is shown before and after."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import OpeningHours, Place
from tests.factories import make_place, make_presence, make_staff
from tests.support import Page, count_queries, submit, visit
from tests.web.coordination.claire import coordinate, reread, told, typed

HOURS = "/coordination/lieux/borny/heures"
Row = tuple[int, time, time, int, int]


@pytest.fixture
def borny(claire: Staff) -> Place:
    return make_place("Borny", slug="borny", open_all_day=False)


def line(number: int, weekday: str, opens: str, closes: str, *season: str) -> dict[str, str]:
    values = {"weekday": weekday, "opens": opens, "closes": closes}
    values |= dict(zip(("season_first", "season_last"), season, strict=False))
    return {f"lines-{number}-{name}": value for name, value in values.items()}


def save(client: FlaskClient, *lines: dict[str, str], page: Page | None = None) -> Page:
    values: dict[str, Any] = {}
    for each in lines:
        values |= each
    return submit(client, page or visit(client, HOURS), values, "/heures")


def kept() -> list[Row]:
    reread()
    columns = (OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes)
    season = (OpeningHours.season_first, OpeningHours.season_last)
    rows = db.session.execute(select(*columns, *season).order_by(*columns))
    return [(day, opens, closes, first, last) for day, opens, closes, first, last in rows]


def test_lines_are_added_without_a_script(client: FlaskClient, borny: Place) -> None:
    page = save(client, line(0, "0", "8:30", "12:00"), line(1, "0", "13h30", "17 h"), line(3, "1", "9:00", "12:00"))
    assert "Les heures d’ouverture sont enregistrées." in page.text
    assert kept() == [
        (0, time(8, 30), time(12), 101, 1231),
        (0, time(13, 30), time(17), 101, 1231),
        (1, time(9), time(12), 101, 1231),
    ]
    assert len(page.html.select("tbody tr")) == 3 + 4
    assert told(Subject.PLACE) == ["hours_changed"]


def test_people_read_the_new_hours_at_once(client: FlaskClient, borny: Place) -> None:
    save(client, line(0, "0", "08:30", "12:00"))
    text = visit(client, "/lieux/borny").text
    assert "Lundi de 8 h 30 à 12 h" in text


def test_seasons_are_days_and_months(client: FlaskClient, borny: Place) -> None:
    save(client, line(0, "2", "9:00", "17:00", "1/9", "30/6"), line(1, "2", "9:00", "12:00", "01/07", "31/08"))
    assert [row[3:] for row in kept()] == [(701, 831), (901, 630)]
    assert "Du 1er septembre au 30 juin" in visit(client, "/lieux/borny").text
    page = visit(client, HOURS)
    assert sorted(typed(page, f"lines-{number}-season_first") for number in (0, 1)) == ["1/7", "1/9"]


def test_a_line_is_changed_and_another_goes(client: FlaskClient, borny: Place) -> None:
    save(client, line(0, "0", "8:00", "12:00"), line(1, "1", "8:00", "12:00"))
    save(client, {"lines-0-closes": "11:00", "lines-1-gone": "y"})
    assert kept() == [(0, time(8), time(11), 101, 1231)]


def test_saved_as_they_were_nothing_is_written(client: FlaskClient, borny: Place) -> None:
    save(client, line(0, "0", "8:00", "12:00"))
    save(client)
    assert told(Subject.PLACE) == ["hours_changed"]


@pytest.mark.parametrize(
    ("lines", "sentence", "field"),
    [
        ([line(0, "", "8:00", "12:00")], "Choisissez un jour.", "lines-0-weekday"),
        ([line(0, "9", "8:00", "12:00")], "Choisissez un jour.", "lines-0-weekday"),
        ([line(0, "0", "", "12:00")], "Écrivez l’heure d’ouverture.", "lines-0-opens"),
        ([line(0, "0", "8:00", "")], "Écrivez l’heure de fermeture.", "lines-0-closes"),
        ([line(0, "0", "25:00", "26:00")], "Cette heure n’existe pas.", "lines-0-opens"),
        ([line(0, "0", "-8:00", "12:00")], "Cette heure n’existe pas.", "lines-0-opens"),
        ([line(0, "0", "12:00", "12:00")], "La fermeture vient après l’ouverture.", "lines-0-closes"),
        ([line(0, "0", "8:00", "12:00", "1/9", "")], "Écrivez les deux jours", "lines-0-season_last"),
        ([line(0, "0", "8:00", "12:00", "30/2", "31/8")], "Ce n’est pas un jour de l’année.", "lines-0-season_first"),
        (
            [line(0, "0", "8:00", "12:00"), line(2, "0", "11:00", "13:00")],
            "Ces heures se recoupent avec une autre ligne du lundi.",
            "lines-2-opens",
        ),
        (
            [line(0, "0", "8:00", "12:00", "1/9", "1/2"), line(1, "0", "11:00", "13:00", "1/1", "2/1")],
            "Ces heures se recoupent",
            "lines-1-opens",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    client: FlaskClient, borny: Place, lines: list[dict[str, str]], sentence: str, field: str
) -> None:
    page = save(client, *lines)
    assert (page.status, kept()) == (422, [])
    assert page.title.startswith("Erreur")
    assert page.html.select(f".error-summary a[href='#{field}']")
    wrong = page.html.select_one(f"#{field}")
    assert wrong and wrong["aria-invalid"] == "true"
    assert sentence in page.html.select(f"[id='{wrong['aria-describedby']}']")[0].get_text()
    assert typed(page, "lines-0-closes") == lines[0]["lines-0-closes"]


def test_seasons_that_never_meet_may_share_their_hours(client: FlaskClient, borny: Place) -> None:
    save(client, line(0, "0", "8:00", "12:00", "1/9", "30/6"), line(1, "0", "8:00", "11:00", "1/7", "31/8"))
    assert len(kept()) == 2


def test_a_thousand_forged_lines_are_refused(client: FlaskClient, borny: Place) -> None:
    lines = [line(number, str(number % 7), "8:00", "12:00") for number in range(150)]
    page = save(client, *lines)
    assert page.status == 422
    assert "Écrivez 100 lignes au plus." in page.text


@pytest.fixture
def open_place(client: FlaskClient, borny: Place) -> Place:
    """Thursdays from 8 to 17 h, with a presence in the afternoon and one in the morning with a pause."""
    save(client, line(0, "3", "8:00", "17:00"))
    nadia, hugo = make_staff("Nadia"), make_staff("Hugo")
    make_presence("2026-12-03 13:00", "17:00", place=borny, conseiller=nadia)
    make_presence("2026-12-03 09:00", "13:30", pause="12:00-13:00", place=borny, conseiller=hugo)
    return borny


def test_presences_that_would_no_longer_fit_are_shown_before_and_after(client: FlaskClient, open_place: Place) -> None:
    page = save(client, {"lines-0-closes": "12:00"})
    assert page.status == 409
    assert "2 permanences prévues seraient en dehors de ces heures" in page.text
    assert "jeudi 3 décembre, de 13 h à 17 h : Nadia Benali, Borny" in page.text
    assert kept()[0][2] == time(17)
    assert typed(page, "lines-0-closes") == "12:00"
    done = save(client, page=page)
    assert "2 permanences prévues sont en dehors de ces heures" in done.text
    assert kept()[0][2] == time(12)


def test_a_pause_may_lie_outside_the_hours(client: FlaskClient, open_place: Place) -> None:
    page = save(client, line(0, "3", "8:00", "12:00"), line(1, "3", "13:00", "17:00"))
    assert page.status == 200
    assert "en dehors de ces heures" not in page.text


def test_an_agreement_is_for_the_presences_that_were_shown(client: FlaskClient, open_place: Place) -> None:
    page = save(client, {"lines-0-closes": "16:00"})
    assert "1 permanence prévue serait en dehors" in page.text
    again = save(client, {"lines-0-closes": "12:00"}, page=page)
    assert (again.status, kept()[0][2]) == (409, time(17))
    assert "2 permanences prévues seraient" in again.text


def test_the_second_of_two_is_told_what_the_first_changed(
    client: FlaskClient, other_client: FlaskClient, borny: Place
) -> None:
    coordinate(other_client, "deux@exemple.fr")
    first, second = visit(client, HOURS), visit(other_client, HOURS)
    save(client, line(0, "0", "8:00", "12:00"), page=first)
    page = save(other_client, line(0, "1", "9:00", "12:00"), page=second)
    assert page.status == 409
    assert "Claire Muller : heures d’ouverture changées" in page.text
    assert typed(page, "lines-0-opens") == "9:00"
    assert save(other_client, page=page).status == 200
    assert [row[0] for row in kept()] == [1]


def test_the_page_asks_as_much_with_twenty_presences(client: FlaskClient, borny: Place) -> None:
    save(client, line(0, "3", "8:00", "12:00"))
    make_presence("2026-12-03 13:00", "14:00", place=borny)
    with count_queries() as for_one:
        visit(client, HOURS)
    for _ in range(19):
        make_presence("2026-12-03 13:00", "14:00", place=borny)
    with count_queries() as for_twenty:
        visit(client, HOURS)
    assert len(for_one) == len(for_twenty)
