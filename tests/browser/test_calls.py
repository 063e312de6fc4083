"""« À appeler » in a real Chromium: every page under axe at three widths, by keyboard, without our script, on paper."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.worker import PostOffice, work_off
from cnapp.domain.appointments import Appointment
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.services import appointments
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.browser.conftest import Judge, printed
from tests.browser.test_staff import sign_in
from tests.engines import settings_for
from tests.factories import make_appointment, make_citizen, make_presence, make_staff, metz

NOON = metz("2026-11-30 12:00")


@pytest.fixture(scope="module")
def called(live_app: Application) -> Iterator[None]:
    """Two people to call for Borny, one of them today; a letter to post, and somebody whom nobody can tell."""
    with live_app.app_context():
        borny = db.session.scalars(select(Place).where(Place.slug == "mairie-borny")).one()
        desk = db.session.scalars(select(Staff).where(Staff.email == "accueil.borny@exemple.fr")).one()
        for name, at, contacts in (
            ("Huguette Exemple", "2026-11-30 16:00", {"phone": "+33387123456", "may_leave_message": True}),
            ("Robert Exemple", "2026-12-10 09:00", {"phone": "+33387123457"}),
            ("Odette Exemple", "2026-12-11 09:00", {"address": "3 rue de l’Exemple\n57000 Metz"}),
            ("Fernand Exemple", "2026-12-09 09:00", {}),
        ):
            presence = make_presence(at, "18:00", place=borny, conseiller=make_staff("Renée", receives=False))
            made = make_appointment(presence, at, person=make_citizen(name, **contacts))
            with transaction(made.conseiller_id):
                appointments.revoke(db.session.get_one(Appointment, made.id), by=By.staff(desk), now=NOON)
        work_off(PostOffice(Sorting(settings_for("sqlite://")).parcel), clock=lambda: metz("2026-11-30 12:02"))
        live_app.clock.set("2026-11-30 12:05")  # type: ignore[attr-defined]
        db.session.remove()
    yield
    live_app.clock.set("2026-11-30 08:00")  # type: ignore[attr-defined]


@pytest.fixture
def desk(called: None, page: Page) -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, "accueil.borny@exemple.fr")
    return page


def test_every_page_of_the_calls_is_accessible(desk: Page, judge: Judge) -> None:
    desk.goto("/accueil/appels")
    expect(desk.get_by_text("Huguette Exemple").first).to_be_visible()
    judge("the list")
    desk.get_by_text("Autre réponse").first.click()
    judge("the list with one row open")
    desk.get_by_role("link", name="« Ne m’appelez plus »").first.click()
    judge("asking before nobody calls any more")
    desk.goto("/accueil/appels")
    row = desk.locator(".call-line", has_text="Robert Exemple")
    row.get_by_text("Autre réponse").click()
    row.get_by_label("quelle heure").fill("23:00")
    row.get_by_role("button", name="Noter").click()
    expect(desk.get_by_role("link", name="Aller à cet appel")).to_be_visible()
    judge("an hour at which nobody is called")
    desk.goto("/accueil/lettres-a-poster")
    judge("letters to post")
    desk.get_by_role("link", name="Voir et imprimer").click()
    judge("a letter")


def test_a_letter_on_paper_is_one_sheet(desk: Page) -> None:
    desk.goto("/accueil/lettres-a-poster")
    desk.get_by_role("link", name="Voir et imprimer").click()
    assert len(re.findall(rb"/Type\s*/Page\b", printed(desk))) == 1


def test_answers_by_keyboard_and_without_our_script(desk: Page, judge: Judge) -> None:
    desk.route("**/*.js", lambda route: route.abort())
    desk.goto("/accueil/appels")
    row = desk.locator(".call-line", has_text="Robert Exemple")
    row.get_by_role("button", name="Répondeur, sans message").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("C’est noté : répondeur, sans message.")).to_be_visible()
    row.get_by_text("Autre réponse").focus()
    desk.keyboard.press("Enter")
    row.get_by_label("quelle heure").fill("15:00")
    row.get_by_role("button", name="Noter").focus()
    desk.keyboard.press("Enter")
    expect(row.get_by_text("15 h").first).to_be_visible()
    row.get_by_role("button", name="Jointe").click()
    expect(desk.get_by_text("Fait aujourd’hui")).to_be_visible()
    desk.unroute("**/*.js")
    desk.reload()
    judge("the list with what was done")


@pytest.mark.parametrize("account", ["coordination", "accueil.borny"])
def test_the_menu_stays_on_one_line_with_what_waits(called: None, page: Page, judge: Judge, account: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, f"{account}@exemple.fr")
    page.get_by_role("link", name="À appeler").click()
    expect(page.locator(".site-nav .menu-count").last).to_be_visible()
    page.wait_for_load_state()
    lines = page.evaluate("new Set([...document.querySelectorAll('.site-nav li')].map(each => each.offsetTop)).size")
    assert lines == 1
    judge(f"the list of {account}")


def test_being_called_back_is_accessible(page: Page, judge: Judge) -> None:
    page.goto("/etre-rappele")
    judge("asking for a call")
    page.get_by_role("button", name="Demander un appel").click()
    assert page.title().startswith("Erreur")
    judge("asking for a call with mistakes")
    page.get_by_label("Prénom et nom").fill("Zoé El Amrani")
    page.get_by_label("Téléphone").fill("03 87 12 34 58")
    page.get_by_role("button", name="Demander un appel").click()
    page.wait_for_url("**/merci")
    judge("a call is asked for")
