"""A citizen's appointment as a file for their own calendar."""

from __future__ import annotations

import icalendar
import pytest
from flask.testing import FlaskClient

from cnapp.base.database import transaction
from cnapp.domain.appointments import Appointment, Status
from tests.factories import LINK_KEY, make_appointment, make_motif, make_place, make_presence, make_staff
from tests.services.test_feeds import drop
from tests.support import FrozenClock
from tests.web.feeds.calendars import texts


@pytest.fixture
def appointment(app: object) -> Appointment:
    presence = make_presence(conseiller=make_staff("Nadia"), place=make_place("Médiathèque Verlaine"))
    motif = make_motif(title="Créer une adresse; un « compte »", bring="téléphone, papiers")
    return make_appointment(presence, motif=motif, name="Marie Schmitt", phone="+33612345678")


def address(appointment: Appointment) -> str:
    return f"/r/{appointment.link(LINK_KEY)}/rendez-vous.ics"


def event_at(client: FlaskClient, path: str) -> icalendar.Event:
    response = client.get(path)
    assert response.status_code == 200
    calendar = icalendar.Calendar.from_ical(response.data)
    assert calendar["method"] == "PUBLISH"
    assert calendar.errors == []
    (event,) = calendar.events
    return event


def test_it_is_downloaded_and_published_by_the_service(client: FlaskClient, appointment: Appointment) -> None:
    response = client.get(address(appointment))
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="rendez-vous.ics"'
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert "private" in response.headers["Cache-Control"]
    event = event_at(client, address(appointment))
    assert event["organizer"] == "mailto:aide.numerique@exemple.fr"
    assert "attendee" not in event
    assert event["status"] == "CONFIRMED"
    assert event["uid"] == f"rdv-{appointment.public_id}@127.0.0.1"
    assert event["sequence"] == 0


def test_it_says_what_helps_on_the_day(client: FlaskClient, appointment: Appointment) -> None:
    for parser, (event,) in texts(client.get(address(appointment)).data).items():
        assert event["location"].startswith("Médiathèque Verlaine, "), parser
        for words in ("Avec Nadia", "Créer une adresse; un « compte »", "téléphone, papiers", "Entrée par la cour."):
            assert words in event["description"], parser
        assert appointment.shown_code in event["description"], parser


def test_it_holds_neither_the_name_nor_the_secret_address(client: FlaskClient, appointment: Appointment) -> None:
    body = client.get(address(appointment)).text.replace("\r\n ", "")
    for private in ("Schmitt", "612345678", appointment.link(LINK_KEY)):
        assert private not in body


def test_two_downloads_are_equal(client: FlaskClient, clock: FrozenClock, appointment: Appointment) -> None:
    first = client.get(address(appointment)).data
    clock.advance(hours=3)
    assert client.get(address(appointment)).data == first


def test_a_cancelled_one_says_so_under_the_same_name(
    client: FlaskClient, clock: FrozenClock, appointment: Appointment
) -> None:
    path, before = address(appointment), event_at(client, address(appointment))
    clock.advance(minutes=10)
    drop(appointment, now=clock())
    after = event_at(client, path)
    assert after["uid"] == before["uid"]
    assert after["sequence"] == before["sequence"] + 1
    assert after["status"] == "CANCELLED"
    assert after["transp"] == "TRANSPARENT"
    assert after["summary"].startswith("Annulé")
    assert after["last-modified"].dt > before["last-modified"].dt
    assert "description" not in after


def test_after_the_day_it_says_only_that_it_was(
    client: FlaskClient, clock: FrozenClock, appointment: Appointment
) -> None:
    clock.set("2026-12-04 08:00")
    assert "description" not in event_at(client, address(appointment))


def test_an_unknown_or_expired_address_is_404(
    client: FlaskClient, clock: FrozenClock, appointment: Appointment
) -> None:
    assert client.get("/r/inventee/rendez-vous.ics").status_code == 404
    clock.set("2027-01-03 08:00")
    assert client.get(address(appointment)).status_code == 404


def test_an_address_made_anew_kills_the_old_one(client: FlaskClient, appointment: Appointment) -> None:
    old = address(appointment)
    with transaction():
        appointment.link_version = 2
        appointment.seal(LINK_KEY)
    assert client.get(old).status_code == 404
    assert client.get(address(appointment)).status_code == 200


def test_it_is_read_only(client: FlaskClient, appointment: Appointment) -> None:
    assert client.put(address(appointment)).status_code == 405
    assert client.head(address(appointment)).status_code == 200


def test_someone_noted_absent_keeps_a_plain_event(client: FlaskClient, appointment: Appointment) -> None:
    drop(appointment)
    with transaction():
        appointment.status = Status.NOSHOW
    assert event_at(client, address(appointment))["status"] == "CONFIRMED"
