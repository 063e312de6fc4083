"""What a town with a mail server and an SMS gateway shows to citizens, in a real Chromium and under axe."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Status
from cnapp.web.application import Application
from tests.browser.conftest import Judge
from tests.browser.test_citizens import answer_questions, go_on
from tests.factories import LINK_KEY

POST = {
    "smtp_url": "smtp://127.0.0.1:2525",
    "mail_from": "rdv@exemple.fr",
    "sms_url": "http://127.0.0.1:2526/sms",
    "sms_key": "k" * 32,
    "sms_sender": "METZ",
}


@pytest.fixture(autouse=True)
def letters_leave(live_app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_app, "settings", replace(live_app.settings, **POST))  # type: ignore[arg-type]


def test_a_lost_code_is_asked_for(page: Page, judge: Judge) -> None:
    page.goto("/retrouver")
    go_on(page, "Recevoir mon code")
    expect(page.get_by_role("alert")).to_contain_text("Écrivez le contact")
    judge("a lost code, refused")
    page.get_by_label("Votre e-mail ou votre téléphone portable").fill("lea@exemple.fr")
    go_on(page, "Recevoir mon code")
    expect(page.get_by_role("status")).to_contain_text("Si un rendez-vous existe")
    judge("a lost code is sent")


@pytest.mark.parametrize(
    "address", ["/connexion", "/connexion/mot-de-passe-oublie", "/donnees-personnelles", "/attente"]
)
def test_pages_that_say_what_is_sent_are_accessible(page: Page, judge: Judge, address: str) -> None:
    page.goto(address)
    judge(address)


def test_reminders_are_refused_and_had_again(page: Page, judge: Judge) -> None:
    for name in answer_questions(page):
        if name == "contact":
            page.get_by_label("Votre e-mail").fill("paul@exemple.fr")
    page.goto(f"{page.url}/rappels")
    go_on(page, "Je ne veux pas de rappel")
    expect(page.get_by_text("Vous avez refusé les rappels")).to_be_visible()
    judge("reminders refused")
    go_on(page, "Recevoir des rappels")
    expect(page.get_by_text("Un rappel aide à ne pas oublier")).to_be_visible()


def test_an_absence_that_is_denied(page: Page, judge: Judge, live_app: Application) -> None:
    with live_app.app_context():
        missed = select(Appointment).where(Appointment.status == Status.NOSHOW).order_by(Appointment.starts_at.desc())
        address = f"/r/{db.session.scalars(missed).first().link(LINK_KEY)}"  # type: ignore[union-attr]
        db.session.remove()
    page.goto(f"{address}/annuler")
    judge("cancellation of what is past")
    page.goto(f"{address}/absence")
    judge("an absence")
    go_on(page, "J’étais là")
    expect(page.get_by_role("heading", level=1)).to_have_text("C’est noté")
    judge("an absence denied")
