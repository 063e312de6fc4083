"""What the team says and posts about workshops, in a real Chromium: a seat to answer for, a letter, the samples."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.delivery.parcels import Sorting
from cnapp.delivery.worker import PostOffice, work_off
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshops import Workshop
from cnapp.services import registrations, workshops
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.browser.conftest import Judge, printed
from tests.browser.test_staff import sign_in
from tests.engines import settings_for
from tests.factories import make_citizen, make_registration, make_staff, make_workshop, metz

NOON, SETTINGS = metz("2026-11-30 12:00"), settings_for("sqlite://")


@pytest.fixture(scope="module")
def told(live_app: Application) -> Iterator[None]:
    """A seat offered to somebody with a landline, and a cancelled workshop that is told on paper."""
    with live_app.app_context():
        borny = db.session.scalars(select(Place).where(Place.slug == "mairie-borny")).one()
        desk = db.session.scalars(select(Staff).where(Staff.email == "accueil.borny@exemple.fr")).one()
        full = make_workshop(place=borny, leader=make_staff("Renée", receives=False), capacity=1)
        gone = make_workshop("2026-12-11 14:00", place=borny, leader=make_staff("Rita", receives=False))
        seated = make_registration(full, "Robert Exemple")
        make_registration(full, "Huguette Exemple", phone="+33387123459", status=Standing.WAITING)
        odette = make_citizen("Odette Exemple", address="3 rue de l’Exemple\n57000 Metz")
        make_registration(gone, person=odette)
        with transaction():
            row = db.session.get_one(Registration, seated.id)
            registrations.cancel(row, by=By.citizen(), settings=SETTINGS, now=NOON)
            workshops.cancel(db.session.get_one(Workshop, gone.id), by=By.staff(desk), settings=SETTINGS, now=NOON)
        work_off(PostOffice(Sorting(SETTINGS).parcel), clock=lambda: metz("2026-11-30 12:02"))
        live_app.clock.set("2026-11-30 12:05")  # type: ignore[attr-defined]
        db.session.remove()
    yield
    live_app.clock.set("2026-11-30 08:00")  # type: ignore[attr-defined]


def test_the_calls_and_letters_about_workshops_are_accessible(told: None, page: Page, judge: Judge) -> None:
    sign_in(page, "accueil.borny@exemple.fr")
    page.goto("/accueil/appels")
    row = page.locator(".call-line", has_text="Huguette Exemple")
    expect(row.get_by_text("Une place est libre")).to_be_visible()
    judge("the list with a seat to answer for")
    page.goto("/accueil/lettres-a-poster")
    page.get_by_role("link", name="Voir et imprimer").first.click()
    judge("a letter about a workshop")
    assert len(re.findall(rb"/Type\s*/Page\b", printed(page))) == 1
    page.goto("/accueil/appels")
    row.get_by_role("button", name="Accepte la place").click()
    expect(page.get_by_text("la place est à elle")).to_be_visible()


@pytest.mark.parametrize("name", ["annulation-atelier", "rappel-atelier"])
def test_samples_of_letters_are_accessible(told: None, page: Page, judge: Judge, name: str) -> None:
    sign_in(page, "coordination@exemple.fr")
    page.goto(f"/coordination/lettres/{name}")
    judge(f"the letter {name}")
