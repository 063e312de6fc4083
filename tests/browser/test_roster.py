"""The roster in a real Chromium: a week copied and taken back, somebody sent, people who must be there; under axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Judge
from tests.browser.test_staff import sign_in

LACKING = "Mairie de quartier de Magny : personne"
LATER = "/coordination/semaine/2027-W10"


@pytest.fixture
def claire(page: Page) -> Page:
    sign_in(page, "coordination@exemple.fr")
    return page


def test_a_week_is_copied_and_taken_back(claire: Page, judge: Judge) -> None:
    claire.goto(LATER)
    claire.get_by_role("link", name="Copier la semaine précédente").click()
    claire.get_by_label("Semaine à copier").select_option(value="2027-W12")
    claire.get_by_role("button", name="Voir cette semaine").click()
    expect(claire.get_by_text("il n’y a rien à copier")).to_be_visible()
    claire.goto(f"{LATER}/copie?de=2026-W50")
    judge("copying a week")
    claire.get_by_role("button", name="Copier la semaine").click()
    expect(claire.get_by_role("status")).to_contain_text("ajoutées")
    claire.get_by_role("link", name="Qui a changé quoi").click()
    judge("the history of a week")
    claire.get_by_role("link", name="Tout annuler d’un seul coup").click()
    judge("taking back a press")
    claire.get_by_role("button", name="Oui, tout annuler").click()
    expect(claire.get_by_role("status")).to_contain_text("Tout est annulé")


def test_somebody_is_sent_where_one_must_be(claire: Page, judge: Judge) -> None:
    claire.goto("/coordination/lieux")
    claire.get_by_role("link", name="Mairie de quartier de Magny").first.click()
    claire.get_by_role("link", name="Combien de personnes au moins").click()
    claire.get_by_label("Jour", exact=True).select_option(label="jeudi")
    claire.get_by_role("button", name="Ajouter cette règle").click()
    judge("how many people must be there")
    claire.goto("/coordination/semaine/2026-W50")
    note = claire.get_by_role("listitem").filter(has_text=LACKING)
    note.get_by_role("link", name="Placer quelqu’un").first.click()
    expect(claire.get_by_role("heading", level=1, name="Trouver un renfort")).to_be_visible()
    judge("who could go")
    claire.get_by_role("button", name="Envoyer").first.click()
    expect(claire.get_by_role("status")).to_contain_text("y va")
    expect(claire.get_by_text(LACKING)).to_have_count(0)


def test_a_presence_leads_to_its_rule_and_back(claire: Page, judge: Judge) -> None:
    claire.goto("/coordination/semaine/2026-W51")
    claire.locator(".here > a").first.click()
    judge("a presence of a rule")
    claire.get_by_role("link", name="Changer à partir du").click()
    judge("changing a rule from a day on")
    claire.get_by_role("button", name="Voir ce qui changera").click()
    judge("what would follow")
    claire.go_back()
    claire.go_back()
    claire.get_by_role("link", name="Changer seulement ce jour").click()
    claire.get_by_label("Minutes gardées à la fin").fill("")
    claire.get_by_label("Sans rendez-vous", exact=True).check()
    claire.get_by_role("button", name="Changer la permanence").click()
    claire.get_by_role("link", name="Annuler la dernière modification").click()
    judge("taking back a change")
    claire.get_by_role("button", name="Oui, annuler cette modification").click()
    expect(claire.get_by_role("status")).to_contain_text("La dernière modification est annulée")
