"""A lost time on a phone: what its page says, a yes by one press without our script, and every page under axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.delivery.errands import settle_unanswered
from cnapp.domain.appointments import Appointment
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement
from cnapp.services.appointments import cancel
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.browser.conftest import Judge
from tests.browser.test_citizens import PHONE, go_on
from tests.browser.test_staff import sign_in
from tests.factories import LINK_KEY, make_appointment, make_presence, make_staff
from tests.replacing import line_of, lose, propose, withdraw

LOST, GIVEN = "2026-12-15 09:00", "2026-12-17 10:00"


class Story:
    """Huguette was to come to Borny; her conseiller is ill."""

    def __init__(self, app: Application) -> None:
        self.app = app
        presence = make_presence(LOST, "12:00", place=self.place("mairie-borny"), conseiller=make_staff("Renée"))
        self.appointment = make_appointment(presence, LOST, name="Huguette Exemple", phone="+33387123456")
        self.line = lose(self.appointment, now=app.clock())

    def place(self, slug: str) -> Place:
        return db.session.scalars(select(Place).where(Place.slug == slug)).one()

    def propose(self, slug: str = "mairie-borny") -> Displacement:
        hugo = make_presence(GIVEN, "12:00", place=self.place(slug), conseiller=make_staff("Hugo"))
        self.line = propose(line_of(self.line), hugo, GIVEN, now=self.app.clock())
        return self.line

    @property
    def address(self) -> str:
        return f"/r/{self.appointment.link(LINK_KEY)}"

    def end(self) -> None:
        """So that no other test meets her."""
        db.session.rollback()
        found = db.session.get_one(Appointment, self.appointment.id, populate_existing=True)
        if found.can_be_changed(self.app.clock()):
            with transaction(found.conseiller_id):
                cancel(db.session.get_one(Appointment, found.id), by=By.clock(), now=self.app.clock())


@pytest.fixture
def story(live_app: Application) -> Iterator[Story]:
    with live_app.app_context():
        story = Story(live_app)
        yield story
        live_app.clock.set("2026-11-30 08:00")  # type: ignore[attr-defined]
        story.end()
        db.session.remove()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-script", "without-script"])
def test_yes_on_a_phone_by_one_press(browser: Browser, base_url: str, story: Story, javascript: bool) -> None:
    story.propose()
    options = {"base_url": base_url, "viewport": PHONE, "java_script_enabled": javascript, "locale": "fr-FR"}
    with browser.new_context(**options) as context:  # type: ignore[arg-type]
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(f"{story.address}/proposition")
        go_on(page, "Oui, je viens")
        expect(page.get_by_text("vous venez à cette heure")).to_be_visible()
        expect(page.get_by_role("heading", level=1)).to_have_text("Rendez-vous confirmé")


def test_every_page_of_a_lost_time_is_accessible(page: Page, judge: Judge, story: Story) -> None:
    page.goto(story.address)
    judge("a lost time")
    page.get_by_role("link", name="Choisir une autre heure moi-même").press("Enter")
    judge("another time, chosen")
    page.goto(f"{story.address}/annuler")
    judge("a lost time, cancelled")
    story.propose("mairie-sablon")
    page.goto(f"{story.address}/proposition")
    expect(page.get_by_role("heading", name="Le lieu change")).to_be_visible()
    judge("a proposal")
    page.goto(story.address)
    judge("the receipt with a proposal")
    withdraw(story.line, now=story.app.clock())
    go_on(page, "Oui, je viens")
    expect(page.get_by_role("alert")).to_contain_text("Cette heure ne vous est plus proposée")
    judge("a proposal that is gone")


def test_whoever_did_not_answer_is_called(page: Page, judge: Judge, story: Story) -> None:
    line = story.propose("mairie-sablon")
    assert line.answer_until
    story.app.clock.at = line.answer_until  # type: ignore[attr-defined]
    settle_unanswered(line.answer_until)
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, "coordination@exemple.fr")
    page.goto("/coordination/appels")
    judge("calls about a proposal")
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Jointe, elle vient pour Huguette Exemple").press("Enter")
    expect(page.get_by_text("C’est noté")).to_be_visible()
    page.goto(story.address)
    expect(page.get_by_role("heading", level=1)).to_have_text("Rendez-vous confirmé")
