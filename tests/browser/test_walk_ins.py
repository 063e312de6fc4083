"""People without appointment at the desk, in a real Chromium: by keyboard alone, under axe, and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from cnapp.base.database import db
from cnapp.web.application import Application
from tests.browser.conftest import Judge, printed
from tests.browser.test_citizens import INSIDE_A5
from tests.browser.test_staff import sign_in
from tests.factories import give_password, make_desk, make_place, make_presence, make_staff

EMAIL = "accueil.passages@exemple.fr"
LIST = "/accueil/sans-rendez-vous"
A4, A5 = "594|595", "419|420"
SECONDS_PER_KEY = 1


@pytest.fixture(scope="module")
def somebody_receives(live_app: Application) -> None:
    """At a place of its own, so that other tests of this database find theirs as it was."""
    with live_app.app_context():
        place = make_place("Maison d’essai")
        give_password(make_desk(place, email=EMAIL))
        only_walk_ins = {"takes_appointments": False, "takes_walk_ins": True}
        make_presence("2026-11-30 13:00", "19:00", conseiller=make_staff("Zoé"), place=place, **only_walk_ins)
        db.session.remove()


@pytest.fixture
def desk(page: Page, somebody_receives: None) -> Page:
    sign_in(page, EMAIL)
    page.get_by_label("Votre prénom").fill("Sonia")
    page.get_by_role("button", name="Ouvrir la journée").click()
    page.goto(LIST)
    return page


class Keyboard:
    """Counts what it presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1

    def type(self, text: str) -> None:
        self.press(*text)

    def tab_to(self, script: str) -> None:
        for _ in range(20):
            self.press("Tab")
            if self.page.evaluate(f"(() => {{ const it = document.activeElement; return {script}; }})()"):
                return
        raise AssertionError(f"the keyboard never reaches {script} on {self.page.url}")


def test_a_walk_in_by_keyboard_alone_in_under_thirty_seconds(desk: Page) -> None:
    """Even at one key a second: a first name, a subject, the first time, the paper."""
    keyboard = Keyboard(desk)
    keyboard.press("Tab", "Enter")
    keyboard.tab_to("it.name === 'first_name'")
    keyboard.type("Rosa")
    keyboard.press("Tab", "ArrowDown", "ArrowDown", "Enter")
    desk.wait_for_url(re.compile("/accueil/passages/[^/]+$"))
    keyboard.press("Tab", "Enter")
    keyboard.tab_to("it.textContent.trim().startsWith('Donner ')")
    keyboard.press("Enter")
    desk.wait_for_url(re.compile("/papier$"))
    expect(desk.locator(".slip")).to_contain_text("Rosa")
    assert keyboard.pressed <= 25
    assert keyboard.pressed * SECONDS_PER_KEY < 30


def come(desk: Page, subject: str = "E-mails") -> str:
    """The address of the visit."""
    desk.goto(LIST)
    desk.get_by_label("Prénom").fill("Rosa 🙂")
    desk.get_by_label(subject, exact=True).check()
    desk.get_by_role("button", name="Voir ce qui est possible").click()
    desk.wait_for_url(re.compile("/accueil/passages/[^/]+$"))
    return desk.url


def test_every_page_of_walk_ins_is_accessible(desk: Page, judge: Judge) -> None:
    desk.get_by_role("button", name="Voir ce qui est possible").click()
    assert desk.title().startswith("Erreur")
    judge("a visit without a subject")
    made = come(desk)
    judge("what is possible")
    desk.get_by_text("Ce qui a été noté").click()
    desk.get_by_role("button", name=re.compile("^Donner .* avec Zoé")).first.click()
    judge("the slip")
    desk.goto(made)
    judge("a visit with a time")
    desk.goto(f"{made}/attestation")
    judge("the certificate")
    desk.goto(LIST)
    judge("the list")
    desk.goto("/accueil/memo")
    judge("the memo")


def test_each_press_can_be_taken_back(desk: Page) -> None:
    come(desk)
    desk.get_by_label("Vers quel service ?").select_option("CAF")
    desk.get_by_role("button", name="Orienté ailleurs").click()
    expect(desk.get_by_role("status")).to_contain_text("orienté ailleurs : CAF")
    ticket = re.search(r"n° (\d+)", desk.get_by_role("status").inner_text())
    assert ticket
    line = desk.locator(f"#passage-{ticket[1]}")
    line.get_by_role("button", name="Revenir en arrière").click()
    expect(line.get_by_text("attend", exact=True)).to_be_visible()
    line.get_by_role("button", name="Pas de place aujourd’hui").click()
    expect(line.get_by_text("pas de place aujourd’hui", exact=True)).to_be_visible()


def sheets(page: Page, width: str) -> int:
    """How many pages of paper of this width, in points."""
    paper = printed(page)
    assert re.search(rf"/MediaBox \[0 0 ({width})".encode(), paper)
    return len(re.findall(rb"/Type /Page\b", paper))


def test_papers_are_one_sheet_each(desk: Page) -> None:
    made = come(desk, "Démarche en ligne")
    desk.get_by_role("button", name=re.compile("^Donner .* avec Zoé")).first.click()
    desk.wait_for_url(re.compile("/papier$"))
    assert sheets(desk, A5) == 1
    desk.set_viewport_size(INSIDE_A5)
    desk.emulate_media(media="print")
    assert desk.locator(".slip").evaluate("it => it.getBoundingClientRect().height") < 0.9 * INSIDE_A5["height"]
    desk.emulate_media(media="null")
    for address in (f"{made}/attestation", "/accueil/memo"):
        desk.goto(address)
        assert sheets(desk, A4) == 1
