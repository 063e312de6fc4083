"""Each role at each door of the staff (RELIABILITY.md A01, A02, A07): let in or turned away, also what comes later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient

from cnapp.domain.people import Role
from cnapp.web.application import Application
from tests.factories import give_password, make_desk, make_place, make_staff
from tests.support import sign_in
from tests.web.test_routes import address_of, is_public, rules

AREAS = {
    "agenda": {Role.CONSEILLER, Role.COORDINATOR},
    "desk": {Role.DESK},
    "coordination": {Role.COORDINATOR},
    "account": set(Role),
}
"""Whom each area is for. A new area is named here, or the test fails."""


@contextmanager
def forms_of_anybody(app: Application) -> Iterator[None]:
    """Without our forms' secret, which would turn every POST away before its role is looked at."""
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        yield
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def sign_in_as(client: FlaskClient, role: Role) -> None:
    somebody = make_desk(make_place()) if role is Role.DESK else make_staff(role=role)
    give_password(somebody)
    sign_in(client, somebody.email)


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", list(Role))
def test_each_area_opens_to_its_own_roles_alone(app: Application, client: FlaskClient, role: Role, method: str) -> None:
    sign_in_as(client, role)
    with forms_of_anybody(app):
        for rule in (each for each in rules(app, method) if not is_public(each)):
            answer = client.open(address_of(rule), method=method)
            is_let_in = role in AREAS[rule.endpoint.partition(".")[0]]
            assert (answer.status_code != 403) is is_let_in, f"{role} at {method} {rule.rule}: {answer.status_code}"
            assert answer.status_code < 500, rule.rule
            if answer.status_code == 303 and answer.location.startswith("/connexion"):
                sign_in_as(client, role)
