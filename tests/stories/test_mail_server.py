"""A town with a mail server, or an SMS gateway: the team's pages say who is told, and no page says that nobody is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from cnapp import create_app
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


def booked(email: str | None, phone: str | None = None) -> Appointment:
    place, nadia = make_place(), make_staff("Nadia", email="nadia@exemple.fr")
    for each in (nadia, make_desk(place, email="accueil@exemple.fr")):
        give_password(each)
    return make_appointment(make_presence(place=place, conseiller=nadia), email=email, phone=phone)


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


@pytest.mark.parametrize(
    ("who", "address"),
    [("nadia@exemple.fr", "/agenda/rendez-vous/{}/annuler"), ("accueil@exemple.fr", "/accueil/rendez-vous/{}/annuler")],
)
def test_with_a_gateway_whoever_cancels_reads_where_the_sms_goes(writing: Application, who: str, address: str) -> None:
    writing.settings = replace(writing.settings, sms_url="https://sms.example/")
    appointment = booked(None, "+33639980001")
    page = cancelling(writing.test_client(), who, address.format(appointment.public_id)).replace("\u00a0", " ")
    assert "un SMS part au : 06 39 98 00 01" in page
    assert ALONE not in page and "un e-mail part" not in page


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"smtp_url": ""}, ["ni SMS, ni e-mail"]),
        ({}, ["nous vous écrivons pour votre rendez-vous", "n’envoie pas de SMS", "un serveur de courrier"]),
        (
            {"sms_url": "https://sms.example/"},
            ["nous vous écrivons", "un serveur de courrier", "vous envoyer un SMS", "par une passerelle"],
        ),
        (
            {"smtp_url": "", "sms_url": "https://sms.example/"},
            ["n’envoie pas d’e-mail", "vous envoyer un SMS", "par une passerelle"],
        ),
    ],
)
def test_the_notice_on_data_says_what_leaves_and_by_whom(
    writing: Application, settings: dict[str, str], said: list[str]
) -> None:
    town = create_app(replace(writing.settings, **settings), clock=writing.clock)  # type: ignore[arg-type]
    page = visit(town.test_client(), "/donnees-personnelles").text
    every = ["ni SMS, ni e-mail", "nous vous écrivons", "n’envoie pas de SMS", "vous envoyer un SMS", "passerelle"]
    every += ["n’envoie pas d’e-mail", "un serveur de courrier"]
    assert [words for words in said if words not in page] == []
    assert [words for words in every if words in page and not any(words in each for each in said)] == []
