"""Workshops at the desk and on a conseiller's phone in a real Chromium: axe, keyboard, no script, paper."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import Standing
from cnapp.services.demo import PASSWORD
from cnapp.web.application import Application
from tests.browser.conftest import Judge, printed
from tests.browser.test_staff import sign_in
from tests.factories import (
    give_password,
    make_desk,
    make_place,
    make_registration,
    make_staff,
    make_workshop,
    metz,
)

DESK, LEADER = "accueil.ateliers@exemple.fr", "animatrice@exemple.fr"


@dataclass(frozen=True)
class Planted:
    """A workshop of today, full, with people who wait; addresses of its pages."""

    public_id: str
    session: str
    waiting: str
    seated: str
    presence: str

    @property
    def desk(self) -> str:
        return f"/accueil/ateliers/{self.public_id}"

    @property
    def agenda(self) -> str:
        return f"/agenda/ateliers/{self.public_id}"

    @property
    def roll(self) -> str:
        return f"{self.agenda}/seances/{self.session}/appel"


@pytest.fixture(scope="module")
def planted(live_app: Application) -> Planted:
    with live_app.app_context():
        place = make_place("Médiathèque des Ateliers", way_in="Sonnez à la porte bleue.")
        give_password(make_desk(place, email=DESK), PASSWORD)
        leader = make_staff("Inès", email=LEADER)
        give_password(leader, PASSWORD)
        found = _plant(place, leader)
        db.session.remove()
    return found


def _plant(place: Place, leader: Staff) -> Planted:
    title = "Je découvre mon téléphone : mes photos, mes contacts et mes applications"
    days = ("2026-11-30 14:00", "2026-12-07 14:00")
    workshop = make_workshop(*days, place=place, leader=leader, title=title, capacity=4, bring="Votre téléphone")
    seated = make_registration(workshop, "Marie-Bernadette Schmitt", needs=["wheelchair"], phone="+33639980001")
    for name in ("Paul Klein", "Jean-Baptiste Muller-Wagner"):
        make_registration(workshop, name)
    make_registration(workshop, "Zoé Dix", status=Standing.OFFERED, answer_by=metz("2026-11-30 12:00"))
    waiting = make_registration(workshop, "Léa Martin", phone="+33639980002", status=Standing.WAITING)
    make_registration(workshop, "Ana Roux", email="ana@exemple.fr", status=Standing.WAITING)
    presence = db.session.scalars(select(Presence).where(Presence.place_id == place.id)).first()
    assert presence
    ids = waiting.public_id, seated.public_id, presence.public_id
    return Planted(workshop.public_id, workshop.sessions[0].public_id, *ids)


@pytest.fixture
def at_desk(page: Page, planted: Planted) -> Page:
    sign_in(page, DESK)
    page.get_by_label("Votre prénom").fill("Sonia")
    page.get_by_role("button", name="Ouvrir la journée").click()
    return page


@pytest.fixture
def leading(page: Page, planted: Planted) -> Page:
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, LEADER)
    return page


def test_every_page_of_a_desk_about_workshops_is_accessible(at_desk: Page, judge: Judge, planted: Planted) -> None:
    sheet = f"{planted.desk}/seances/{planted.session}/emargement"
    people = [f"/accueil/inscriptions/{each}" for each in (planted.waiting, planted.seated)]
    papers = f"{people[1]}/papier", f"{people[1]}/annuler", sheet, f"{sheet}?pour=bandes"
    for address in ("/accueil/", "/accueil/ateliers", planted.desk, *people, *papers):
        at_desk.goto(address)
        judge(address)
    at_desk.goto(planted.desk)
    at_desk.get_by_role("button", name="Mettre sur la liste d’attente").click()
    assert at_desk.title().startswith("Erreur")
    judge("a workshop, nothing typed")


def test_the_menu_stays_on_one_line(at_desk: Page) -> None:
    at_desk.set_viewport_size({"width": 1280, "height": 800})
    entries = at_desk.locator(".site-nav li")
    assert len({round(entries.nth(n).bounding_box()["y"]) for n in range(entries.count())}) == 1  # type: ignore[index]


def test_somebody_is_put_on_the_waiting_list_by_keyboard_alone(at_desk: Page, planted: Planted) -> None:
    at_desk.goto(planted.desk)
    at_desk.get_by_label("Prénom et nom").focus()
    at_desk.keyboard.type("Éva Neuf")
    at_desk.keyboard.press("Tab")
    at_desk.keyboard.type("06 39 98 00 09")
    with at_desk.expect_navigation():
        at_desk.keyboard.press("Enter")
    expect(at_desk.get_by_text("Position 3 sur la liste d’attente")).to_be_visible()


def test_every_page_of_a_leader_is_accessible(leading: Page, judge: Judge, planted: Planted) -> None:
    for address in ("/agenda/2026-11-30", "/agenda/semaine/2026-W49", planted.agenda, planted.roll):
        leading.goto(address)
        judge(address)
    leading.get_by_label("Venus sans inscription").fill("-1")
    leading.get_by_role("button", name="Noter l’appel").click()
    assert leading.title().startswith("Erreur")
    judge("the roll call, a wrong number")


def test_the_roll_is_called_by_keyboard_alone(leading: Page, planted: Planted) -> None:
    leading.goto(planted.roll)
    leading.get_by_label("Marie-Bernadette Schmitt").focus()
    for key in ("Space", "Tab", "Space", "Tab"):
        leading.keyboard.press(key)
    expect(leading.get_by_label("Venus sans inscription")).to_be_focused()
    leading.keyboard.press("Control+A")
    leading.keyboard.type("2")
    with leading.expect_navigation():
        leading.keyboard.press("Enter")
    expect(leading.get_by_text("2 personnes venues sans inscription")).to_be_visible()


def test_the_roll_is_called_without_script(browser: Browser, base_url: str, planted: Planted) -> None:
    with browser.new_context(base_url=base_url, java_script_enabled=False, locale="fr-FR") as context:
        page = context.new_page()
        sign_in(page, LEADER)
        page.goto(planted.roll)
        page.get_by_label("Paul Klein").check()
        page.get_by_role("button", name="Noter l’appel").click()
        expect(page.get_by_text("L’appel est noté.")).to_be_visible()


def test_sheets_and_the_slip_fit_their_paper(at_desk: Page, planted: Planted) -> None:
    sheet = f"{planted.desk}/seances/{planted.session}/emargement"
    for address in (sheet, f"{sheet}?pour=bandes", f"/accueil/inscriptions/{planted.seated}/papier"):
        at_desk.goto(address)
        assert len(re.findall(rb"/Type\s*/Page\b", printed(at_desk))) == 1, address
