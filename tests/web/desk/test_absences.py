"""Absences are counted for the team to weigh, and close no door (RELIABILITY.md B12)."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment
from cnapp.domain.places import Place
from cnapp.services import visits
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_appointment, make_place, make_presence, metz
from tests.support import visit
from tests.web.desk.counter import open_desk

PHONE = "+33639980011"


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", slug="borny")


def missed(place: Place, day: str, phone: str | None) -> None:
    presence = make_presence(f"{day} 09:00", "12:00", place=place)
    appointment = make_appointment(presence, f"{day} 09:00", phone=phone)
    with transaction(presence.conseiller_id):
        visits.miss(appointment, by=By.staff(presence.conseiller), now=metz(f"{day} 09:30"))


def shown(client: FlaskClient, appointment: Appointment) -> str:
    return visit(client, f"/accueil/rendez-vous/{appointment.public_id}").text


def test_absences_with_the_same_phone_are_said_and_nothing_is_refused(client: FlaskClient, borny: Place) -> None:
    for day in ("2026-09-01", "2026-10-06"):
        missed(borny, day, PHONE)
    missed(borny, "2025-10-07", PHONE)
    coming = make_appointment(make_presence("2026-12-01 09:00", "12:00", place=borny), "2026-12-01 09:00", phone=PHONE)
    open_desk(client, borny)
    text = shown(client, coming)
    assert "2 absences notées en un an avec ce contact." in text
    assert "Rien n’est bloqué" in text
    assert "Déplacer" in text


def test_who_left_no_contact_is_nobody_elses_double(client: FlaskClient, borny: Place) -> None:
    missed(borny, "2026-10-06", None)
    coming = make_appointment(make_presence("2026-12-01 09:00", "12:00", place=borny), "2026-12-01 09:00")
    open_desk(client, borny)
    assert "absence" not in shown(client, coming)
