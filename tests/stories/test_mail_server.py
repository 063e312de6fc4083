"""A town with a mail server: the team's pages say who is written to, and no page says that nobody is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.web.application import Application
from tests.engines import migrated_app, new_database
from tests.factories import give_password, make_appointment, make_desk, make_place, make_presence, make_staff
from tests.support import FrozenClock, sign_in, visit

ALONE = "La personne n’est pas prévenue par ce site."


@pytest.fixture
def writing(tmp_path: Path, clock: FrozenClock) -> Iterator[Application]:
    url = new_database("sqlite", "writing", tmp_path)
    app = migrated_app(url, clock, smtp_url="smtp://127.0.0.1", mail_from="rdv@exemple.fr")
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def booked(email: str | None) -> Appointment:
    place, nadia = make_place(), make_staff("Nadia", email="nadia@exemple.fr")
    for each in (nadia, make_desk(place, email="accueil@exemple.fr")):
        give_password(each)
    return make_appointment(make_presence(place=place, conseiller=nadia), email=email)


def cancelling(client: FlaskClient, who: str, address: str) -> str:
    sign_in(client, who)
    return visit(client, address).text


@pytest.mark.parametrize(
    ("who", "address"),
    [("nadia@exemple.fr", "/agenda/rendez-vous/{}/annuler"), ("accueil@exemple.fr", "/accueil/rendez-vous/{}/annuler")],
)
def test_whoever_cancels_reads_where_the_letter_goes(writing: Application, who: str, address: str) -> None:
    appointment = booked("lea@exemple.fr")
    page = cancelling(writing.test_client(), who, address.format(appointment.public_id))
    assert "un e-mail part à : lea@exemple.fr" in page.replace("\u00a0", " ")
    assert ALONE not in page


def test_without_an_address_the_page_says_that_nobody_is_told(writing: Application) -> None:
    appointment = booked(None)
    page = cancelling(writing.test_client(), "nadia@exemple.fr", f"/agenda/rendez-vous/{appointment.public_id}/annuler")
    assert ALONE in page
    assert "un e-mail part" not in page
