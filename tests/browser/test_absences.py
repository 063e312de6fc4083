"""Absences in a real Chromium, under axe: entered on a phone, then on the coordination's pages and at the desk."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from cnapp.base.database import db
from cnapp.domain.people import Role
from cnapp.web.application import Application
from tests.browser.conftest import Judge
from tests.browser.test_staff import sign_in
from tests.factories import (
    give_password,
    make_appointment,
    make_desk,
    make_place,
    make_presence,
    make_staff,
    make_workshop,
)

CONSEILLER, COORDINATOR, DESK = "absente@exemple.fr", "absences@exemple.fr", "accueil.absences@exemple.fr"
DAY = "2026-11-30"


@pytest.fixture(scope="module")
def somebody_is_expected(live_app: Application) -> None:
    """At a place of its own, so that other tests of this database find theirs as it was."""
    with live_app.app_context():
        place = make_place("Maison des absences")
        zoe = make_staff("Zoé", last_name="Lambert", email=CONSEILLER)
        presence = make_presence(f"{DAY} 09:00", "13:00", conseiller=zoe, place=place)
        for hour in ("09:00", "10:00", "11:00"):
            make_appointment(presence, f"{DAY} {hour}")
        make_workshop(f"{DAY} 14:00", leader=zoe, place=place)
        for staff in (zoe, make_desk(place, email=DESK), make_staff("Anne", email=COORDINATOR, role=Role.COORDINATOR)):
            give_password(staff)
        db.session.remove()


def test_ill_in_the_morning_then_back_sooner(page: Page, judge: Judge, somebody_is_expected: None) -> None:
    sign_in(page, CONSEILLER)
    page.goto("/agenda/")
    page.get_by_role("link", name="Je suis absent(e)").click()
    judge("the form")
    page.get_by_text("Écrire d’autres dates").click()
    page.get_by_label("Heure de début").fill("09:00")
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Choisissez quand.")
    expect(page.get_by_label("Heure de début")).to_have_value("09:00")
    judge("the form with faults")
    page.get_by_label("Maintenant, jusqu’à la fin de la journée").check()
    page.get_by_label("Maladie").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_text("3 rendez-vous et 1 atelier sont touchés.")).to_be_visible()
    judge("whom it touches")
    page.get_by_role("button", name="Oui, je suis absent(e)").click()
    expect(page.get_by_role("heading", name="C’est noté. La coordination est prévenue.")).to_be_visible()
    judge("it is noted")
    page.goto("/agenda/")
    judge("the day")
    page.goto("/agenda/absence")
    page.get_by_label("Ce matin").check()
    page.get_by_label("Congé").check()
    page.get_by_role("button", name="Continuer").click()
    expect(page.get_by_role("alert")).to_contain_text("Une absence est déjà notée")
    judge("it is known already")


def test_the_desk_and_the_coordination_see_it(page: Page, judge: Judge, somebody_is_expected: None) -> None:
    sign_in(page, DESK)
    page.get_by_label("Votre prénom").fill("Sonia")
    page.get_by_role("button", name="Ouvrir la journée").click()
    expect(page.get_by_role("heading", name="N’ont plus d’heure")).to_be_visible()
    judge("the desk's day")
    page.get_by_role("link", name="Donner une autre heure à Marie S.").first.click()
    judge("another time at the desk")
    page.context.clear_cookies()

    sign_in(page, COORDINATOR)
    page.goto("/coordination/absences")
    judge("the list")
    page.get_by_role("link", name="Noter une absence").click()
    judge("the form of a team")
    page.get_by_label("Anne Benali").check()
    page.get_by_label("Demain toute la journée").check()
    page.get_by_label("Réunion").check()
    page.get_by_role("button", name="Continuer").click()
    judge("whom it touches, by person")
    page.goto("/coordination/absences")
    page.get_by_role("link", name="Zoé Lambert").first.click()
    judge("one absence")
    page.get_by_role("link", name="Rentré plus tôt").click()
    judge("a return")
    page.get_by_label("Heure du retour").fill("10:30")
    page.get_by_role("button", name="Voir qui est de nouveau attendu").click()
    expect(page.get_by_text("2 rendez-vous ou ateliers sont de nouveau prévus")).to_be_visible()
    judge("who is expected again")
    page.get_by_role("button", name="Oui, noter ce retour").click()
    page.get_by_role("link", name="Retirer l’absence").click()
    judge("taking it back")
    page.get_by_role("button", name="Oui, retirer l’absence").click()
    expect(page.get_by_text("Elle a été retirée.")).to_be_visible()
    page.goto("/coordination/absences/passees")
    judge("what is over")
