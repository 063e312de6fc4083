"""« Être rappelé » (RELIABILITY.md B04, B08): one call for a number, few in a day, nothing lost of what was typed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.domain.calls import Answer, Call, Part, Reason
from cnapp.domain.people import Staff
from cnapp.services import calls
from cnapp.services.calls import Noted
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_desk, metz
from tests.support import MORNING, FrozenClock, Page, submit, visit

NOW = metz(MORNING)


@pytest.fixture
def line(app: Application) -> Staff:
    return make_desk(phone_line=True)


def ask(client: FlaskClient, phone: str = "03 87 12 34 56", **values: str) -> Page:
    sent = {"name": "Marie Schmitt", "phone": phone, "preferred": "any", **values}
    return submit(client, visit(client, "/etre-rappele"), sent)


def how_many() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Call)) or 0


def settle(line: Staff, answer: Answer) -> None:
    public_id = db.session.scalars(select(Call.public_id).order_by(Call.id.desc())).first() or ""
    with transaction():
        calls.note(calls.call_of(line, public_id, now=NOW), Noted(answer, By.staff(line), 0), now=NOW)


def test_who_leaves_a_number_is_on_the_phone_lines_list(client: FlaskClient, line: Staff) -> None:
    page = ask(client, topic="Mes photos")
    assert page.address == "/etre-rappele/merci" and "dans les 2 jours" in page.text
    (call,) = calls.lists(line, now=NOW).due
    assert (call.reason, call.preferred, call.topic) == (Reason.CALLBACK, Part.ANY, "Mes photos")
    assert (call.citizen.name, call.citizen.phone, call.place_id) == ("Marie Schmitt", "+33387123456", None)


def test_in_the_afternoon_means_not_before_one(client: FlaskClient, line: Staff) -> None:
    ask(client, preferred="afternoon")
    (call,) = calls.lists(line, now=NOW).later
    assert call.due_at == metz("2026-11-30 13:00")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Écrivez un nom ou un prénom."),
        ({"phone": ""}, "Écrivez votre numéro de téléphone."),
        ({"phone": "12"}, "Ce numéro de téléphone n’est pas complet."),
        ({"topic": "x" * 201}, "C’est trop long."),
        ({"preferred": "night"}, "Choisissez une réponse de la liste."),
        ({"website": "http://x"}, "ce champ doit rester vide"),
    ],
)
def test_what_is_wrong_is_said_and_kept(client: FlaskClient, line: Staff, wrong: dict[str, str], sentence: str) -> None:
    page = ask(client, **{"topic": "Mes photos", **wrong})
    assert page.status == 422 and sentence in page.text and how_many() == 0
    kept = page.html.select_one("input[name=topic]")
    assert kept and kept["value"] == wrong.get("topic", "Mes photos")


def test_a_number_is_called_once_however_often_it_is_typed(client: FlaskClient, line: Staff) -> None:
    for _ in range(5):
        assert ask(client).address == "/etre-rappele/merci"
    assert how_many() == 1


def test_the_same_number_is_called_three_times_a_day_at_most(client: FlaskClient, line: Staff) -> None:
    """B08: nobody has somebody else's telephone ring all day."""
    for _ in range(3):
        ask(client)
        settle(line, Answer.REACHED)
    assert ask(client).status == 429 and how_many() == 3


def test_one_address_asks_for_twenty_calls_in_a_quarter_of_an_hour(
    client: FlaskClient, line: Staff, clock: FrozenClock
) -> None:
    for number in range(20):
        assert ask(client, f"03 87 12 34 {number:02}").status == 200
    assert ask(client, "03 87 12 34 99").status == 429
    clock.advance(minutes=16)
    assert ask(client, "03 87 12 34 99").status == 200


def test_who_said_call_me_no_more_is_not_called_because_somebody_typed_the_number(
    client: FlaskClient, line: Staff
) -> None:
    ask(client)
    settle(line, Answer.NO_CALLS)
    page = ask(client)
    assert page.status == 422 and "a demandé à ne plus être appelé" in page.text and how_many() == 1


def test_the_form_leads_to_the_notice(client: FlaskClient, app: Application) -> None:
    """P11."""
    assert visit(client, "/etre-rappele").html.select_one('main a[href="/donnees-personnelles"]')


@pytest.mark.parametrize("address", ["/", "/aide", "/plan-du-site"])
def test_it_is_found(client: FlaskClient, app: Application, address: str) -> None:
    assert visit(client, address).html.select_one('main a[href="/etre-rappele"]')
