"""A desk cancels for the person or the service; the second of two is told what the first did."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from tests.factories import (
    make_desk,
)
from tests.support import submit, visit
from tests.web.desk.appointments import (
    cancel,
    happened,
    move,
    open_with,
    page_of,
    signed_in,
)


@pytest.mark.parametrize(
    ("why", "status", "reason"),
    [
        ("person-helped", Status.EXCUSED, "not_needed"),
        ("person", Status.EXCUSED, None),
        ("place-closed", Status.REVOKED, "place_closed"),
    ],
)
def test_it_is_cancelled_for_the_person_or_by_the_service(
    client: FlaskClient, desk: Staff, ours: Appointment, why: str, status: Status, reason: str | None
) -> None:
    page = cancel(client, ours, why)
    assert page.address == page_of(ours)
    assert (ours.status, ours.reason, ours.commitment_id) == (status, reason, None)
    assert "Le rendez-vous est annulé." in page.text
    assert ("le lieu est fermé" in page.text) == (why == "place-closed")


def test_cancelled_twice_by_accident_it_is_cancelled_once(client: FlaskClient, desk: Staff, ours: Appointment) -> None:
    """C17."""
    page = visit(client, page_of(ours, "/annuler"))
    assert cancel(client, ours, "person", page).address == cancel(client, ours, "person", page).address
    assert happened(ours) == ["booked", "cancelled"]


@pytest.mark.parametrize("why", ["", "forged"])
def test_without_a_reason_nothing_is_cancelled(client: FlaskClient, desk: Staff, ours: Appointment, why: str) -> None:
    page = cancel(client, ours, why)
    assert (page.status, ours.status) == (422, Status.BOOKED)
    assert "Choisissez une réponse de la liste." in page.text


def test_the_second_of_two_desks_is_told_what_the_first_did(
    client: FlaskClient, other_client: FlaskClient, desk: Staff, borny: Place, ours: Appointment
) -> None:
    second = signed_in(other_client, make_desk(borny, last_name="Renfort"))
    stale = visit(other_client, page_of(ours, "/annuler"))
    move(client, ours, "borny@20261210T0800Z")
    page = cancel(other_client, ours, "place-closed", stale)
    assert (page.status, ours.status) == (409, Status.BOOKED)
    assert "Quelqu’un d’autre a changé cela entre-temps" in page.text
    assert f"{desk.name} : rendez-vous déplacé" in page.text
    assert "jeudi 10 décembre à 9 h" in page.text
    chosen = page.html.select_one("input[name=why][checked]")
    assert chosen and chosen["value"] == "place-closed"
    assert second
    again = submit(other_client, page)
    db.session.refresh(ours)
    assert (again.status, ours.status) == (200, Status.REVOKED)


def test_somebody_who_only_looked_changed_nothing(
    client: FlaskClient, other_client: FlaskClient, desk: Staff, sablon: Place, theirs: Appointment
) -> None:
    signed_in(other_client, make_desk(sablon))
    open_page = visit(other_client, page_of(theirs, "/annuler"))
    open_with(client, "K4TX9PQM", "sch")
    assert cancel(other_client, theirs, "person", open_page).status == 200
    assert theirs.status is Status.EXCUSED
