"""P12: whoever of the team opens somebody's booking leaves a line, one a day; working on a list leaves none."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.consultations import Consultation, Way
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    make_appointment,
    make_desk,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_workshop,
)
from tests.support import FrozenClock, sign_in, submit, visit
from tests.web.desk.counter import ask, open_desk, stand_at

DESK = "/accueil/rendez-vous"
Line = tuple[str, str | None, Way]


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", slug="borny")


@pytest.fixture
def appointment(borny: Place) -> Appointment:
    return make_appointment(make_presence(place=borny), code="K4TX9PQM")


@pytest.fixture
def nadia(client: FlaskClient, appointment: Appointment) -> Staff:
    """Who receives, signed in."""
    return signed_in(client, appointment.conseiller)


def signed_in(client: FlaskClient, staff: Staff) -> Staff:
    give_password(staff)
    sign_in(client, staff.email)
    return staff


def noted() -> list[Line]:
    """In order: who, with whose hands, in which way."""
    db.session.rollback()
    lines = db.session.scalars(select(Consultation).order_by(Consultation.id))
    return [(each.staff.public_id, each.hand, each.way) for each in lines]


def page_of(appointment: Appointment, last: str = "") -> str:
    return f"{DESK}/{appointment.public_id}{last}"


def test_a_desk_that_opens_a_registration_leaves_a_line(client: FlaskClient, borny: Place) -> None:
    desk = open_desk(client, borny, hand="Sonia")
    registration = make_registration(make_workshop(place=borny))
    for _ in range(2):
        assert visit(client, f"/accueil/inscriptions/{registration.public_id}").status == 200
    assert noted() == [(desk.public_id, "Sonia", Way.PLACE)]


@pytest.mark.parametrize("last", ["", "/papier", "/deplacer", "/annuler"])
def test_a_desk_that_opens_a_booking_of_its_place_leaves_a_line(
    client: FlaskClient, borny: Place, appointment: Appointment, clock: FrozenClock, last: str
) -> None:
    desk = open_desk(client, borny, hand="Sonia")
    assert visit(client, page_of(appointment, last)).status == 200
    assert noted() == [(desk.public_id, "Sonia", Way.PLACE)]
    [line] = db.session.scalars(select(Consultation))
    assert (line.appointment_id, line.at) == (appointment.id, clock())


def test_the_certificate_alone_is_an_opening_too(
    client: FlaskClient, borny: Place, appointment: Appointment, clock: FrozenClock
) -> None:
    clock.set("2026-12-03 09:00")
    desk = open_desk(client, borny)
    submit(client, visit(client, "/accueil/"), action="/deconnexion")
    give_password(appointment.conseiller)
    sign_in(client, appointment.conseiller.email)
    submit(client, visit(client, "/agenda/2026-12-03"), action="/arrivee")
    submit(client, visit(client, "/agenda/2026-12-03"), action="/deconnexion")
    stand_at(client, desk, borny)
    assert "Attestation de présence" in visit(client, page_of(appointment, "/attestation")).text
    assert noted() == [(desk.public_id, "Sonia", Way.PLACE)]


def test_the_telephone_line_leaves_a_line(client: FlaskClient, appointment: Appointment) -> None:
    line = signed_in(client, make_desk(phone_line=True))
    visit(client, page_of(appointment))
    assert noted() == [(line.public_id, None, Way.PHONE_LINE)]


def test_a_code_and_a_name_leave_a_line(client: FlaskClient, app: Application, appointment: Appointment) -> None:
    desk = open_desk(client, make_place("Sablon"))
    wrong = submit(client, visit(client, DESK), {"code": "K4TX9PQM", "letters": "dup"}, "/code")
    assert (wrong.status, noted()) == (422, [])
    assert visit(client, page_of(appointment)).status == 404
    assert noted() == []
    submit(client, visit(client, DESK), {"code": "K4TX9PQM", "letters": "sch"}, "/code")
    assert noted() == [(desk.public_id, "Sonia", Way.CODE)]


@pytest.mark.parametrize("last", ["", "/papier", "/annuler"])
def test_a_conseiller_who_opens_an_appointment_leaves_a_line(
    client: FlaskClient, nadia: Staff, appointment: Appointment, last: str
) -> None:
    assert visit(client, f"/agenda/rendez-vous/{appointment.public_id}{last}").status == 200
    assert noted() == [(nadia.public_id, None, Way.OWN)]


def test_seeing_somebody_again_opens_their_booking(
    client: FlaskClient, nadia: Staff, appointment: Appointment, clock: FrozenClock
) -> None:
    clock.set("2026-12-03 09:05")
    sign_in(client, nadia.email)
    submit(client, visit(client, "/agenda/2026-12-03"), action="/arrivee")
    assert noted() == []
    assert visit(client, f"/agenda/rendez-vous/{appointment.public_id}/revoir").status == 200
    assert noted() == [(nadia.public_id, None, Way.OWN)]


def test_one_line_a_day_however_many_pages_are_opened(
    client: FlaskClient, borny: Place, appointment: Appointment, clock: FrozenClock
) -> None:
    desk = open_desk(client, borny)
    for last in ("", "/papier", "/deplacer", "/annuler", ""):
        visit(client, page_of(appointment, last))
        clock.advance(minutes=10)
    submit(client, visit(client, page_of(appointment, "/annuler")), {"why": "person"})
    assert noted() == [(desk.public_id, "Sonia", Way.PLACE)]
    clock.set("2026-12-01 00:00")
    stand_at(client, desk, borny)
    visit(client, page_of(appointment))
    assert noted() == [(desk.public_id, "Sonia", Way.PLACE)] * 2


def test_other_hands_another_account_and_another_booking_leave_their_own(
    client: FlaskClient, other_client: FlaskClient, borny: Place, appointment: Appointment
) -> None:
    desk = open_desk(client, borny)
    visit(client, page_of(appointment))
    stand_at(client, desk, borny, hand="Karim")
    visit(client, page_of(appointment))
    stand_at(client, desk, borny, hand="")
    visit(client, page_of(appointment))
    line = signed_in(other_client, make_desk(phone_line=True))
    visit(other_client, page_of(appointment))
    visit(other_client, page_of(make_appointment(make_presence("2026-12-04 09:00", place=borny), "2026-12-04 09:00")))
    hands = [(desk.public_id, hand, Way.PLACE) for hand in ("Sonia", "Karim", None)]
    assert noted() == [*hands, *[(line.public_id, None, Way.PHONE_LINE)] * 2]


def test_lists_and_searches_leave_no_line(
    client: FlaskClient, borny: Place, appointment: Appointment, clock: FrozenClock
) -> None:
    clock.set("2026-12-03 08:30")
    open_desk(client, borny)
    assert "Marie S." in visit(client, "/accueil/").text
    assert "Marie S." in ask(client, "schmitt").text
    assert "Marie Schmitt" in submit(client, visit(client, DESK), {"typed": "schmitt"}, "/recherche").text
    assert "Marie Schmitt" in visit(client, "/accueil/2026-12-03/papier").text
    assert noted() == []


def test_days_and_weeks_of_a_conseiller_leave_no_line(
    client: FlaskClient, nadia: Staff, appointment: Appointment
) -> None:
    assert "Marie Schmitt" in visit(client, "/agenda/2026-12-03").text
    assert visit(client, "/agenda/semaine/2026-W49").status == 200
    assert noted() == []


def test_what_somebody_may_not_open_leaves_no_line(client: FlaskClient, appointment: Appointment) -> None:
    signed_in(client, make_staff("Hugo"))
    assert visit(client, f"/agenda/rendez-vous/{appointment.public_id}").status == 404
    assert visit(client, page_of(appointment)).status == 403
    assert noted() == []


def test_a_page_that_there_is_not_leaves_no_line(client: FlaskClient, borny: Place, appointment: Appointment) -> None:
    open_desk(client, borny)
    assert visit(client, page_of(appointment, "/attestation")).status == 404
    assert noted() == []
