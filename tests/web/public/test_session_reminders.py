"""« Ne plus recevoir de rappels » of a workshop: by the link of a reminder, and back."""

from __future__ import annotations

from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.citizens import Citizen
from cnapp.domain.registrations import Registration, Standing
from cnapp.web.application import Application
from tests.factories import LINK_KEY, make_registration, make_workshop
from tests.support import FrozenClock, submit, visit


def page_of(registration: Registration) -> str:
    return f"/i/{registration.link(LINK_KEY)}/rappels"


def refuses(registration: Registration) -> bool:
    db.session.rollback()
    return db.session.get_one(Citizen, registration.person_id, populate_existing=True).no_reminders


def test_refused_and_taken_up_again(client: FlaskClient) -> None:
    registration = make_registration(make_workshop(), email="lea@exemple.fr")
    page = visit(client, page_of(registration))
    assert "Atelier du jeudi 10 décembre à 14 h" in page.text and "Votre inscription reste la même" in page.text
    assert "Schmitt" not in page.text
    page = submit(client, page, action="/rappels")
    assert "Vous avez refusé les rappels." in page.text and refuses(registration)
    page = submit(client, page, action="/reprendre")
    assert "Vous pouvez le refuser" in page.text and not refuses(registration)


def test_the_receipt_leads_there_where_there_is_somebody_to_remind(client: FlaskClient) -> None:
    reached = make_registration(make_workshop(), email="lea@exemple.fr")
    receipt = visit(client, f"/i/{reached.link(LINK_KEY)}")
    assert receipt.html.select_one(f'a[href="{page_of(reached)}"]')
    alone = make_registration(make_workshop("2026-12-11 14:00"))
    assert "rappels" not in visit(client, f"/i/{alone.link(LINK_KEY)}").text


def test_nothing_to_refuse_once_it_is_over_and_no_page_for_a_wrong_link(
    client: FlaskClient, app: Application, clock: FrozenClock
) -> None:
    ended = make_registration(make_workshop(), email="lea@exemple.fr", status=Standing.EXCUSED)
    answer = client.get(page_of(ended))
    assert (answer.status_code, answer.headers["Location"].endswith(f"/i/{ended.link(LINK_KEY)}")) == (303, True)
    assert client.get("/i/autre/rappels").status_code == 404
