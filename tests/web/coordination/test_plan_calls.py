"""The phone list of a plan and the notice for the door: whom to call, what came of it, and no name on any door."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.domain.absences import Absence
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.consultations import Consultation
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import RecoveryPlan, Standing
from cnapp.services import absences
from cnapp.services.journal import By
from tests.factories import make_appointment, make_place, make_presence, make_staff, make_travel
from tests.support import FrozenClock, Page, count_queries, submit, visit
from tests.web.coordination.plan_pages import DAY, PLANS, TODAY, absent, apply_all, book, key, lines, page_of, press


@pytest.fixture
def hugo(anne: Staff) -> Staff:
    return make_staff("Hugo", last_name="Leroy")


@pytest.fixture
def plan(nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock) -> RecoveryPlan:
    """Nadia was expected at 9, when Hugo is elsewhere; he is at Borny from 10 on."""
    return moved_later(nadia, hugo, borny, clock, DAY)


def moved_later(nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock, day: str) -> RecoveryPlan:
    book(nadia, borny, "09:00", day=day)
    sablon = make_place("Sablon")
    make_travel(borny, sablon, 15)
    make_appointment(make_presence(f"{day} 08:30", "09:30", conseiller=hugo, place=sablon), f"{day} 08:45")
    make_appointment(make_presence(f"{day} 10:00", "12:00", conseiller=hugo, place=borny), f"{day} 10:45")
    return absent(nadia, clock, f"{day} 08:00", f"{day} 18:00")


def calls_of(client: FlaskClient, plan: RecoveryPlan) -> Page:
    return visit(client, f"{PLANS}/{plan.public_id}/appels")


def test_who_must_be_called_is_told_the_time_that_is_held(client: FlaskClient, plan: RecoveryPlan) -> None:
    page = calls_of(client, plan)
    assert "Odile Exemple0" in page.text and "06 12 34 56 78" in page.text
    assert "Le rendez-vous n’a pas lieu : jeudi 3 décembre à 9 h, Borny" in page.text
    assert "Proposez : jeudi 3 décembre à 10 h, « Borny », avec Hugo." in page.text
    assert "☐ d’accord" in page.text
    assert db.session.scalar(select(func.count()).select_from(Consultation)) == 0


def test_a_yes_on_the_phone_gives_the_time_at_once(client: FlaskClient, plan: RecoveryPlan, hugo: Staff) -> None:
    page = submit(client, calls_of(client, plan), {"outcome": "agreed"}, action=key(lines(plan)[0]))
    assert "Odile E. est d’accord." in page.text and "Personne à appeler pour ce plan." in page.text
    (line,) = lines(plan)
    assert (line.standing, line.answered_at is not None) == (Standing.ACCEPTED, True)
    assert line.appointment and line.appointment.conseiller_id == hugo.id
    assert "A dit oui" in page_of(client, plan).text


def test_a_yes_to_what_was_already_given(client: FlaskClient, plan: RecoveryPlan) -> None:
    assert "On attend sa réponse" in apply_all(client, plan).text
    submit(client, calls_of(client, plan), {"outcome": "agreed"}, action=key(lines(plan)[0]))
    assert [each.standing for each in lines(plan)] == [Standing.ACCEPTED]


def test_a_yes_to_another_time_than_is_held_is_refused(client: FlaskClient, plan: RecoveryPlan) -> None:
    values = {"outcome": "agreed", "held": "p1.1@20261203T0900Z"}
    page = submit(client, calls_of(client, plan), values, action=key(lines(plan)[0]))
    assert page.status == 409
    assert [each.standing for each in lines(plan)] == [Standing.OPEN]


def test_who_does_not_come_is_asked_once(client: FlaskClient, plan: RecoveryPlan) -> None:
    (line,) = lines(plan)
    ask = visit(client, f"{PLANS}/{plan.public_id}/appels/{key(line)}/annulation")
    assert "La personne ne vient pas ?" in ask.text
    assert [each.standing for each in lines(plan)] == [Standing.OPEN]
    page = submit(client, ask)
    assert "Le rendez-vous est annulé" in page.text
    (line,) = lines(plan)
    assert line.standing is Standing.ENDED
    assert db.session.get_one(Appointment, line.appointment_id).status is Status.EXCUSED
    again = submit(client, ask)
    assert again.status == 409


def test_today_comes_first(client: FlaskClient, nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock) -> None:
    clock.set(f"{TODAY} 07:30")
    plan = moved_later(nadia, hugo, borny, clock, TODAY)
    page = calls_of(client, plan)
    assert "Aujourd’hui" in page.text
    assert "À appeler d’abord" in page_of(client, plan).text
    check = submit(client, page_of(client, plan), action="/verification")
    assert "Le même jour, à une autre heure" in check.text
    assert "Odile E. : lundi 30 novembre à 10 h, avec Hugo (avant : lundi 30 novembre à 9 h)" in check.text
    assert "Pour prévenir : 1 appel à faire." in check.text


def test_who_keeps_hour_and_place_is_not_called(
    client: FlaskClient, nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock
) -> None:
    book(nadia, borny, "09:00")
    make_presence(f"{DAY} 09:00", "12:00", conseiller=hugo, place=borny)
    assert "Personne à appeler pour ce plan." in calls_of(client, absent(nadia, clock)).text


@pytest.mark.parametrize("values", [{}, {"outcome": "maybe"}])
def test_nonsense_is_refused(client: FlaskClient, plan: RecoveryPlan, values: dict[str, str]) -> None:
    page = calls_of(client, plan)
    (line,) = lines(plan)
    assert press(client, page, f"{PLANS}/{plan.public_id}/appels/{key(line)}", **values).status == 422
    assert press(client, page, f"{PLANS}/{plan.public_id}/appels/l0", outcome="agreed").status == 404


def test_the_list_asks_as_much_for_one_as_for_four(
    client: FlaskClient, nadia: Staff, borny: Place, clock: FrozenClock
) -> None:
    asked = []
    for day, times in ((DAY, ("09:00",)), ("2026-12-10", ("09:00", "09:30", "10:00", "10:30"))):
        book(nadia, borny, *times, day=day)
        plan = absent(nadia, clock, f"{day} 08:00", f"{day} 18:00")
        calls_of(client, plan)
        with count_queries() as queries:
            calls_of(client, plan)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def notice_of(client: FlaskClient, plan: RecoveryPlan) -> Page:
    return visit(client, f"{PLANS}/{plan.public_id}/affiche")


def test_the_notice_says_when_nobody_is_there_and_names_nobody(client: FlaskClient, plan: RecoveryPlan) -> None:
    page = notice_of(client, plan)
    (sheet,) = page.html.select(".door-notice")
    said = " ".join(sheet.get_text(" ").split())
    assert "Borny" in said and "Le conseiller numérique est absent." in said
    assert "jeudi 3 décembre de 9 h à 12 h" in said
    assert "Nous vous appelons, ou nous vous écrivons" in said
    assert "Nadia" not in said and "Odile" not in said


def test_of_today_it_says_so(client: FlaskClient, nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock) -> None:
    clock.set(f"{TODAY} 07:30")
    plan = moved_later(nadia, hugo, borny, clock, TODAY)
    assert "Aujourd’hui, le conseiller numérique est absent." in notice_of(client, plan).text


def test_where_somebody_took_over_nothing_hangs(
    client: FlaskClient, nadia: Staff, hugo: Staff, borny: Place, clock: FrozenClock
) -> None:
    book(nadia, borny, "09:00", "10:00")
    sablon = make_place("Sablon")
    make_travel(borny, sablon, 10)
    make_presence(f"{DAY} 13:30", "17:00", conseiller=hugo, place=sablon)
    plan = absent(nadia, clock)
    assert "de 9 h à 12 h" in notice_of(client, plan).text
    apply_all(client, plan)
    assert "Aucune affiche" in notice_of(client, plan).text


def test_nor_where_the_absence_was_taken_back(client: FlaskClient, plan: RecoveryPlan, nadia: Staff) -> None:
    absence = db.session.scalars(select(Absence)).one()
    with transaction(nadia.id):
        absences.withdraw(db.session.get_one(Absence, absence.id), by=By.staff(nadia), now=absence.created_at)
    assert "Aucune affiche" in notice_of(client, plan).text


def test_a_long_absence_says_its_first_and_last_day(
    client: FlaskClient, nadia: Staff, borny: Place, clock: FrozenClock
) -> None:
    for day in range(1, 9):
        make_presence(f"2026-12-0{day} 09:00", "12:00", conseiller=nadia, place=borny)
    plan = absent(nadia, clock, "2026-12-01 08:00", "2026-12-20 18:00")
    assert "Du mardi 1er décembre 2026 au mardi 8 décembre 2026." in notice_of(client, plan).text
