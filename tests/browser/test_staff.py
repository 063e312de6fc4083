"""The conseiller's pages in a real Chromium: a day on a phone, and every page under axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.people import Staff
from cnapp.services.demo import PASSWORD
from cnapp.web.application import Application
from tests.browser.conftest import Judge

PAGES = ("/agenda/semaine", "/agenda/abonnement", "/compte", "/connexion/mot-de-passe-oublie")


def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    page.goto("/connexion")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_role("button", name="Se connecter").click()


@pytest.fixture
def busy(live_app: Application, page: Page) -> Page:
    """Signed in as somebody whom people come to see today, on a phone."""
    during = span_of_day(day_of(live_app.clock()))
    today = (Appointment.starts_at >= during.start, Appointment.starts_at < during.end)
    with live_app.app_context():
        mine = select(Staff.email).join(Appointment, Appointment.conseiller_id == Staff.id)
        email = db.session.scalars(mine.where(*today, Appointment.status == Status.BOOKED)).first()
        db.session.remove()
    assert email
    page.set_viewport_size({"width": 390, "height": 800})
    sign_in(page, email)
    return page


def test_signing_in_is_accessible_and_its_mistakes_too(page: Page, judge: Judge) -> None:
    page.goto("/connexion")
    judge("sign-in")
    sign_in(page, "nadia@exemple.fr", "autre chose")
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.title().startswith("Erreur")
    judge("sign-in refused")


@pytest.mark.parametrize("address", PAGES)
def test_every_page_of_a_conseiller_is_accessible(page: Page, judge: Judge, address: str) -> None:
    sign_in(page, "nadia@exemple.fr")
    page.goto(address)
    judge(address)


def test_a_desk_account_lands_on_a_page_that_opens(page: Page, judge: Judge) -> None:
    sign_in(page, "accueil.borny@exemple.fr")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    judge("a desk's account")


def test_a_day_on_a_phone(busy: Page, judge: Judge) -> None:
    """Arrived, then taken back: one tap each; then the pages around one person."""
    judge("the day")
    busy.get_by_role("button", name="Noter l’arrivée").first.click()
    expect(busy.get_by_text("Sur place").first).to_be_visible()
    judge("the day, somebody has arrived")
    busy.get_by_role("button", name="Revenir en arrière").first.click()
    expect(busy.get_by_text("Sur place")).to_have_count(0)
    busy.locator("ol.agenda a[href*='/agenda/rendez-vous/']").first.click()
    details = busy.url
    for name in ("", "/annuler", "/revoir", "/papier"):
        busy.goto(f"{details}{name}")
        judge(f"appointment{name}")


def test_adding_somebody_to_a_free_time(busy: Page, judge: Judge) -> None:
    while not busy.get_by_role("link", name="Ajouter quelqu’un").count():
        busy.locator("a[href*='/agenda/2026']").last.click()
    busy.get_by_role("link", name="Ajouter quelqu’un").first.click()
    judge("an addition")
    busy.get_by_role("button", name="Prendre ce rendez-vous").click()
    assert busy.title().startswith("Erreur")
    judge("an addition without a name")
    busy.get_by_label("Prénom et nom").fill("<script>alert(1)</script> 🙂 Zoé")
    busy.get_by_label("Motif").select_option(index=1)
    busy.get_by_role("button", name="Prendre ce rendez-vous").click()
    expect(busy.get_by_text("<script>alert(1)</script> 🙂 Zoé").first).to_be_visible()


def test_a_planted_script_does_not_run(busy: Page) -> None:
    """I01: were one to slip through, the policy would stop it."""
    refused: list[str] = []
    busy.on("console", lambda message: refused.append(message.text))
    busy.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = true\">')")
    busy.wait_for_timeout(300)
    assert busy.evaluate("window.ran") is None
    assert any("Content Security Policy" in text or "CSP" in text for text in refused)


def test_hours_are_those_of_metz_wherever_the_telephone_is(busy: Page, base_url: str) -> None:
    """T06."""
    here = busy.locator("ol.agenda time").all_inner_texts()
    assert busy.context.browser
    elsewhere = busy.context.browser.new_context(
        base_url=base_url, timezone_id="America/New_York", storage_state=busy.context.storage_state()
    )
    there = elsewhere.new_page()
    there.goto(busy.url)
    assert there.locator("ol.agenda time").all_inner_texts() == here != []
    elsewhere.close()
