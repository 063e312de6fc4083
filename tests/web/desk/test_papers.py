"""Papers of a desk: the slip of a time given, the certificate of presence, the memo."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Origin, Status
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.visits import State, Visit
from cnapp.web.application import Application
from tests.factories import (
    give_password,
    make_appointment,
    make_desk,
    make_motif,
    make_place,
    make_presence,
    make_visit,
    metz,
)
from tests.support import FrozenClock, Page, sign_in, submit, visit

AT_NINE = "2026-11-30 09:00"


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", address="3 bis rue d’Anjou")


@pytest.fixture
def desk(borny: Place, client: FlaskClient) -> Staff:
    staff = make_desk(borny, email="borny@exemple.fr")
    give_password(staff)
    sign_in(client, "borny@exemple.fr")
    return staff


def come_at(place: Place, status: Status = Status.SEEN, **columns: object) -> Appointment:
    presence = make_presence("2026-11-30 08:00", "12:00", place=place)
    motif = make_motif(title="Surendettement")
    arrived = metz("2026-11-30 08:55")
    return make_appointment(presence, AT_NINE, motif=motif, status=status, **{"arrived_at": arrived, **columns})


def certificate(client: FlaskClient, appointment: Appointment) -> Page:
    return visit(client, f"/accueil/rendez-vous/{appointment.public_id}/attestation")


def test_a_certificate_says_when_and_where_and_never_what_for(
    client: FlaskClient, desk: Staff, borny: Place, clock: FrozenClock
) -> None:
    page = certificate(client, come_at(borny))
    assert "Marie Schmitt" in page.text
    assert "le lundi 30 novembre 2026, de 9 h à 9 h 45" in page.text
    assert "Heure d’arrivée notée : 8 h 55." in page.text
    assert "Borny 3 bis rue d’Anjou 57000 Metz" in page.text
    assert "Surendettement" not in page.text


def test_without_an_hour_of_arrival_none_is_told(client: FlaskClient, desk: Staff, borny: Place) -> None:
    page = certificate(client, come_at(borny, arrived_at=None))
    assert page.status == 200
    assert "Heure d’arrivée" not in page.text


def test_who_has_not_come_gets_no_certificate(client: FlaskClient, desk: Staff, borny: Place) -> None:
    assert certificate(client, come_at(borny, Status.BOOKED, arrived_at=None)).status == 404


def test_another_place_s_certificate_is_no_page_but_for_the_telephone(
    client: FlaskClient, other_client: FlaskClient, desk: Staff
) -> None:
    elsewhere = come_at(make_place("Sablon"))
    assert certificate(client, elsewhere).status == 404
    assert visit(client, "/accueil/rendez-vous/inconnu/attestation").status == 404
    give_password(make_desk(email="telephone@exemple.fr", phone_line=True))
    sign_in(other_client, "telephone@exemple.fr")
    assert certificate(other_client, elsewhere).status == 200


def test_the_name_of_a_walk_in_is_written_by_hand(
    client: FlaskClient, desk: Staff, borny: Place, clock: FrozenClock
) -> None:
    given = come_at(borny, origin=Origin.WALK_IN, name="Rosa")
    ended = {"state": State.DONE, "ended_at": clock()}
    made = make_visit(borny, desk=desk, first_name="Rosa", appointment_id=given.id, **ended)
    assert "Rosa" not in certificate(client, given).text
    page = visit(client, f"/accueil/passages/{made.public_id}/attestation")
    assert "Prénom et nom :" in page.text
    assert "Rosa" not in page.text


def test_a_visit_that_was_served_has_a_certificate(
    client: FlaskClient, desk: Staff, borny: Place, clock: FrozenClock
) -> None:
    ended_at = clock() + timedelta(minutes=12)
    clock.set("2026-11-30 09:00")
    made = make_visit(borny, desk=desk, state=State.DONE, ended_at=ended_at)
    page = visit(client, f"/accueil/passages/{made.public_id}/attestation")
    assert "le lundi 30 novembre 2026, de 8 h à 8 h 12" in page.text
    assert "Fait à Metz, le lundi 30 novembre 2026." in page.text


@pytest.mark.parametrize("state", [State.WAITING, State.LEFT, State.NO_ROOM, State.NOT_OURS])
def test_a_visit_that_was_not_has_none(
    client: FlaskClient, desk: Staff, borny: Place, clock: FrozenClock, state: State
) -> None:
    made = make_visit(borny, desk=desk, state=state, ended_at=None if state is State.WAITING else clock())
    assert visit(client, f"/accueil/passages/{made.public_id}/attestation").status == 404


@pytest.fixture
def given(client: FlaskClient, desk: Staff, borny: Place) -> Visit:
    """Somebody without a name who was given 8 o’clock."""
    make_motif(bring="votre téléphone")
    make_presence("2026-11-30 08:00", "12:00", place=borny)
    made = make_visit(borny, desk=desk, ticket=12)
    submit(client, visit(client, f"/accueil/passages/{made.public_id}"), action="/heure")
    db.session.refresh(made)
    return made


def test_a_slip_says_all_that_the_person_needs(client: FlaskClient, given: Visit) -> None:
    page = visit(client, f"/accueil/passages/{given.public_id}/papier")
    assert given.appointment
    for words in ("n° 12", "Lundi 30 novembre 2026 à 8 h", "Borny", "Nadia", "votre téléphone", "Passage n° 12"):
        assert words.casefold() in page.text.casefold()
    assert given.appointment.shown_code in page.text
    assert page.html.select_one("svg.qr")


def test_a_time_that_does_not_stand_has_no_slip(client: FlaskClient, given: Visit) -> None:
    assert given.appointment
    with transaction():
        commitment = given.appointment.commitment_id
        given.appointment.status, given.appointment.commitment_id = Status.NOSHOW, None
        db.session.flush()
        db.session.execute(db.text("DELETE FROM commitments WHERE id = :id"), {"id": commitment})
    page = visit(client, f"/accueil/passages/{given.public_id}/papier")
    assert "il n’y a rien à donner à la personne" in page.text


def test_a_visit_without_a_time_has_no_slip(client: FlaskClient, desk: Staff, borny: Place) -> None:
    made = make_visit(borny, desk=desk)
    assert visit(client, f"/accueil/passages/{made.public_id}/papier").status == 404


def test_the_memo_stands_in_the_menu(client: FlaskClient, desk: Staff) -> None:
    page = visit(client, "/accueil/memo")
    assert page.status == 200
    assert page.html.select_one("nav a[href='/accueil/memo'][aria-current]")
    for words in ("Sans rendez-vous", "Voir ce qui est possible", "Orienté ailleurs", "Revenir en arrière"):
        assert f"« {words} »" in page.text
