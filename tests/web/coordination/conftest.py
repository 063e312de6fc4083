"""A coordinator at work."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place, Room
from cnapp.web.application import Application
from tests.factories import give_password, make_place, make_staff
from tests.support import sign_in
from tests.web.coordination.claire import coordinate


@pytest.fixture
def anne(app: Application, client: FlaskClient) -> Staff:
    staff = make_staff("Anne", last_name="Muller", email="anne@exemple.fr", role=Role.COORDINATOR, receives=False)
    give_password(staff)
    sign_in(client, "anne@exemple.fr")
    return staff


@pytest.fixture
def claire(app: Application, client: FlaskClient) -> Staff:
    return coordinate(client)


@pytest.fixture
def nadia(anne: Staff) -> Staff:
    return make_staff("Nadia")


@pytest.fixture
def borny(anne: Staff) -> Place:
    return make_place("Borny", slug="borny", rooms=[Room(name="salle 2")])
