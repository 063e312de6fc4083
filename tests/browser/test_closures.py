"""Closing over people who are expected, in a real Chromium: each page asks before and cancels nobody."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Status
from cnapp.web.application import Application
from tests.browser.conftest import Judge
from tests.browser.test_staff import sign_in


def booked(live_app: Application) -> tuple[str, str, str]:
    """The place, the day and the presence of somebody who is expected another day."""
    with live_app.app_context():
        ahead = Appointment.status == Status.BOOKED, Appointment.starts_at > live_app.clock().replace(hour=23)
        found = db.session.scalars(db.select(Appointment).where(*ahead).order_by(Appointment.starts_at)).first()
        assert found
        return found.presence.place.slug, f"{found.starts_at:%Y-%m-%d}", found.presence.public_id


def test_a_closure_asks_before(page: Page, judge: Judge, live_app: Application) -> None:
    slug, day, _ = booked(live_app)
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, "coordination@exemple.fr")
    page.goto(f"/coordination/fermetures/nouvelle?lieu={slug}")
    page.get_by_label("Premier jour").fill(day)
    page.get_by_label("Dernier jour").fill(day)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("alert")).to_contain_text("rien n’est annulé")
    expect(page.get_by_role("button", name="Continuer")).to_be_visible()
    judge("closure asks")


def test_a_withdrawal_asks_before(page: Page, judge: Judge, live_app: Application) -> None:
    _, _, presence = booked(live_app)
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, "coordination@exemple.fr")
    page.goto(f"/coordination/permanences/{presence}/retirer")
    expect(page.get_by_role("button", name="Continuer")).to_be_visible()
    judge("withdrawal asks")
