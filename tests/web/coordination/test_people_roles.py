"""Giving and taking roles: with one's own password, never the last coordinator's (A03, K13)."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.accounts import LastCoordinator
from cnapp.domain.journal import Subject
from cnapp.domain.people import Role, Staff
from cnapp.services import people
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import PASSWORD, give_password, make_staff
from tests.support import Page, sign_in, submit, visit
from tests.web.coordination.claire import reread, told

TEAM = "/coordination/equipe"


@pytest.fixture
def nadia(claire: Staff) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    return staff


def page_of(client: FlaskClient, staff: Staff) -> Page:
    return visit(client, f"{TEAM}/{staff.public_id}")


def save(client: FlaskClient, staff: Staff, **values: Any) -> Page:
    return submit(client, page_of(client, staff), values, staff.public_id)


def add(client: FlaskClient, **values: Any) -> Page:
    given = {"first_name": "Hugo", "last_name": "Klein", "email": "hugo@exemple.fr", **values}
    return submit(client, visit(client, f"{TEAM}/nouveau"), given, TEAM)


def found(email: str) -> Staff | None:
    reread()
    return db.session.scalar(select(Staff).where(Staff.email == email))


def test_a_change_of_role_asks_for_ones_own_password(client: FlaskClient, nadia: Staff) -> None:
    for password, sentence in (("", "écrivez votre mot de passe à vous"), ("pas le bon", "pas votre mot de passe")):
        page = save(client, nadia, role="coordinator", password=password)
        assert page.status == 422
        assert sentence in page.text
    assert save(client, nadia, role="coordinator", password=PASSWORD).status == 200
    staff = found("nadia@exemple.fr")
    assert staff and staff.role is Role.COORDINATOR
    assert told(Subject.STAFF) == ["role_changed"]


def test_ones_own_password_cannot_be_guessed_there(client: FlaskClient, nadia: Staff) -> None:
    for _ in range(5):
        save(client, nadia, role="coordinator", password="pas le bon")
    page = save(client, nadia, role="coordinator", password=PASSWORD)
    assert page.status == 429
    assert "Attendez 30 secondes" in page.text


def test_a_new_deputy_asks_for_the_password_too(client: FlaskClient, claire: Staff) -> None:
    assert add(client, role="coordinator").status == 422
    assert found("hugo@exemple.fr") is None
    assert add(client, role="coordinator", password=PASSWORD).status == 200
    hugo = found("hugo@exemple.fr")
    assert hugo and hugo.role is Role.COORDINATOR


def test_another_role_ends_every_session(client: FlaskClient, other_client: FlaskClient, nadia: Staff) -> None:
    sign_in(other_client, "nadia@exemple.fr")
    save(client, nadia, role="coordinator", password=PASSWORD)
    assert visit(other_client, "/compte").address == "/connexion"


def test_the_last_coordinator_keeps_the_role(client: FlaskClient, claire: Staff) -> None:
    page = save(client, claire, role="conseiller", password=PASSWORD)
    assert page.status == 409
    assert "plus personne ne pourrait coordonner" in page.text
    assert page_of(client, claire).status == 200


def test_a_deputy_who_has_no_password_yet_does_not_count(client: FlaskClient, claire: Staff) -> None:
    make_staff("Hugo", role=Role.COORDINATOR)
    assert save(client, claire, role="conseiller", password=PASSWORD).status == 409


def test_the_last_coordinator_does_not_leave_by_a_date(client: FlaskClient, claire: Staff) -> None:
    page = save(client, claire, in_post_until="2026-11-29")
    assert page.status == 409
    assert page_of(client, claire).status == 200


def test_with_a_deputy_the_coordinator_may_become_a_conseiller(client: FlaskClient, nadia: Staff) -> None:
    save(client, nadia, role="coordinator", password=PASSWORD)
    claire = found("claire@exemple.fr")
    assert claire
    page = save(client, claire, role="conseiller", password=PASSWORD)
    assert page.address == "/connexion"


def test_of_two_coordinators_who_close_each_others_account_one_stays(app: Application, claire: Staff) -> None:
    other = make_staff("Hugo", role=Role.COORDINATOR)
    give_password(other)
    refused: list[str] = []
    start = threading.Barrier(2)

    def close(staff_id: int, by_id: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction(staff_id):
                    staff, by = db.session.get_one(Staff, staff_id), db.session.get_one(Staff, by_id)
                    people.disable(staff, by=By.staff(by), now=app.clock())
            except LastCoordinator:
                refused.append("one")
            db.session.remove()

    pairs = [(claire.id, other.id), (other.id, claire.id)]
    db.session.rollback()
    crowd = [threading.Thread(target=close, args=pair) for pair in pairs]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    reread()
    open_ones = db.session.scalars(select(Staff.id).where(Staff.disabled_at.is_(None))).all()
    assert (refused, len(open_ones)) == (["one"], 1)
