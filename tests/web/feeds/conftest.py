"""Léa and her agenda, as the tests of feeds read it."""

from __future__ import annotations

import pytest

from cnapp.domain.people import Staff
from tests.factories import make_appointment, make_motif, make_place, make_presence, make_staff


@pytest.fixture
def lea(app: object) -> Staff:
    return make_staff("Léa")


@pytest.fixture
def day(lea: Staff) -> Staff:
    """Léa at Borny on 3 December, with one appointment."""
    presence = make_presence(
        conseiller=lea, place=make_place("Mairie de quartier de Borny", latitude=49.1, longitude=6.2)
    )
    citizen = {"name": "Marie Schmitt", "phone": "+33612345678", "email": "marie@exemple.fr"}
    make_appointment(presence, motif=make_motif(title="Sujet secret"), **citizen)
    return lea
