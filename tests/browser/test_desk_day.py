"""The desk's day in a real Chromium: every page under axe, an arrival by keyboard alone, paper on A4."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.presences import Presence
from cnapp.services.demo import PASSWORD
from cnapp.web.application import Application
from tests.browser.conftest import Judge, printed
from tests.browser.test_staff import sign_in
from tests.factories import give_password, make_desk
from tests.support import MORNING, FrozenClock

EMAIL = "accueil.essai@exemple.fr"


@dataclass(frozen=True)
class Visitor:
    """Somebody who comes today, and where."""

    name: str
    place: str


@pytest.fixture(scope="module")
def visitor(live_app: Application) -> Visitor:
    """The first of today; a desk of that place and another one is made."""
    during = span_of_day(day_of(live_app.clock()))
    with live_app.app_context():
        coming = select(Appointment).where(Appointment.status == Status.BOOKED, Appointment.starts_at >= during.start)
        first = db.session.scalars(coming.order_by(Appointment.starts_at)).first()
        assert first and first.starts_at < during.end
        here, name = first.presence.place, first.person.name
        there = db.session.scalars(select(Presence).where(Presence.place_id != here.id)).first()
        assert there
        found = Visitor(name, here.name)
        give_password(make_desk(here, there.place, email=EMAIL), PASSWORD)
        db.session.remove()
    return found


@pytest.fixture
def noon(live_app: Application) -> Iterator[None]:
    """Somebody is late by then."""
    clock = live_app.clock
    assert isinstance(clock, FrozenClock)
    clock.set("2026-11-30 12:00")
    yield
    clock.set(MORNING)


def open_desk(page: Page, visitor: Visitor) -> None:
    sign_in(page, EMAIL)
    page.get_by_role("radio", name=visitor.place).check()
    page.get_by_label("Votre prénom").fill("Sonia")
    page.get_by_role("button", name="Ouvrir la journée").click()


def ask(page: Page, who: str) -> None:
    page.goto("/accueil/")
    page.get_by_label("Qui est là ?").fill(who)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_where_one_is_and_its_mistake_are_accessible(page: Page, judge: Judge, visitor: Visitor) -> None:
    sign_in(page, EMAIL)
    judge("where one is")
    page.get_by_role("button", name="Ouvrir la journée").click()
    assert page.title().startswith("Erreur")
    judge("where one is, nothing chosen")


def test_the_day_with_somebody_late_is_accessible(page: Page, judge: Judge, visitor: Visitor, noon: None) -> None:
    open_desk(page, visitor)
    expect(page.get_by_role("heading", name="À suivre")).to_be_visible()
    judge("the day, somebody is late")


def test_the_answers_of_the_box_are_accessible(page: Page, judge: Judge, visitor: Visitor) -> None:
    open_desk(page, visitor)
    judge("the day")
    for who, name in ((visitor.name, "somebody found"), ("Zzyzx", "nobody found"), ("zz", "too short")):
        ask(page, who)
        judge(name)


def test_an_arrival_by_keyboard_alone(page: Page, visitor: Visitor) -> None:
    """The box is the first field after the skip link; the first button of the answer notes the arrival."""
    page.set_viewport_size({"width": 1024, "height": 768})
    open_desk(page, visitor)
    page.goto("/accueil/")
    for key in ("Tab", "Enter", "Tab"):
        page.keyboard.press(key)
    expect(page.get_by_label("Qui est là ?")).to_be_focused()
    page.keyboard.type(visitor.name)
    page.keyboard.press("Enter")
    arrival = page.get_by_role("button", name="Noter l’arrivée")
    expect(arrival).to_be_visible()
    for _ in range(16):
        page.keyboard.press("Tab")
        if arrival.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_text("L’arrivée est notée.")).to_be_visible()
    expect(page.get_by_text("Sur place depuis")).to_be_visible()
    page.get_by_role("button", name="Revenir en arrière").click()
    expect(page.get_by_text("Sur place depuis")).to_have_count(0)


@pytest.mark.parametrize("reader", ["accueil", "porte"])
def test_the_paper_is_one_sheet_without_anything_to_press(
    page: Page, judge: Judge, visitor: Visitor, reader: str
) -> None:
    open_desk(page, visitor)
    page.goto(f"/accueil/2026-11-30/papier?pour={reader}")
    judge(f"paper, {reader}")
    sheet = printed(page)
    assert len(re.findall(rb"/Type /Page\b", sheet)) == 1
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Retour à la journée")).to_be_hidden()
    expect(page.get_by_text(visitor.name)).to_have_count(1 if reader == "accueil" else 0)


def test_the_telephones_first_page_is_accessible(page: Page, judge: Judge) -> None:
    sign_in(page, "accueil.telephone@exemple.fr")
    judge("the telephone")
