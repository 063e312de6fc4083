"""The coordinator's workshops and kits in a real Chromium: every page under axe, and one prepared from end to end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Judge
from tests.browser.test_staff import sign_in


@pytest.fixture
def coordinator(page: Page) -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, "coordination@exemple.fr")
    return page


def lines_of_the_menu(page: Page) -> int:
    page.set_viewport_size({"width": 1280, "height": 800})
    return int(
        page.evaluate("new Set([...document.querySelectorAll('.site-nav li')].map(each => each.offsetTop)).size")
    )


def test_a_workshop_is_prepared_checked_published_changed_and_cancelled(coordinator: Page, judge: Judge) -> None:
    page = coordinator
    page.goto("/coordination/kits/nouveau")
    page.get_by_role("button", name="Enregistrer").click()
    judge("a kit with mistakes")
    page.get_by_label("Nom du kit").fill("Kit du navigateur")
    page.get_by_label("Ordinateurs").fill("6")
    page.get_by_label("Où il est rangé").select_option("Mairie de quartier de Borny")
    page.get_by_role("button", name="Enregistrer").click()
    judge("the kits")
    page.get_by_role("link", name="Kit du navigateur").click()
    judge("a kit")
    page.goto("/coordination/ateliers")
    assert lines_of_the_menu(page) == 1
    page.get_by_role("link", name="Préparer un atelier").click()
    page.get_by_role("button", name="Vérifier les dates").click()
    assert page.title().startswith("Erreur")
    judge("a workshop with mistakes")
    fill(page)
    page.get_by_role("button", name="Vérifier les dates").click()
    expect(page.get_by_role("alert")).to_contain_text("1 date n’est pas possible")
    judge("dates that are impossible")
    page.get_by_role("button", name="Corriger").click()
    page.get_by_label("Combien de fois").fill("2")
    page.get_by_role("button", name="Vérifier les dates").click()
    judge("dates that are possible")
    page.get_by_role("button", name="Enregistrer le brouillon").click()
    judge("a draft")
    here = page.url
    page.get_by_role("link", name="Publier").click()
    judge("publishing")
    page.get_by_role("button", name="Oui, publier").click()
    expect(page.get_by_role("status")).to_contain_text("publié")
    for link in ("Changer le texte ou les places", "Changer les dates, le lieu, qui anime"):
        page.get_by_role("link", name=link).click()
        judge(link)
        page.goto(here)
    page.goto(f"{here}/dates")
    page.get_by_role("button", name="Ajouter une séance").click()
    page.get_by_label("Jour (séance 3)").fill("2026-12-25")
    page.get_by_label("Début (séance 3)").fill("18:00")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("férié")
    judge("a change that is impossible")
    page.goto(f"{here}/annulation")
    judge("cancelling")
    page.get_by_role("button", name="Oui, annuler").click()
    page.get_by_role("link", name="Ce qui a changé").click()
    judge("its history")
    page.goto("/coordination/ateliers?etat=annules")
    judge("the list")


def fill(page: Page) -> None:
    page.get_by_label("Titre").fill("Je range mes photos")
    page.get_by_label("Ce qu’on apprend").fill("Les trier\nLes envoyer")
    page.get_by_label("Thème national").select_option("E-mail")
    page.get_by_label("Lieu", exact=True).select_option("mediatheque-verlaine")
    page.get_by_label("Jour (séance 1)").fill("2026-12-11")
    page.get_by_label("Début (séance 1)").fill("14:00")
    page.get_by_label("Combien de fois").fill("3")
    page.get_by_label("Nadia").check()
    page.get_by_label("Kit du navigateur").check()
