"""The town's settings in a real Chromium: every page under axe at three widths, and a new colleague from end to end."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Judge
from tests.browser.test_staff import sign_in

PAGES = (
    "equipe",
    "equipe/nouveau",
    "lieux",
    "lieux/nouveau",
    "lieux/mairie-sablon",
    "lieux/mairie-sablon/heures",
    "lieux/mairie-borny/salles",
    "lieux/mairie-borny/fin",
    "fermetures",
    "fermetures/nouvelle",
    "sujets",
    "sujets/impots-a-votre-place",
    "trajets",
    "lettres",
    "lettres/confirmation",
    "lettres/annulation-par-le-service",
    "lettres/rappel",
    "lettres/rappel-du-jour",
    "lettres/absence",
    "lettres/code-perdu",
    "lettres/heure-libre",
    "lettres/journee",
    "lettres/mot-de-passe",
    "courrier",
    "courrier/absences",
    "courrier/absences?du=2026-11-20&au=2026-11-01",
    "lettres/parties",
    "appels",
    "lettres-a-poster",
)


@pytest.fixture
def coordinator(page: Page) -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, "coordination@exemple.fr")
    return page


@pytest.mark.parametrize("address", PAGES)
def test_every_page_of_the_settings_is_accessible(coordinator: Page, judge: Judge, address: str) -> None:
    coordinator.goto(f"/coordination/{address}")
    expect(coordinator.get_by_role("heading", level=1)).to_be_visible()
    judge(address)


@pytest.mark.parametrize(
    ("address", "button"),
    [
        ("equipe/nouveau", "Créer le compte"),
        ("lieux/nouveau", "Ajouter ce lieu"),
        ("fermetures/nouvelle", "Enregistrer"),
        ("sujets/nouveau", "Enregistrer"),
    ],
)
def test_their_mistakes_are_accessible_too(coordinator: Page, judge: Judge, address: str, button: str) -> None:
    coordinator.goto(f"/coordination/{address}")
    coordinator.get_by_role("button", name=button).click()
    expect(coordinator.get_by_role("alert")).to_be_visible()
    assert coordinator.title().startswith("Erreur")
    judge(f"{address} refused")


def test_wrong_hours_lead_to_their_line(coordinator: Page, judge: Judge) -> None:
    coordinator.goto("/coordination/lieux/mairie-sablon/heures")
    coordinator.get_by_label("Ferme à (ligne 1)").fill("7h")
    coordinator.get_by_role("button", name="Enregistrer les heures").click()
    judge("hours refused")
    coordinator.set_viewport_size({"width": 1280, "height": 800})
    coordinator.get_by_role("link", name="La fermeture vient après l’ouverture.").click()
    expect(coordinator.get_by_label("Ferme à (ligne 1)")).to_be_focused()


def test_hours_that_leave_presences_outside_show_them_first(coordinator: Page, judge: Judge) -> None:
    coordinator.goto("/coordination/lieux/mairie-borny/heures")
    for box in coordinator.get_by_label("Enlever la ligne").all():
        box.check()
    coordinator.get_by_role("button", name="Enregistrer les heures").click()
    expect(coordinator.get_by_role("button", name="Enregistrer ces heures quand même")).to_be_visible()
    judge("hours to agree to")


def test_a_new_colleague_gets_a_link_and_chooses_a_password(coordinator: Page, judge: Judge) -> None:
    page = coordinator
    page.goto("/coordination/equipe/nouveau")
    page.get_by_label("Prénom").fill("Zoé")
    page.get_by_label("Nom", exact=True).fill("Keller")
    page.get_by_label("Adresse e-mail").fill("zoe.keller@exemple.fr")
    page.get_by_text("Langues parlées, avec le français").click()
    page.get_by_label("turc").check()
    page.get_by_role("button", name="Créer le compte").click()
    judge("somebody's page")
    person = page.url
    for rest in ("/desactiver", "/habilitations/nouvelle"):
        page.goto(person + rest)
        judge(rest)
    page.goto(person)
    page.get_by_role("button", name="Donner un lien").click()
    judge("a link to hand over")
    address = page.get_by_label("Adresse à ouvrir").input_value()
    path = address[address.index("/connexion") :]
    page.context.clear_cookies()
    page.goto(path)
    judge("choosing a password")
    page.get_by_label("Votre nouveau mot de passe").fill("une phrase courte")
    page.get_by_role("button", name="Choisir ce mot de passe").click()
    sign_in(page, "zoe.keller@exemple.fr", "une phrase courte")
    expect(page.get_by_role("link", name="Ma journée")).to_be_visible()
    page.goto(path)
    expect(page.get_by_role("heading", name="Ce lien ne marche plus")).to_be_visible()
    judge("a link that has served")
