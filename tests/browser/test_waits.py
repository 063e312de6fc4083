"""The waiting list in a real Chromium: by keyboard, without the script, and every page under axe."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.delivery.offering import offer_times
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.offers import Offer
from cnapp.domain.waits import Wait
from cnapp.services.waits import leave
from cnapp.web.application import Application
from tests.browser.conftest import Judge
from tests.browser.test_citizens import PHONE, go_on
from tests.browser.test_staff import sign_in
from tests.factories import LINK_KEY

SUBJECT = "creer-adresse-e-mail"
ENDINGS = count(10)
"""Of phone numbers: one is told once a day."""


def fill(page: Page) -> None:
    page.goto("/attente")
    page.get_by_label("Pour quoi voulez-vous de l’aide").select_option(SUBJECT)
    page.get_by_label("Mairie de quartier de Borny").check()
    page.get_by_label("Prénom et nom").fill("Jeanne Exemple")
    page.get_by_label("Téléphone").fill(f"03 53 01 99 {next(ENDINGS)}")


def begin(page: Page) -> str:
    """The address of somebody who waits for it."""
    fill(page)
    go_on(page)
    go_on(page, "Me mettre sur la liste d’attente")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous attendez")
    return page.url


@pytest.fixture
def live(live_app: Application) -> Iterator[Application]:
    with live_app.app_context():
        yield live_app
        db.session.rollback()
        with transaction():
            for wait in db.session.scalars(select(Wait).where(Wait.ended_at.is_(None))):
                leave(wait, now=live_app.clock())
        db.session.remove()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-script", "without-script"])
def test_somebody_enters_the_list_takes_a_time_and_is_off_it(
    browser: Browser, base_url: str, live: Application, javascript: bool
) -> None:
    options = {"base_url": base_url, "viewport": PHONE, "java_script_enabled": javascript, "locale": "fr-FR"}
    with browser.new_context(**options) as context:  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        page = context.new_page()
        address = begin(page)
        offer_times(live.settings, live.clock())
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Une heure est libre")
        go_on(page, "Prendre cette heure")
        expect(page.get_by_text("Cette heure est à vous")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("Rendez-vous confirmé")


def test_every_page_of_the_list_is_accessible(page: Page, judge: Judge, live: Application) -> None:
    page.goto("/attente")
    judge("waiting list")
    go_on(page)
    expect(page.get_by_role("alert")).to_be_visible()
    judge("waiting list, refused")
    fill(page)
    go_on(page)
    judge("waiting list, check")
    go_on(page, "Me mettre sur la liste d’attente")
    judge("waiting")
    address = page.url
    page.get_by_role("link", name="Changer les lieux ou les jours").click()
    judge("waiting, changed")
    go_on(page, "Enregistrer")
    offer_times(live.settings, live.clock())
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Une heure est libre")
    judge("an offer")
    page.get_by_role("link", name="Ne plus attendre").click()
    judge("leaving the list")
    go_on(page, "Oui, quitter la liste d’attente")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous n’attendez plus")
    judge("off the list")


def test_from_the_receipt_by_keyboard(page: Page, judge: Judge, live: Application) -> None:
    later = select(Appointment).where(Appointment.status == Status.BOOKED, Appointment.booker_id.is_(None))
    with_time = db.session.scalars(later.order_by(Appointment.starts_at.desc())).all()
    appointment = next(each for each in with_time if each.person.phone is None and each.person.email is None)
    page.goto(f"/r/{appointment.link(LINK_KEY)}")
    page.get_by_role("link", name="Je voudrais venir plus tôt").press("Enter")
    judge("sooner, without a contact")
    page.get_by_label("Téléphone").fill("03 53 01 99 98")
    page.get_by_role("button", name="Me mettre sur la liste d’attente").press("Enter")
    expect(page.get_by_text("Vous gardez votre rendez-vous")).to_be_visible()
    judge("sooner, waiting")


def test_the_desk_and_the_coordination_see_who_waits(page: Page, judge: Judge, live: Application) -> None:
    begin(page)
    offer_times(live.settings, live.clock())
    assert db.session.scalars(select(Offer).where(Offer.outcome.is_(None))).first()
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, "accueil.borny@exemple.fr")
    page.goto("/accueil/attente")
    expect(page.get_by_text("À appeler").first).to_be_visible()
    judge("who waits")
    page.get_by_role("link", name="Ajouter quelqu’un").click()
    judge("somebody added by the desk")
    page.get_by_role("button", name="Mettre sur la liste d’attente").click()
    expect(page.get_by_role("alert")).to_be_visible()
    judge("somebody added by the desk, refused")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/accueil/rendez-vous")
    page.get_by_role("link", name="La liste d’attente").click()
    page.get_by_role("button", name="Elle ne veut pas cette heure").first.click()
    expect(page.get_by_text("La personne reste sur la liste d’attente")).to_be_visible()
    page.get_by_role("button", name="Se déconnecter").click()
    sign_in(page, "coordination@exemple.fr")
    page.goto("/coordination/lieux")
    expect(page.get_by_role("table", name="Combien de personnes attendent")).to_be_visible()
    judge("places and who waits")
