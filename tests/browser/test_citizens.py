"""Citizens in a real Chromium: the whole booking with and without JavaScript, by keyboard, and every page under axe."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Judge, printed

PHONE = {"width": 390, "height": 800}
INSIDE_A5 = {"width": 484, "height": 718}
"""Pixels of an A5 sheet without its margins of 10 mm."""


def go_on(page: Page, name: str = "Continuer") -> None:
    page.get_by_role("button", name=name, exact=True).click()


def answer_questions(page: Page) -> Iterator[str]:
    """From the home page to the receipt; yields the name of each page while it is open."""
    page.goto("/")
    yield "home"
    page.get_by_role("link", name="Prendre un rendez-vous").click()
    yield "subject"
    page.get_by_label("Une démarche en ligne").check()
    go_on(page)
    yield "topic"
    page.get_by_role("radio").first.check()
    go_on(page)
    yield "needs"
    page.get_by_label("Je viens avec un enfant").check()
    page.get_by_label("Je parle mieux").select_option("ar")
    go_on(page)
    yield "place"
    page.get_by_label("Le plus tôt possible").check()
    go_on(page)
    yield "time"
    page.get_by_role("radio").nth(2).check()
    go_on(page)
    yield "beneficiary"
    page.get_by_label("Pour un proche").check()
    go_on(page)
    yield "name"
    page.get_by_label("Prénom et nom de la personne").fill("Marie Schmitt")
    page.get_by_label("Votre prénom et votre nom").fill("Paul Schmitt")
    page.get_by_label("Elle est d’accord").check()
    go_on(page)
    yield "contact"
    page.get_by_label("Moi", exact=True).check()
    go_on(page)
    yield "check"
    go_on(page, "Confirmer le rendez-vous")
    yield "receipt"


@pytest.mark.parametrize("javascript", [True, False], ids=["with-script", "without-script"])
def test_the_whole_journey_on_a_phone(browser: Browser, base_url: str, javascript: bool) -> None:
    with browser.new_context(
        base_url=base_url, viewport=PHONE, java_script_enabled=javascript, locale="fr-FR"
    ) as context:
        context.set_default_timeout(10_000)
        page = context.new_page()
        for _ in answer_questions(page):
            pass
        expect(page.get_by_role("heading", level=1)).to_have_text("Rendez-vous confirmé")
        receipt = page.url
        hint = page.get_by_text("Pour imprimer")
        expect(hint).to_be_hidden() if javascript else expect(hint).to_be_visible()
        page.get_by_role("link", name="Déplacer le rendez-vous").click()
        page.get_by_role("radio").nth(1).check()
        go_on(page)
        go_on(page, "Confirmer la nouvelle heure")
        expect(page.get_by_text("Le rendez-vous est déplacé")).to_be_visible()
        page.get_by_role("link", name="Annuler le rendez-vous").click()
        go_on(page, "Oui, annuler")
        expect(page.get_by_role("heading", level=1)).to_have_text("C’est annulé")
        assert page.url == receipt


def press_until(page: Page, script: str) -> None:
    """Tabs until the focused element answers to this."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"(() => {{ const it = document.activeElement; return {script}; }})()"):
            return
    raise AssertionError(f"the keyboard never reaches {script} on {page.url}")


def test_the_journey_by_keyboard_only(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/rendez-vous/sujet")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Aller au contenu"
    page.keyboard.press("Enter")
    button = "it.tagName === 'BUTTON' && it.textContent.trim() === 'Continuer'"
    for kind in ("radio", "radio", None, "radio", "radio", "radio"):
        if kind:
            press_until(page, "it.type === 'radio'")
            page.keyboard.press("Space")
        press_until(page, button)
        with page.expect_navigation():
            page.keyboard.press("Enter")
    press_until(page, "it.id === 'name'")
    page.keyboard.type("Marie Schmitt")
    with page.expect_navigation(url=re.compile(r"/contact")):
        page.keyboard.press("Enter")
    press_until(page, "it.id === 'phone'")
    with page.expect_navigation(url=re.compile(r"/verifier")):
        page.keyboard.press("Enter")
    press_until(page, "it.textContent.trim() === 'Confirmer le rendez-vous'")
    with page.expect_navigation(url=re.compile(r"/r/")):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Rendez-vous confirmé")


def test_every_page_of_the_booking_is_accessible(page: Page, judge: Judge) -> None:
    for name in answer_questions(page):
        judge(name)
    receipt = page.url
    page.goto(f"{receipt}/deplacer")
    judge("move")
    page.get_by_role("radio").first.check()
    go_on(page)
    judge("move check")
    page.goto(f"{receipt}/rappels")
    judge("reminders")
    page.goto(f"{receipt}/absence")
    judge("no absence")
    page.goto(f"{receipt}/coordonnees")
    judge("coordinates")
    page.goto(f"{receipt}/annuler?v=999")
    judge("cancellation of what has changed")
    page.goto(f"{receipt}/annuler")
    judge("cancellation")
    go_on(page, "Oui, annuler")
    judge("cancelled")
    page.goto(f"{receipt}/annuler")
    judge("cancelled already")


PAGES = (
    "/lieux",
    "/lieux/{place}",
    "/je-parle/ar",
    "/retrouver",
    "/aide",
    "/plan-du-site",
    "/accessibilite",
    "/api",
    "/gabarits",
)
LEGAL = ("/donnees-personnelles", "/mentions-legales", "/nulle-part")


@pytest.mark.parametrize("address", [*PAGES, *LEGAL])
def test_every_other_page_is_accessible(page: Page, judge: Judge, address: str) -> None:
    page.goto("/lieux")
    place = str(page.locator(".place-name a").first.get_attribute("href")).rpartition("/")[2]
    page.goto(address.format(place=place))
    judge(address)


def test_errors_are_told_in_the_title_the_summary_and_the_field(page: Page, judge: Judge) -> None:
    page.goto("/retrouver")
    go_on(page, "Retrouver mon rendez-vous")
    assert page.title().startswith("Erreur")
    alert = page.get_by_role("alert")
    expect(alert).to_be_focused()
    judge("errors of /retrouver")
    alert.get_by_role("link").first.click()
    expect(page.get_by_label("Code")).to_be_focused()
    page.goto("/rendez-vous/sujet")
    go_on(page)
    judge("errors of radios")


def test_a_page_weighs_little(page: Page) -> None:
    sizes: list[int] = []
    page.on("response", lambda response: sizes.append(len(response.body())))
    page.goto("/lieux")
    assert sum(sizes) < 60_000


def test_the_slip_prints_on_one_a5_sheet(page: Page) -> None:
    for _ in answer_questions(page):
        pass
    sheet = printed(page)
    assert len(re.findall(rb"/Type /Page\b", sheet)) == 1
    assert re.search(rb"/MediaBox \[0 0 4(19|20)", sheet)
    page.set_viewport_size(INSIDE_A5)
    page.emulate_media(media="print")
    height = page.locator(".slip").evaluate("slip => slip.getBoundingClientRect().height")
    assert height < 0.9 * INSIDE_A5["height"], "another font, or one line more, would need a second sheet"
    expect(page.get_by_text("Sur Internet")).to_be_visible()
    expect(page.get_by_role("link", name="Annuler le rendez-vous")).to_be_hidden()
