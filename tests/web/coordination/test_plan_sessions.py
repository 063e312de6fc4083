"""Sessions of workshops on the page of a plan: chosen, checked, applied and undone in one press with everybody else."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import RecoveryPlan, Standing
from cnapp.domain.workshops import Status, Workshop
from tests.factories import (
    make_presence,
    make_registration,
    make_staff,
    make_workshop,
)
from tests.support import FrozenClock, count_queries, submit, visit
from tests.web.coordination.plan_pages import (
    DAY,
    PLANS,
    TODAY,
    absent,
    apply_all,
    book,
    chosen,
    key,
    lines,
    page_of,
    press,
    values,
)


@pytest.fixture
def hugo(anne: Staff, borny: Place) -> Staff:
    """There the same afternoon."""
    hugo = make_staff("Hugo", last_name="Leroy")
    make_presence(f"{DAY} 13:00", "18:00", conseiller=hugo, place=borny)
    return hugo


@pytest.fixture
def workshop(nadia: Staff, borny: Place) -> Workshop:
    workshop = make_workshop(f"{DAY} 14:00", place=borny, leader=nadia, title="Mes photos")
    make_registration(workshop)
    return workshop


@pytest.fixture
def plan(hugo: Staff, workshop: Workshop, nadia: Staff, clock: FrozenClock) -> RecoveryPlan:
    return absent(nadia, clock)


def test_it_is_a_row_of_its_own(client: FlaskClient, plan: RecoveryPlan) -> None:
    page = page_of(client, plan)
    assert "1 séance d’atelier touchée" in page.text
    assert "Mes photos" in page.text and "1 personne inscrite" in page.text
    assert "Hugo anime (déjà sur place)." in page.text
    (line,) = lines(plan)
    assert chosen(page, line).startswith("p")
    assert values(page, line)[-2:] == ["cancel", ""]


def test_it_is_led_by_another_and_undone_with_the_rest(
    client: FlaskClient, plan: RecoveryPlan, workshop: Workshop
) -> None:
    check = submit(client, page_of(client, plan), action="/verification")
    assert "« Mes photos », jeudi 3 décembre à 14 h : Hugo anime (déjà sur place)." in check.text
    assert "Pendant 5 minutes, vous pouvez tout annuler." in check.text
    assert {each.standing for each in lines(plan)} == {Standing.OPEN}
    page = submit(client, check, action="/application")
    assert "C’est appliqué : 1 atelier est réglé." in page.text
    assert "Une autre personne anime" in page.text and "Réglé autrement" not in page.text
    assert "Maintenant : jeudi 3 décembre à 14 h, avec Hugo." in page.text and ".." not in page.text
    assert [each.standing for each in lines(plan)] == [Standing.SETTLED]

    page = submit(client, page, action="/retour")
    assert "C’est annulé. De nouveau à traiter : 1 atelier." in page.text
    assert [each.standing for each in lines(plan)] == [Standing.OPEN]


def test_cancelling_is_chosen_and_never_proposed(client: FlaskClient, plan: RecoveryPlan, workshop: Workshop) -> None:
    page = page_of(client, plan)
    (line,) = lines(plan)
    check = press(client, page, f"{PLANS}/{plan.public_id}/verification", **{key(line): "cancel"})
    assert "l’atelier est annulé. 1 personne inscrite est prévenue." in check.text
    page = submit(client, check, action="/application")
    db.session.refresh(workshop)
    assert workshop.status is Status.CANCELLED
    door = visit(client, f"{PLANS}/{plan.public_id}/affiche").text
    assert "L’atelier « Mes photos », jeudi 3 décembre à 14 h, est annulé." in door
    page = submit(client, page, action="/retour")
    db.session.refresh(workshop)
    assert workshop.status is Status.PUBLISHED
    assert [each.standing for each in lines(plan)] == [Standing.OPEN]


def test_a_session_put_off_is_said_as_such(
    client: FlaskClient, workshop: Workshop, nadia: Staff, borny: Place, clock: FrozenClock
) -> None:
    make_presence("2026-12-10 13:00", "18:00", conseiller=nadia, place=borny)
    plan = absent(nadia, clock)
    check = submit(client, page_of(client, plan), action="/verification")
    said = "l’atelier est reporté au jeudi 10 décembre à 14 h, avec Nadia. 1 personne inscrite est prévenue."
    assert said in check.text
    page = submit(client, check, action="/application")
    assert "Reporté" in page.text and "Réglé autrement" not in page.text
    assert "Maintenant : jeudi 10 décembre à 14 h, avec Nadia." in page.text
    said = "L’atelier « Mes photos », jeudi 3 décembre à 14 h, est reporté au jeudi 10 décembre à 14 h."
    assert said in visit(client, f"{PLANS}/{plan.public_id}/affiche").text


def test_nobody_there_and_nothing_is_proposed(
    client: FlaskClient, workshop: Workshop, nadia: Staff, clock: FrozenClock
) -> None:
    workshop.language = "ar"
    db.session.commit()
    plan = absent(nadia, clock)
    page = page_of(client, plan)
    (line,) = lines(plan)
    assert "Personne ne peut animer à cette heure." in page.text
    assert chosen(page, line) == ""
    refused = submit(client, page, action="/verification")
    assert refused.status == 422 and "Vous n’avez rien choisi." in refused.text


def test_what_cannot_be_undone_is_named(client: FlaskClient, anne: Staff, nadia: Staff, clock: FrozenClock) -> None:
    """It is for today: whoever is registered knows already."""
    make_registration(make_workshop(f"{TODAY} 14:00", leader=nadia, title="Mes photos"))
    plan = absent(nadia, clock, f"{TODAY} 08:00", f"{TODAY} 18:00")
    page = page_of(client, plan)
    (line,) = lines(plan)
    check = press(client, page, f"{PLANS}/{plan.public_id}/verification", **{key(line): "cancel"})
    assert "les messages partent tout de suite, vous ne pourrez pas l’annuler." in check.text
    assert "Pendant 5 minutes" not in check.text
    page = submit(client, check, action="/application")
    assert "Ce qui est décidé pour « Mes photos » ne peut plus être annulé." in page.text
    assert "Tout annuler" not in page.text
    page = press(client, page, f"{PLANS}/{plan.public_id}/retour")
    assert "Rien n’a pu être annulé." in page.text
    assert "On ne peut plus annuler ce qui est décidé pour « Mes photos »." in page.text


def test_the_rest_can_be_undone(client: FlaskClient, anne: Staff, nadia: Staff, clock: FrozenClock) -> None:
    make_registration(make_workshop(f"{TODAY} 14:00", leader=nadia, title="Mes photos"))
    make_registration(make_workshop(f"{DAY} 14:00", leader=nadia, title="Mes cartes"))
    plan = absent(nadia, clock, f"{TODAY} 08:00")
    page, sent = page_of(client, plan), {key(line): "cancel" for line in lines(plan)}
    check = press(client, page, f"{PLANS}/{plan.public_id}/verification", **sent)
    assert check.text.count("vous ne pourrez pas l’annuler.") == 1
    assert "Pendant 5 minutes, vous pouvez annuler le reste." in check.text
    page = submit(client, check, action="/application")
    assert "vous pouvez tout annuler, sauf ce qui est décidé pour « Mes photos »." in page.text
    page = submit(client, page, action="/retour")
    assert "C’est annulé. De nouveau à traiter : 1 atelier." in page.text
    assert "On ne peut plus annuler ce qui est décidé pour « Mes photos »." in page.text


def test_people_and_workshops_are_applied_in_one_press(
    client: FlaskClient, hugo: Staff, workshop: Workshop, nadia: Staff, borny: Place, clock: FrozenClock
) -> None:
    book(nadia, borny, "09:00")
    plan = absent(nadia, clock)
    page = apply_all(client, plan)
    assert (
        "C’est appliqué : 1 personne a une nouvelle heure ou un nouveau conseiller et 1 atelier est réglé." in page.text
    )
    assert {each.standing for each in lines(plan)} == {Standing.PROPOSED, Standing.SETTLED}


@pytest.mark.parametrize("value", ["call", "cancel2", "p1.1@20261399T0900Z"])
def test_nonsense_is_refused(client: FlaskClient, plan: RecoveryPlan, value: str) -> None:
    page = page_of(client, plan)
    (line,) = lines(plan)
    refused = press(client, page, f"{PLANS}/{plan.public_id}/verification", **{key(line): value})
    assert refused.status in (409, 422)
    assert [each.standing for each in lines(plan)] == [Standing.OPEN]


def test_three_sessions_ask_as_much_as_one(
    client: FlaskClient, hugo: Staff, nadia: Staff, borny: Place, clock: FrozenClock
) -> None:
    asked = []
    for day, times in ((DAY, ("14:00",)), ("2026-12-08", ("09:00", "14:00", "16:00"))):
        for at in times:
            make_workshop(f"{day} {at}", leader=nadia, place=borny)
        plan = absent(nadia, clock, f"{day} 08:00", f"{day} 18:00")
        page_of(client, plan)
        with count_queries() as queries:
            page_of(client, plan)
        asked.append(len(queries))
    assert asked[0] == asked[1]
