"""A week laid out from rules, in a real Chromium: seen first, then done, then in the conseiller's agenda."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Judge
from tests.browser.test_staff import sign_in

INDEX = "/coordination/roulements"
WEEK = "/agenda/semaine/2026-W50"
TIMES_OF_WEEK = ".half-days time"


@pytest.fixture
def coordinator(page: Page) -> Page:
    sign_in(page, "coordination@exemple.fr")
    page.goto(INDEX)
    return page


def fill(page: Page, weekday: str, starts: str, ends: str) -> None:
    page.get_by_label("Conseiller").select_option(label="Nadia Benali")
    page.get_by_label("Lieu et salle").select_option(label="Mairie de quartier de Borny, Bureau 2")
    page.get_by_label("Jour de la semaine").select_option(label=weekday)
    page.get_by_label("Début", exact=True).fill(starts)
    page.get_by_label("Fin", exact=True).fill(ends)
    page.get_by_label("Premier jour").fill("2026-12-01")
    page.get_by_label("Dernier jour").fill("2027-01-15")


def test_a_week_laid_out_from_rules(coordinator: Page, judge: Judge) -> None:
    page = coordinator
    judge("the rules")
    for weekday, starts, ends in (("mercredi", "13:30", "17:00"), ("jeudi", "08:30", "12:00")):
        page.goto(INDEX)
        page.get_by_role("link", name="Ajouter un roulement").click()
        fill(page, weekday, starts, ends)
        page.get_by_role("button", name="Voir ce qui changera").click()
        expect(page.get_by_role("heading", name="Permanences ajoutées")).to_be_visible()
        expect(page.locator(".rule-days li").first).to_contain_text(f"{weekday} ")
        judge(f"what a rule of {weekday} would do")
        page.get_by_role("button", name="Enregistrer ce roulement").click()
        expect(page.get_by_role("status")).to_contain_text("Le roulement est enregistré")
    page.context.clear_cookies()
    sign_in(page, "nadia@exemple.fr")
    page.goto(WEEK)
    for day, hours in (("2026-12-09", ("13 h 30", "17 h")), ("2026-12-10", ("8 h 30", "12 h"))):
        there = page.locator(f".week-day:has(a[href$='{day}'])").locator(TIMES_OF_WEEK)
        shown = [text.replace("\N{NO-BREAK SPACE}", " ") for text in there.all_inner_texts()]
        assert hours in list(zip(shown[::2], shown[1::2], strict=True))


def test_a_form_that_is_wrong_is_accessible_and_loses_nothing(coordinator: Page, judge: Judge) -> None:
    page = coordinator
    page.get_by_role("link", name="Ajouter un roulement").click()
    judge("a new rule")
    fill(page, "mercredi", "17:00", "13:30")
    page.get_by_role("button", name="Voir ce qui changera").click()
    expect(page.get_by_role("alert")).to_contain_text("La fin doit venir après le début")
    assert page.title().startswith("Erreur")
    expect(page.get_by_label("Début", exact=True)).to_have_value("17:00")
    expect(page.get_by_label("Lieu et salle")).to_have_value("mairie-borny/Bureau 2")
    judge("a new rule, refused")


def test_what_is_left_changed_and_withdrawn_is_accessible_and_keeps_metz_time(
    coordinator: Page, judge: Judge, base_url: str
) -> None:
    """T06: the same words wherever the computer thinks it is."""
    page = coordinator
    page.locator("section", has=page.get_by_role("heading", name="Nadia Benali")).get_by_role("link").first.click()
    judge("a rule to change")
    page.get_by_label("Début", exact=True).fill("09:00")
    page.get_by_label("Dernier jour").fill("2027-01-15")
    page.get_by_role("button", name="Voir ce qui changera").click()
    expect(page.locator("caption", has_text="Permanences changées")).to_be_visible()
    expect(page.locator("caption", has_text="Permanences retirées")).to_be_visible()
    here = page.locator("main").inner_text().split()
    judge("what a change would do")
    assert page.context.browser
    elsewhere = page.context.browser.new_context(
        base_url=base_url, timezone_id="Asia/Tokyo", storage_state=page.context.storage_state()
    )
    there = elsewhere.new_page()
    there.goto(page.url)
    assert there.locator("main").inner_text().split() == here
    elsewhere.close()


def test_it_goes_by_keyboard_alone(coordinator: Page) -> None:
    """From the form to the press: tabs, letters and Enter."""
    page = coordinator
    page.goto(f"{INDEX}/nouveau")
    page.get_by_label("Conseiller").focus()
    for typed in ("Nadia", "Tab", "Mairie de quartier de Borny", "Tab", "vendredi", "Tab"):
        page.keyboard.press("Tab") if typed == "Tab" else page.keyboard.type(typed)
    page.keyboard.type("1400")
    page.get_by_label("Début", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Écrivez l’heure de la fin.")
    expect(page.get_by_label("Jour de la semaine")).to_have_value("4")
