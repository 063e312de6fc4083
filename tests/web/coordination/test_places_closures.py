"""Closures: days and hours when one place or all of them offer nothing; whoever is touched is asked about before."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place
from cnapp.domain.plans import Displacement, RecoveryPlan
from cnapp.domain.workshops import Workshop
from cnapp.services import closures
from cnapp.services.closures import Terms
from cnapp.services.journal import By
from cnapp.services.people import all_who_receive
from cnapp.web.application import Application
from tests import booking
from tests.factories import (
    make_appointment,
    make_motif,
    make_place,
    make_presence,
    make_rule,
    make_travel,
    make_workshop,
)
from tests.support import Page, count_queries, submit, values_of, visit
from tests.web.coordination.claire import coordinate, reread, told, typed

CLOSURES = "/coordination/fermetures"
WORKS = {"place": "borny", "starts_on": "2026-12-03", "ends_on": "2026-12-04", "reason": "Travaux"}


@pytest.fixture
def borny(claire: Staff) -> Place:
    return make_place("Borny", slug="borny")


def add(client: FlaskClient, **values: Any) -> Page:
    return submit(client, visit(client, f"{CLOSURES}/nouvelle"), {**WORKS, **values}, "/fermetures")


def kept() -> list[tuple[date, date, str]]:
    reread()
    return [(row.starts_on, row.ends_on, row.reason) for row in db.session.scalars(select(Closure))]


def the_only_one() -> str:
    return f"{CLOSURES}/{db.session.scalars(select(Closure.public_id)).one()}"


def test_a_closed_place_offers_nothing_at_once(client: FlaskClient, borny: Place) -> None:
    make_motif()
    make_presence("2026-12-03 09:00", place=borny)
    assert "jeudi 3 décembre" in visit(client, "/lieux/borny").text
    page = add(client)
    assert "1 permanence est retirée, raccourcie ou déplacée." in page.text
    assert "Borny, du jeudi 3 décembre 2026 au vendredi 4 décembre 2026" in page.text
    public = visit(client, "/lieux/borny").text
    assert "Il n’y a pas d’heure libre ici" in public
    assert "du jeudi 3 décembre au vendredi 4 décembre : Travaux" in public
    assert told(Subject.CLOSURE) == ["created", "made_way"]


def test_days_that_are_over_are_not_closed_any_more(client: FlaskClient, borny: Place) -> None:
    page = add(client, starts_on="2026-11-02", ends_on="2026-11-03")
    assert page.status == 422
    assert "Ces jours sont déjà passés" in page.text
    assert kept() == []


def test_one_of_some_hours_and_services_says_so(client: FlaskClient, borny: Place) -> None:
    add(client, ends_on="2026-12-03", from_time="8:00", until_time="10 h", closes="ateliers", reason="")
    assert "Borny, jeudi 3 décembre 2026, de 8 h à 10 h (pas d’atelier)" in visit(client, CLOSURES).text
    assert "jeudi 3 décembre, de 8 h à 10 h (pas d’atelier)" in visit(client, "/lieux/borny").text
    page = visit(client, the_only_one())
    assert [typed(page, name) for name in ("from_time", "until_time")] == ["08:00", "10:00"]
    assert page.html.select_one("input[name=closes][value=ateliers][checked]")


def test_a_closure_over_appointments_asks_before_with_their_list(client: FlaskClient, borny: Place) -> None:
    appointment = make_appointment(make_presence("2026-12-03 09:00", place=borny), name="Ali Ben Salah")
    make_workshop("2026-12-03 14:00", place=borny, title="Trier ses photos")
    for place in ("borny", "partout"):
        page = add(client, place=place)
        assert (page.status, kept()) == (200, [])
        assert "1 rendez-vous et 1 séance d’atelier sont touchés" in page.text
        assert "jeudi 3 décembre à 9 h : Ali Ben Salah" in page.text
        assert appointment.shown_code in page.text
        assert "atelier « Trier ses photos »" in page.text
        assert typed(page, "reason") == "Travaux"


def test_the_second_press_enters_it_and_leads_to_its_plan(client: FlaskClient, borny: Place) -> None:
    appointment = make_appointment(make_presence("2026-12-03 09:00", place=borny), name="Ali Ben Salah")
    asked = add(client)
    answer = client.post(CLOSURES, data=values_of(asked.form("/fermetures")))
    plan = db.session.scalars(select(RecoveryPlan)).one()
    assert (answer.status_code, answer.location) == (303, f"/coordination/plans/{plan.public_id}")
    reread()
    assert db.session.get_one(Appointment, appointment.id).status is Status.DISPLACED
    assert f"/coordination/plans/{plan.public_id}" in visit(client, CLOSURES).response.text
    page = visit(client, the_only_one())
    assert f"/coordination/plans/{plan.public_id}" in page.response.text
    removed = client.post(f"{the_only_one()}/retirer", data=values_of(page.form("/retirer")))
    assert removed.location == answer.location
    reread()
    assert db.session.get_one(Appointment, appointment.id).status is Status.BOOKED


def test_other_terms_than_those_that_were_asked_about_are_asked_about(client: FlaskClient, borny: Place) -> None:
    make_appointment(make_presence("2026-12-03 09:00", place=borny))
    asked = add(client)
    page = submit(client, asked, {"ends_on": "2026-12-05"}, "/fermetures")
    assert (page.status, kept()) == (200, [])
    assert "1 rendez-vous est touché" in page.text


def test_a_place_that_moves_says_where_it_is_meanwhile(client: FlaskClient, borny: Place) -> None:
    make_place("École Jean-Moulin", slug="ecole")
    make_presence("2026-12-03 09:00", place=borny)
    make_rule(place=borny, weekday=4)
    add(client, starts_on="2026-11-30", provisional="ecole")
    public = visit(client, "/lieux/borny")
    assert "Ce lieu est fermé en ce moment. Fermé " in public.text
    assert "Pendant ce temps, nous recevons à « École Jean-Moulin »." in public.text
    assert "jeudi 3 décembre" in visit(client, "/lieux/ecole").text
    assert "On reçoit à « École Jean-Moulin »." in visit(client, CLOSURES).text
    assert "Borny : à une autre adresse" in visit(client, "/coordination/semaine/2026-W49").text


def follow_to_the_school(client: FlaskClient, borny: Place, *titles: str) -> None:
    """Workshops of that day go there with their place."""
    make_travel(borny, make_place("École Jean-Moulin", slug="ecole"), 5)
    for title in titles:
        make_workshop("2026-12-03 14:00", place=borny, title=title)
    asked = add(client, provisional="ecole")
    client.post(CLOSURES, data=values_of(asked.form("/fermetures")))


def test_a_move_says_before_which_workshops_go_back_and_afterwards_how_many_did(
    client: FlaskClient, borny: Place
) -> None:
    follow_to_the_school(client, borny, "Trier ses photos", "Mes papiers")
    page = visit(client, the_only_one())
    assert "2 ateliers ont suivi leur lieu." in page.text
    assert "atelier « Trier ses photos », École Jean-Moulin" in page.text
    assert "2 ateliers reviennent aussi." in page.text
    plan = db.session.scalars(select(RecoveryPlan)).one()
    words = "Maintenant : jeudi 3 décembre à 14 h, École Jean-Moulin, avec "
    assert visit(client, f"/coordination/plans/{plan.public_id}").text.count(words) == 2
    answer = submit(client, page, action="/retirer")
    assert "2 ateliers reviennent à leur lieu." in answer.text
    reread()
    assert set(db.session.scalars(select(Workshop.place_id))) == {borny.id}


def test_a_move_to_another_address_says_how_many_workshops_went_on(client: FlaskClient, borny: Place) -> None:
    follow_to_the_school(client, borny, "Trier ses photos")
    make_place("Gymnase", slug="gymnase")
    page = visit(client, the_only_one())
    assert "1 atelier a suivi son lieu." in page.text
    answer = submit(client, page, {"provisional": "gymnase"}, the_only_one())
    assert "1 atelier suit son lieu à la nouvelle adresse provisoire." in answer.text


def test_a_workshop_that_cannot_go_back_is_named(client: FlaskClient, borny: Place) -> None:
    follow_to_the_school(client, borny, "Trier ses photos")
    page = visit(client, the_only_one())
    answer = submit(client, page, {"provisional": ""}, the_only_one())
    assert "L’atelier « Trier ses photos » reste à « École Jean-Moulin »" in answer.text


def test_somebody_who_books_while_a_place_is_closed_is_not_left_outside(
    app: Application, claire: Staff, borny: Place
) -> None:
    """Either the booking is refused, or it is a line of the plan."""
    make_presence("2026-12-03 09:00", place=borny)
    what = booking.aim(make_motif(), borny, "2026-12-03 09:00")
    terms, by = Terms(borny.id, date(2026, 12, 3), date(2026, 12, 3), ""), By.staff(claire)
    start, refused = threading.Barrier(2), []

    def close() -> None:
        with transaction(*all_who_receive()):
            closures.create(terms, by=by, settings=app.settings, now=app.clock())

    def take() -> None:
        booking.book(what, now=app.clock())

    def run(act: Any) -> None:
        with app.app_context():
            start.wait()
            try:
                act()
            except Refusal as refusal:
                refused.append(refusal)
            db.session.remove()

    db.session.rollback()
    crowd = [threading.Thread(target=run, args=(act,)) for act in (close, take)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    reread()
    made = db.session.scalars(select(Appointment.status)).all()
    lines = db.session.scalar(select(func.count()).select_from(Displacement))
    assert (len(kept()), len(refused) + len(made)) == (1, 1)
    assert (made, lines) in [([], 0), ([Status.DISPLACED], 1)]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"place": "nulle-part"}, "Choisissez un lieu, ou tous."),
        ({"place": ""}, "Choisissez un lieu, ou tous."),
        ({"starts_on": ""}, "Écrivez le premier jour"),
        ({"ends_on": "2026-12-02"}, "Le dernier jour vient après le premier."),
        ({"ends_on": "2029-12-02"}, "Une fermeture dure 2 ans au plus."),
        ({"ends_on": "9999-12-31"}, "Ce jour est trop loin"),
        ({"reason": "x" * 5000}, "Écrivez 120 caractères au plus."),
        ({"from_time": "9:00"}, "Écrivez les deux heures, ou laissez les deux vides"),
        ({"from_time": "9:00", "until_time": "9:00"}, "La fin doit venir après le début, le même jour."),
        ({"from_time": "25:00", "until_time": "9:00"}, "Cette heure n’existe pas."),
        ({"closes": "rien"}, "Choisissez une des réponses."),
        ({"provisional": "borny"}, "Choisissez un autre lieu que celui qui est fermé"),
        ({"provisional": "ailleurs"}, "Choisissez un lieu de la liste."),
    ],
)
def test_a_refused_closure_says_why(client: FlaskClient, borny: Place, values: dict[str, str], sentence: str) -> None:
    page = add(client, **values)
    assert (page.status, kept()) == (422, [])
    assert sentence in page.text


def test_it_is_changed_and_removed(client: FlaskClient, borny: Place) -> None:
    add(client)
    address = the_only_one()
    submit(client, visit(client, address), {"ends_on": "2026-12-05"}, address)
    assert kept() == [(date(2026, 12, 3), date(2026, 12, 5), "Travaux")]
    submit(client, visit(client, address), action="/retirer")
    assert kept() == []
    assert client.get(address).status_code == 404
    assert told(Subject.CLOSURE) == ["created", "changed", "removed"]
    assert "fermeture retirée" in visit(client, "/coordination/historique/lieu/borny").text


def test_the_second_of_two_is_told_what_the_first_changed(
    client: FlaskClient, other_client: FlaskClient, borny: Place
) -> None:
    coordinate(other_client, "deux@exemple.fr")
    add(client)
    address = the_only_one()
    first, second = visit(client, address), visit(other_client, address)
    submit(client, first, {"reason": "Travaux de peinture"}, address)
    page = submit(other_client, second, {"ends_on": "2026-12-07"}, address)
    assert page.status == 409
    assert "fermeture changée" in page.text
    assert typed(page, "ends_on") == "2026-12-07"


def test_removing_it_twice_is_no_accident(client: FlaskClient, borny: Place) -> None:
    add(client)
    page = visit(client, the_only_one())
    submit(client, page, action="/retirer")
    assert submit(client, page, action="/retirer").status == 404


def test_it_may_be_asked_for_from_a_place(client: FlaskClient, borny: Place) -> None:
    page = visit(client, f"{CLOSURES}/nouvelle?lieu=borny")
    chosen = page.html.select_one("select[name=place] option[selected]")
    assert chosen and chosen["value"] == "borny"


def test_the_list_asks_as_much_with_forty_closures(client: FlaskClient, borny: Place) -> None:
    add(client)
    with count_queries() as for_one:
        visit(client, CLOSURES)
    for day in range(1, 29):
        add(client, starts_on=f"2027-02-{day:02}", ends_on=f"2027-02-{day:02}")
    with count_queries() as for_many:
        visit(client, CLOSURES)
    assert len(for_one) == len(for_many)
