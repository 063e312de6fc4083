"""Workshops in a real Chromium: registering, waiting and taking a seat that is freed, and every page under axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect

from cnapp.base.database import db, transaction
from cnapp.domain.registrations import Registration
from cnapp.domain.workshops import Workshop
from cnapp.services import registrations, workshop_programmes, workshops
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.browser.conftest import Judge, printed
from tests.browser.test_citizens import INSIDE_A5, PHONE, go_on
from tests.factories import make_kit, make_place, make_registration, make_staff, make_workshop

ENDINGS = count(10)
"""Of phone numbers: each registers once."""
WAIT = "S’inscrire sur la liste d’attente"


@pytest.fixture
def live(live_app: Application) -> Iterator[Application]:
    with live_app.app_context():
        yield live_app
        db.session.rollback()
        db.session.remove()


def lending() -> Workshop:
    """Two sessions, with computers to lend, and the same again a week later."""
    where = {"place": make_place(), "leader": make_staff(), "title": f"Je découvre l’ordinateur {next(ENDINGS)}"}
    first, _ = (
        make_workshop("2026-12-10 14:00", "2026-12-17 14:00", **where),
        make_workshop("2026-12-18 14:00", **where),
    )
    kit = make_kit()
    with transaction():
        workshop_programmes.lend_kits(db.session.merge(first), [db.session.merge(kit)])
    return first


def full() -> tuple[Workshop, Registration]:
    workshop = make_workshop("2026-12-15 14:00", capacity=1, title=f"Éviter les arnaques {next(ENDINGS)}")
    return workshop, make_registration(workshop, "Paul Roth", phone=f"+336399801{next(ENDINGS)}")


def answer_questions(page: Page, name: str = "Jeanne Exemple") -> Iterator[str]:
    """From the workshop’s page to the check; yields the name of each page while it is open."""
    yield "needs"
    go_on(page)
    yield "beneficiary"
    page.get_by_label("Pour moi").check()
    go_on(page)
    page.get_by_label("Prénom et nom").fill(name)
    go_on(page)
    yield "contact"
    page.get_by_label("Téléphone").fill(f"03 53 01 98 {next(ENDINGS)}")
    go_on(page)


def free(app: Application, registration_id: int) -> None:
    db.session.rollback()
    with transaction():
        seated = db.session.get_one(Registration, registration_id)
        registrations.cancel(seated, by=By.citizen(), settings=app.settings, now=app.clock())
    db.session.remove()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-script", "without-script"])
def test_somebody_waits_and_takes_the_seat_that_is_freed(
    browser: Browser, base_url: str, live: Application, javascript: bool
) -> None:
    workshop, seated = full()
    address, seated_id = f"/ateliers/{workshop.public_id}", seated.id
    options = {"base_url": base_url, "viewport": PHONE, "java_script_enabled": javascript, "locale": "fr-FR"}
    with browser.new_context(**options) as context:  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(address)
        go_on(page, WAIT)
        for _ in answer_questions(page):
            pass
        go_on(page, "Confirmer et attendre une place")
        expect(page.get_by_text("Vous êtes en 1re position.")).to_be_visible()
        free(live, seated_id)
        page.reload()
        expect(page.get_by_role("heading", level=1)).to_have_text("Une place est libre pour vous")
        go_on(page, "Je prends la place")
        expect(page.get_by_role("heading", level=1)).to_have_text("Inscription confirmée")


def test_every_page_of_a_registration_is_accessible(page: Page, judge: Judge, live: Application) -> None:
    workshop = lending()
    address = f"/ateliers/{workshop.public_id}"
    page.goto("/ateliers")
    page.get_by_text("Choisir un lieu").click()
    judge("list")
    page.get_by_label("Niveau").select_option("debutant")
    go_on(page, "Chercher")
    expect(page.get_by_role("status")).to_contain_text("atelier")
    judge("list, narrowed down")
    page.goto(address)
    judge("workshop")
    go_on(page, "S’inscrire")
    for name in answer_questions(page):
        if name != "needs":
            judge(name)
    judge("device")
    go_on(page)
    expect(page.get_by_role("alert")).to_be_visible()
    judge("device, refused")
    page.get_by_label("J’emprunte un ordinateur").check()
    go_on(page)
    judge("check")
    go_on(page, "Confirmer l’inscription")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inscription confirmée")
    judge("receipt")
    page.get_by_role("link", name="Changer d’atelier").click()
    judge("move")
    page.get_by_role("radio").first.check()
    go_on(page, "Changer d’atelier")
    expect(page.get_by_text("Voici votre nouvelle inscription")).to_be_visible()
    page.get_by_role("link", name="Annuler mon inscription").click()
    judge("cancellation")
    go_on(page, "Oui, annuler")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre inscription est annulée")
    judge("cancelled")


def test_every_page_of_the_list_is_accessible(page: Page, judge: Judge, live: Application) -> None:
    workshop, seated = full()
    address, workshop_id, seated_id = f"/ateliers/{workshop.public_id}", workshop.id, seated.id
    page.goto(address)
    judge("full workshop")
    go_on(page, WAIT)
    for _ in answer_questions(page):
        pass
    judge("check, waiting")
    go_on(page, "Confirmer et attendre une place")
    judge("waiting")
    page.get_by_role("link", name="Quitter la liste").click()
    judge("leaving the list")
    page.get_by_role("link", name="Non, j’attends encore").click()
    free(live, seated_id)
    page.reload()
    judge("offered")
    go_on(page, "Je ne veux pas cette place")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous ne prenez pas cette place")
    judge("declined")
    with transaction():
        workshops.cancel(
            db.session.get_one(Workshop, workshop_id), by=By.clock(), settings=live.settings, now=live.clock()
        )
    page.goto(address)
    expect(page.get_by_text("Cet atelier est annulé.")).to_be_visible()
    judge("cancelled workshop")


def test_the_slip_of_a_cycle_prints_on_one_a5_sheet(page: Page, live: Application) -> None:
    dates = [f"2026-12-{day:02} 09:30" for day in (1, 3, 8, 10, 15, 17)]
    workshop = make_workshop(
        *dates, title="Premiers pas sur Internet, les e-mails et les photos", bring="votre téléphone"
    )
    page.goto(f"/ateliers/{workshop.public_id}")
    go_on(page, "S’inscrire")
    for _ in answer_questions(page):
        pass
    go_on(page, "Confirmer l’inscription")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inscription confirmée")
    sheet = printed(page)
    assert len(re.findall(rb"/Type /Page\b", sheet)) == 1
    page.set_viewport_size(INSIDE_A5)
    page.emulate_media(media="print")
    height = page.locator(".slip").evaluate("slip => slip.getBoundingClientRect().height")
    assert height < 0.98 * INSIDE_A5["height"]
