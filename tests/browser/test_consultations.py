"""Who opened which booking, in a real Chromium: by keyboard, under axe, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, appointments_whole
from cnapp.web.application import Application
from tests.browser.conftest import Judge
from tests.browser.test_staff import sign_in

HOME = "/coordination/consultations"
TELEPHONE = "accueil.telephone@exemple.fr"


@pytest.fixture
def opened(live_app: Application, page: Page) -> Appointment:
    """A booking that the telephone line has opened."""
    with live_app.app_context():
        found = db.session.scalars(appointments_whole().order_by(Appointment.id).limit(1)).one()
        db.session.remove()
    sign_in(page, TELEPHONE)
    page.goto(f"/accueil/rendez-vous/{found.public_id}")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    return found


@pytest.fixture
def claire(page: Page, opened: Appointment) -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, "coordination@exemple.fr")
    return page


def test_who_opened_a_booking_is_found_by_keyboard(claire: Page, judge: Judge, opened: Appointment) -> None:
    claire.get_by_role("link", name="Équipe").press("Enter")
    claire.get_by_role("link", name="Qui a ouvert quel rendez-vous").press("Enter")
    expect(claire.get_by_role("table", name="Rendez-vous ouverts")).to_be_visible()
    judge("consultations")
    claire.get_by_label("Code du rendez-vous").fill(opened.code.lower())
    claire.get_by_label("Code du rendez-vous").press("Enter")
    row = claire.get_by_role("row", name=opened.shown_code.replace(" ", "\u00a0"))
    expect(row).to_contain_text("à la ligne de téléphone")
    expect(claire.get_by_text(opened.person.name)).to_have_count(0)
    claire.get_by_role("link", name="Tout voir").press("Enter")
    expect(claire.get_by_label("Code du rendez-vous")).to_have_value("")


def test_a_search_without_answer_and_one_refused_are_accessible(claire: Page, judge: Judge) -> None:
    claire.goto(f"{HOME}?jour=2020-01-01")
    expect(claire.get_by_text("Aucune ouverture notée ne répond à cette recherche.")).to_be_visible()
    judge("consultations, none found")
    claire.set_viewport_size({"width": 1280, "height": 800})
    claire.get_by_label("Code du rendez-vous").fill("K4TX")
    claire.get_by_role("button", name="Chercher").press("Enter")
    expect(claire.get_by_role("alert")).to_be_visible()
    assert claire.title().startswith("Erreur")
    judge("consultations, refused")


def test_on_paper_only_the_lines_are_left(claire: Page) -> None:
    claire.goto(HOME)
    claire.emulate_media(media="print")
    expect(claire.get_by_role("table", name="Rendez-vous ouverts")).to_be_visible()
    expect(claire.get_by_role("button", name="Chercher")).to_be_hidden()
