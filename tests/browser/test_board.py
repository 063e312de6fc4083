"""The coordinator's week in a real Chromium: read, filled and emptied by keyboard; every page under axe; on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Judge, printed
from tests.browser.test_staff import sign_in

WEEK = "/coordination/semaine/2026-W50"


@pytest.fixture
def claire(page: Page) -> Page:
    sign_in(page, "coordination@exemple.fr")
    return page


@pytest.mark.parametrize("view", ["lieu", "personne"])
def test_the_week_is_accessible(claire: Page, judge: Judge, view: str) -> None:
    claire.goto(f"{WEEK}?par={view}")
    judge(f"the week by {view}")
    claire.goto(f"/coordination/semaine/2026-W53?par={view}")
    judge(f"a week with a holiday, by {view}")


def test_the_week_is_a_table_and_days_on_a_phone(claire: Page) -> None:
    claire.set_viewport_size({"width": 1280, "height": 800})
    claire.goto(WEEK)
    table = claire.get_by_role("table", name="Qui est où, par lieu")
    expect(table.get_by_role("columnheader", name="lundi 7")).to_be_visible()
    expect(table.get_by_role("rowheader", name="Mairie de quartier de Borny")).to_be_visible()
    assert not claire.locator(".board-day").first.is_visible()
    claire.set_viewport_size({"width": 390, "height": 800})
    expect(claire.locator(".board-day").first).to_be_visible()


def test_somebody_is_placed_moved_and_withdrawn_by_keyboard(claire: Page, judge: Judge) -> None:
    claire.goto(f"{WEEK}?par=personne")
    claire.get_by_role("link", name="Placer Claire").first.focus()
    claire.keyboard.press("Enter")
    expect(claire.get_by_role("heading", level=1, name="Placer quelqu’un")).to_be_visible()
    judge("placing somebody")
    claire.get_by_role("button", name="Ajouter la permanence").press("Enter")
    assert claire.title().startswith("Erreur")
    judge("placing somebody, refused")
    claire.get_by_label("Lieu et salle").select_option(label="Mairie de quartier de Borny")
    claire.get_by_label("Début", exact=True).fill("09:00")
    claire.get_by_label("Fin", exact=True).fill("11:00")
    claire.get_by_role("button", name="Ajouter la permanence").press("Enter")
    expect(claire.get_by_role("status")).to_contain_text("est ajoutée")
    claire.get_by_role("link", name="9 h – 11 h Claire M.").press("Enter")
    judge("a presence")
    claire.get_by_role("link", name="Changer cette permanence").press("Enter")
    judge("changing a presence")
    claire.get_by_label("Fin", exact=True).fill("11:30")
    claire.get_by_role("button", name="Changer la permanence").press("Enter")
    expect(claire.get_by_role("status")).to_contain_text("est changée")
    claire.get_by_role("link", name="Ce qui a changé, quand et par qui").press("Enter")
    expect(claire.get_by_text("fin 11 h 30 (avant : 11 h)")).to_be_visible()
    judge("a history")
    claire.go_back()
    claire.get_by_role("link", name="Retirer cette permanence").press("Enter")
    judge("withdrawing a presence")
    claire.get_by_role("button", name="Oui, retirer la permanence").press("Enter")
    expect(claire.get_by_role("status")).to_contain_text("est retirée")


def test_a_presence_with_bookings_lists_them(claire: Page, judge: Judge) -> None:
    claire.goto(WEEK)
    claire.locator(".here a", has_text="1 réservé").first.click()
    claire.get_by_role("link", name="Retirer cette permanence").click()
    expect(claire.get_by_role("alert")).to_contain_text("Des personnes sont attendues")
    judge("withdrawing what is booked")


def test_the_week_on_paper_has_no_buttons(claire: Page) -> None:
    claire.goto(WEEK)
    claire.emulate_media(media="print")
    expect(claire.get_by_role("heading", level=1)).to_be_visible()
    expect(claire.get_by_role("link", name="Placer quelqu’un").first).to_be_hidden()
    expect(claire.get_by_role("columnheader", name="lundi 7")).to_be_visible()
    assert len(printed(claire)) > 10_000
