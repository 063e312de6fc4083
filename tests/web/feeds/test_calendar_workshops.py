"""Sessions of workshops in their leaders' calendars: without a name, with how many are registered."""

from __future__ import annotations

from flask.testing import FlaskClient

from cnapp.base.database import transaction
from cnapp.domain.people import Staff
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshops import Workshop
from cnapp.services import registrations, workshops
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_place, make_registration, make_workshop
from tests.support import FrozenClock
from tests.web.feeds.calendars import events, make_address, read, texts


def led(lea: Staff) -> Workshop:
    place = make_place("Mairie de quartier de Borny", latitude=49.1, longitude=6.2)
    return make_workshop("2026-12-10 14:00", "2026-12-17 14:00", leader=lea, place=place, title="Mes photos ; 1, 2")


def sessions_in(client: FlaskClient, path: str) -> list[object]:
    return [each for each in events(read(client, path)) if str(each["uid"]).startswith("seance-")]


def test_each_session_is_an_event_without_a_name(client: FlaskClient, lea: Staff) -> None:
    workshop = led(lea)
    make_registration(workshop, "Marie Schmitt", phone="+33639980001")
    path = make_address(lea)
    answer = read(client, path)
    first, second = (each for each in events(answer) if str(each["uid"]).startswith("seance-"))
    assert str(first["summary"]) == "Atelier – Mes photos ; 1, 2"
    assert str(first["description"]).startswith("1 inscrit / 8 places")
    assert "Borny" in str(first["location"]) and str(first["transp"]) == "OPAQUE"
    assert first["uid"] != second["uid"] and int(first["sequence"]) == 0
    for words in ("Schmitt", "0639", "639980001"):
        assert words not in answer.text
    for parser, found in texts(answer.data).items():
        assert sum("Mes photos ; 1, 2" in each["summary"] for each in found) == 2, parser


def test_a_registration_changes_what_is_shown_and_a_wait_does_not(
    app: Application, client: FlaskClient, clock: FrozenClock, lea: Staff
) -> None:
    workshop = led(lea)
    path = make_address(lea)
    first = read(client, path)
    clock.advance(hours=1)
    make_registration(workshop, "Paul Klein", status=Standing.WAITING, updated_at=clock())
    assert read(client, path).headers["ETag"] == first.headers["ETag"]
    made = make_registration(workshop, "Marie Schmitt", updated_at=clock())
    counted = read(client, path)
    assert counted.headers["ETag"] != first.headers["ETag"]
    assert counted.last_modified == clock() and "1 inscrit" in counted.text
    clock.advance(hours=1)
    cancel(app, made, clock)
    gone = read(client, path)
    assert gone.last_modified == clock() and "0 inscrit" in gone.text


def cancel(app: Application, registration: Registration, clock: FrozenClock) -> None:
    with transaction():
        registrations.cancel(registration, by=By.citizen(), settings=app.settings, now=clock())


def test_a_cancelled_workshop_is_dropped_which_is_a_change(
    app: Application, client: FlaskClient, clock: FrozenClock, lea: Staff
) -> None:
    workshop = led(lea)
    path = make_address(lea)
    assert len(sessions_in(client, path)) == 2
    clock.advance(hours=1)
    with transaction(lea.id):
        workshops.cancel(workshop, by=By.staff(lea), settings=app.settings, now=clock())
    assert sessions_in(client, path) == []
    assert read(client, path).last_modified == clock()
