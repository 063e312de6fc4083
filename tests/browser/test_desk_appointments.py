"""A desk's bookings in a real Chromium: by keyboard alone on a small screen, every page under axe, and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Judge, printed
from tests.browser.test_staff import sign_in

HOME = "/accueil/rendez-vous"
BOOKED = re.compile(r"/accueil/rendez-vous/[0-9a-f]{32}/papier$")
KEYS_AT_MOST = 25
"""Besides the letters of the name and the digits of the phone."""


class Keyboard:
    """Somebody who has no mouse, and whose keystrokes are counted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.presses: list[str] = []
        self.letters = 0

    def press(self, key: str, times: int = 1) -> None:
        for _ in range(times):
            self.page.keyboard.press(key)
            self.presses.append(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.letters += len(text)

    def tab_to(self, selector: str) -> None:
        """Forward, as far as it takes."""
        for _ in range(20):
            self.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} is not reached: {self}")

    def __str__(self) -> str:
        return f"{len(self.presses)} presses ({' '.join(self.presses)}) and {self.letters} letters"


@pytest.fixture
def desk(page: Page) -> Page:
    page.set_viewport_size({"width": 1024, "height": 768})
    sign_in(page, "accueil.borny@exemple.fr")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page


def test_booking_for_somebody_by_keyboard_alone(desk: Page, judge: Judge) -> None:
    """UX.md D, at 1024 px: from the empty form to the paper."""
    desk.goto(f"{HOME}/nouveau")
    judge("an empty booking")
    desk.set_viewport_size({"width": 1024, "height": 768})
    desk.reload()
    keys = Keyboard(desk)
    expect(desk.get_by_label("Sujet")).to_be_focused()
    keys.press("ArrowDown", 3)
    keys.tab_to("button[name=see]")
    keys.press("Enter")
    expect(desk.locator("input[name=slot]").first).to_be_visible()
    keys.tab_to("input[name=slot]")
    keys.press("Space")
    keys.tab_to("input[name=name]")
    keys.type("Zoé El Amrani 🙂")
    keys.press("Tab")
    keys.type("0612345678")
    keys.press("Enter")
    desk.wait_for_url(BOOKED)
    expect(desk.get_by_text("Zoé El Amrani 🙂")).to_be_visible()
    assert len(keys.presses) <= KEYS_AT_MOST, f"booking takes {keys}"
    print(f"booking takes {keys}")  # noqa: T201
    judge("the paper")


def test_every_page_around_a_booking_is_accessible(desk: Page, judge: Judge) -> None:
    book(desk)
    address = desk.url.rpartition("/")[0]
    for last in ("", "/deplacer", "/annuler"):
        desk.goto(f"{address}{last}")
        judge(f"appointment{last}")
    desk.goto(f"{address}/annuler")
    desk.get_by_role("button", name="Annuler le rendez-vous").click()
    assert desk.title().startswith("Erreur")
    judge("a cancellation without a reason")


def test_booking_with_everything_and_its_mistakes_is_accessible(desk: Page, judge: Judge) -> None:
    see_times(desk)
    desk.get_by_text("autre personne à prévenir").click()
    judge("a booking with its closed part open")
    desk.get_by_label("Prénom et nom du proche").fill("Sami")
    desk.get_by_role("button", name="Prendre ce rendez-vous").click()
    assert desk.title().startswith("Erreur")
    expect(desk.get_by_label("Prénom et nom du proche")).to_have_value("Sami")
    judge("a booking with mistakes")


def test_searching_is_accessible(desk: Page, judge: Judge) -> None:
    desk.goto(HOME)
    judge("the two ways to find a booking")
    desk.get_by_label("Nom, prénom ou téléphone").fill("mar")
    desk.get_by_role("button", name="Chercher").click()
    assert desk.url.endswith("/recherche")
    judge("what was found")
    desk.get_by_label("Code", exact=True).fill("XXXX")
    desk.get_by_role("button", name="Ouvrir avec ce code").click()
    assert desk.title().startswith("Erreur")
    judge("a code without a name")


def test_twelve_cards_fill_two_sheets_and_the_paper_one_small_one(desk: Page, judge: Judge) -> None:
    desk.goto("/accueil/cartes")
    judge("making cards")
    desk.get_by_label("Combien de cartes ?").select_option("12")
    desk.get_by_role("button", name="Faire les cartes").click()
    expect(desk.locator(".blank-card")).to_have_count(12)
    judge("the cards")
    assert sheets(desk) == 2
    book(desk)
    assert sheets(desk) == 1


def test_booking_works_without_our_script(desk: Page) -> None:
    desk.route("**/*.js", lambda route: route.abort())
    book(desk)
    expect(desk.get_by_text("Pour imprimer : touches")).to_be_visible()


def see_times(page: Page) -> None:
    page.goto(f"{HOME}/nouveau")
    page.get_by_label("Sujet").select_option(index=2)
    page.get_by_role("button", name="Voir les heures").click()


def book(page: Page) -> None:
    see_times(page)
    page.locator("input[name=slot]").first.check()
    page.get_by_label("Prénom et nom", exact=True).fill("Zoé El Amrani")
    page.get_by_role("button", name="Prendre ce rendez-vous").click()
    page.wait_for_url(BOOKED)


def sheets(page: Page) -> int:
    """How many, when the page is printed."""
    return len(re.findall(rb"/Type\s*/Page\b", printed(page)))
