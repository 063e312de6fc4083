"""« Je suis absent(e) » on a phone: three presses, nothing typed is lost, and once however often it is sent."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.spans import Span
from cnapp.domain.absences import Absence, Cause
from cnapp.domain.appointments import Status
from cnapp.domain.people import Staff
from cnapp.web.application import Application
from tests.factories import (
    make_absence,
    make_appointment,
    make_displaced,
    make_presence,
    make_staff,
    make_workshop,
    metz,
)
from tests.support import FrozenClock, Page, count_queries, sign_in, submit, visit

FORM = "/agenda/absence"
DAY = "2026-12-03"
ILL = {"cause": "illness"}


@pytest.fixture
def nadia(app: Application, client: FlaskClient) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    sign_in(client, "nadia@exemple.fr")
    return staff


def ask(client: FlaskClient, **values: Any) -> Page:
    return submit(client, visit(client, FORM), {**ILL, **values})


def dates(first: str, start: str = "", last: str = "", end: str = "", **values: Any) -> dict[str, Any]:
    return {"quick": "dates", "first": first, "from_hour": start, "last": last, "until_hour": end, **ILL, **values}


def press(client: FlaskClient, page: Page) -> Page:
    return submit(client, page, action=FORM)


def known() -> list[Absence]:
    db.session.rollback()
    db.session.expire_all()
    return list(db.session.scalars(select(Absence).order_by(Absence.id)))


def test_ill_at_half_past_seven_it_takes_three_presses(client: FlaskClient, nadia: Staff, clock: FrozenClock) -> None:
    clock.set("2026-11-30 07:30")
    presence = make_presence("2026-11-30 09:00", "17:00", conseiller=nadia)
    booked = [make_appointment(presence, f"2026-11-30 {hour}:00") for hour in ("09", "10", "11")]
    day = visit(client, "/agenda/2026-11-30")
    assert day.html.select(f'main a[href="{FORM}"]')

    check = ask(client, quick="maintenant")
    assert "3 rendez-vous sont touchés." in check.text
    assert "Rien n’est annulé : la coordination cherche une autre heure." in check.text
    assert "Marie Schmitt" not in check.text
    assert known() == []

    done = press(client, check)
    assert "C’est noté. La coordination est prévenue. Soignez-vous bien." in done.text
    (absence,) = known()
    assert done.address == f"{FORM}/{absence.public_id}"
    assert absence.span == Span(metz("2026-11-30 07:30"), metz("2026-12-01 00:00"))
    assert (absence.cause, absence.entered_by_id) == (Cause.ILLNESS, nadia.id)
    assert {each.status for each in booked} == {Status.DISPLACED}
    shown = visit(client, "/agenda/2026-11-30")
    assert "3 à replacer." in shown.text
    assert "Absence notée à partir de 7 h 30." in shown.text
    assert len(shown.html.select(".tag-displaced")) == 3
    assert "Ajouter quelqu’un" not in shown.text
    week = visit(client, "/agenda/semaine/2026-W49")
    assert "3 rendez-vous à replacer." in week.text
    assert "Absence notée à partir de 7 h 30." in week.text


def test_a_workshop_is_counted_beside_appointments(client: FlaskClient, nadia: Staff) -> None:
    make_workshop(f"{DAY} 14:00", leader=nadia)
    make_appointment(make_presence(f"{DAY} 09:00", "12:00", conseiller=nadia), f"{DAY} 09:00")
    assert "1 rendez-vous et 1 atelier sont touchés." in ask(client, **dates(DAY)).text


def test_workshops_and_who_waits_for_another_time_are_counted_apart(client: FlaskClient, nadia: Staff) -> None:
    make_workshop(f"{DAY} 14:00", leader=nadia)
    make_appointment(make_presence(f"{DAY} 09:00", "12:00", conseiller=nadia), f"{DAY} 09:00")
    press(client, ask(client, **dates(DAY, "08:00", DAY, "12:00")))
    assert "1 atelier. 1 à replacer." in " ".join(visit(client, f"/agenda/{DAY}").html.main.p.text.split())  # type: ignore[union-attr]


def test_somebody_whom_nobody_expects_reads_so(client: FlaskClient, nadia: Staff) -> None:
    check = ask(client, quick="demain")
    assert "Aucun rendez-vous ni atelier n’est touché." in check.text
    assert "Rien n’est annulé" not in check.text
    assert "Personne n’était attendu à ce moment-là." in press(client, check).text


@pytest.mark.parametrize(
    ("values", "start", "end"),
    [
        ({"quick": "demain"}, "2026-12-01 00:00", "2026-12-02 00:00"),
        ({"quick": "ce-matin"}, "2026-11-30 00:00", "2026-11-30 13:00"),
        (dates(DAY), f"{DAY} 00:00", "2026-12-04 00:00"),
        (dates(DAY, "14:05", end="14:35"), f"{DAY} 14:05", f"{DAY} 14:35"),
        (dates("3/12/2026", "9 h", "2027-06-30"), f"{DAY} 09:00", "2027-07-01 00:00"),
        ({"quick": "", "first": DAY}, f"{DAY} 00:00", "2026-12-04 00:00"),
    ],
)
def test_from_minutes_to_months(
    client: FlaskClient, nadia: Staff, values: dict[str, Any], start: str, end: str
) -> None:
    press(client, ask(client, **values))
    assert [each.span for each in known()] == [Span(metz(start), metz(end))]


def test_in_the_afternoon_there_is_no_morning_to_choose(client: FlaskClient, nadia: Staff, clock: FrozenClock) -> None:
    clock.set("2026-11-30 13:00")
    assert "Ce matin" not in visit(client, FORM).text
    assert ask(client, quick="ce-matin").status == 422


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({}, "quick", "Choisissez quand."),
        ({"quick": "dates"}, "first", "Écrivez le premier jour"),
        ({"quick": "maintenant", "cause": "fatigue"}, "cause", "Choisissez une réponse de la liste."),
        (dates(DAY, "12:00", end="12:00"), "until_hour", "La fin doit être après le début."),
        (dates(DAY, last="2026-12-01"), "last", "La fin doit être après le début."),
        (dates("2026-11-20"), "last", "Ce moment est déjà passé"),
        (dates(DAY, last="2036-12-03"), "last", "Une absence dure 2 ans au plus."),
        (dates("9999-12-31"), "last", "Une absence dure 2 ans au plus."),
        (dates("0001-01-01", last=DAY), "last", "Une absence dure 2 ans au plus."),
        (dates("2027-03-28", "02:30"), "from_hour", "Cette heure n’existe pas ce jour-là"),
        (dates("2027-03-27", "02:30", "2027-03-28", "02:30"), "until_hour", "Cette heure n’existe pas ce jour-là"),
        (dates("2026-02-30"), "first", "Ce jour n’existe pas."),
        (dates(DAY, "25:00"), "from_hour", "Cette heure n’existe pas."),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    client: FlaskClient, nadia: Staff, values: dict[str, Any], field: str, sentence: str
) -> None:
    page = ask(client, **values)
    assert page.status == 422
    assert sentence in page.html.select_one(f"#{field}-error").get_text()  # type: ignore[union-attr]
    assert page.html.select_one(f'.error-summary a[href="#{field}"]')
    for name, value in values.items():
        shown = page.html.select_one(f'input[name="{name}"][type="date"], input[name="{name}"][type="time"]')
        assert shown is None or shown.get("value", "") == value
    assert known() == []


def test_an_absence_over_an_absence_shows_the_one_that_is_known(client: FlaskClient, nadia: Staff) -> None:
    absence = make_absence(nadia, f"{DAY} 08:00", f"{DAY} 12:00")
    page = ask(client, **dates(DAY, "11:00", end="15:00"))
    assert page.status == 409
    assert "Une absence est déjà notée à ce moment-là" in page.text
    assert "Jeudi 3 décembre, de 8 h à 12 h." in page.text
    assert page.html.select(f'a[href="{FORM}/{absence.public_id}"]')
    assert page.html.select_one('input[name="until_hour"]')["value"] == "15:00"  # type: ignore[index]
    assert len(known()) == 1


def test_pressed_twice_it_is_entered_once(client: FlaskClient, nadia: Staff, clock: FrozenClock) -> None:
    check = ask(client, quick="maintenant")
    first = press(client, check)
    clock.advance(minutes=1)
    again = press(client, check)
    assert again.address == first.address
    assert "Cette absence est déjà notée." in again.text
    assert len(known()) == 1


def test_what_was_typed_comes_back_to_be_corrected(client: FlaskClient, nadia: Staff) -> None:
    check = ask(client, **dates(DAY, "09:00", cause="training"))
    page = submit(client, check, action="/corriger")
    assert page.html.select_one('input[name="first"]')["value"] == DAY  # type: ignore[index]
    assert page.html.select('input[value="training"][checked]')
    assert page.html.select('input[value="dates"][checked]')


def test_a_colleagues_absence_is_no_page(client: FlaskClient, nadia: Staff) -> None:
    theirs = make_absence(make_staff("Hugo"), f"{DAY} 08:00", f"{DAY} 12:00")
    for page in ("", "/retour", "/retrait"):
        assert visit(client, f"{FORM}/{theirs.public_id}{page}").status == 404
        assert visit(client, f"{FORM}/x{page}").status == 404


def test_one_takes_back_ones_own(client: FlaskClient, nadia: Staff) -> None:
    presence = make_presence(f"{DAY} 09:00", "12:00", conseiller=nadia)
    booked = make_appointment(presence, f"{DAY} 09:00", name="Ali Ben Salah")
    page = press(client, ask(client, **dates(DAY)))
    ask_page = visit(client, f"{page.address}/retrait")
    assert "1 rendez-vous ou atelier est de nouveau prévu à son heure" in ask_page.text
    assert "jeudi 3 décembre à 9 h : Ali Ben Salah" in ask_page.text
    done = submit(client, ask_page, action="/retrait")
    assert "Cette absence a été retirée." in done.text
    db.session.refresh(booked)
    assert booked.status is Status.BOOKED
    assert submit(client, ask_page, action="/retrait").address == page.address


def test_the_day_asks_as_many_questions_however_many_were_displaced(client: FlaskClient, nadia: Staff) -> None:
    presence = make_presence(f"{DAY} 09:00", "17:00", conseiller=nadia)
    make_displaced(presence, f"{DAY} 09:00")
    with count_queries() as few:
        visit(client, f"/agenda/{DAY}")
    for hour in (10, 11, 14, 15):
        make_displaced(presence, f"{DAY} {hour}:00")
    with count_queries() as many:
        visit(client, f"/agenda/{DAY}")
    assert len(many) == len(few)
