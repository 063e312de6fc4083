"""Whatever is typed into the town's settings, the answer is a page with a sentence, never an incident."""

from __future__ import annotations

import random
from datetime import date

import pytest
from flask.testing import FlaskClient

from cnapp.domain.places import Closure, Place, Room
from tests.factories import habilitate, keep, make_motif, make_place, make_staff
from tests.support import values_of, visit
from tests.web.coordination.claire import coordinate

ROUNDS = 20
NUMBERS = ["", "-1", "0", "²", "٣", "NaN", "1e9", "9" * 20]
DAYS = ["9999-12-31", "0001-01-01", "31/12/9999", "2026-12-03", "1/13", "30/2", "24:00"]
WORDS = ["x" * 5000, "\u202e", "🙂", "for", "desk", "coordinator", "partout", "borny", "a\nb", "[]"]
PAGES = [
    "equipe/nouveau",
    "equipe/{person}",
    "equipe/{person}/habilitations/nouvelle",
    "equipe/{person}/habilitations/{habilitation}",
    "lieux/nouveau",
    "lieux/borny",
    "lieux/borny/heures",
    "lieux/borny/salles",
    "lieux/borny/fin",
    "fermetures/nouvelle",
    "fermetures/{closure}",
    "sujets/nouveau",
    "sujets/adresse",
    "trajets?lieu=borny",
]


@pytest.fixture
def names(client: FlaskClient) -> dict[str, str]:
    """How the things of these pages are called in addresses."""
    coordinate(client)
    borny: Place = make_place("Borny", slug="borny")
    make_place("Sablon")
    make_motif(slug="adresse")
    keep(Room(place_id=borny.id, name="Bureau 2"))
    nadia = make_staff("Nadia")
    days = {"starts_on": date(2026, 12, 20), "ends_on": date(2026, 12, 21)}
    return {
        "person": nadia.public_id,
        "habilitation": habilitate(nadia, "argent").public_id,
        "closure": keep(Closure(place_id=borny.id, **days)).public_id,
    }


@pytest.mark.parametrize("address", PAGES)
def test_nonsense_is_answered(client: FlaskClient, names: dict[str, str], address: str) -> None:
    page, chance = visit(client, f"/coordination/{address.format(**names)}"), random.Random(address)
    form = page.form()
    values, action = values_of(form), str(form["action"])
    typed = sorted({str(field["name"]) for field in form.select("[name]")} - {"csrf_token"})
    assert client.post(action, data={"csrf_token": values["csrf_token"]}).status_code < 500
    for _ in range(ROUNDS):
        chosen = chance.sample(typed, chance.randint(1, min(5, len(typed))))
        wrong = {name: chance.choice([*NUMBERS, *DAYS, *WORDS]) for name in chosen}
        assert client.post(action, data={**values, **wrong}).status_code < 500, wrong
