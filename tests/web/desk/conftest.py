"""A desk of Borny, signed in; a booking there and one at Sablon."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.web.application import Application
from tests.factories import (
    make_desk,
    make_motif,
    make_place,
)
from tests.web.desk.appointments import (
    booked,
    signed_in,
)


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", slug="borny")


@pytest.fixture
def sablon(app: Application) -> Place:
    return make_place("Sablon", slug="sablon")


@pytest.fixture
def desk(client: FlaskClient, borny: Place) -> Staff:
    return signed_in(client, make_desk(borny))


@pytest.fixture
def motif(app: Application) -> Motif:
    return make_motif(slug="adresse", title="Créer une adresse e-mail")


@pytest.fixture
def ours(borny: Place, motif: Motif) -> Appointment:
    return booked(borny, motif)


@pytest.fixture
def theirs(sablon: Place, motif: Motif) -> Appointment:
    return booked(sablon, motif, code="K4TX9PQM")
