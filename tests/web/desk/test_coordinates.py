"""A desk corrects a phone or an e-mail; the second of two is told what the first did (K07)."""

from __future__ import annotations

from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from tests.booking import reload
from tests.factories import LINK_KEY, make_appointment, make_desk
from tests.support import Page, submit, visit
from tests.web.desk.appointments import booked, happened, page_of, signed_in


def change(client: FlaskClient, appointment: Appointment, page: Page | None = None, **values: str) -> Page:
    return submit(client, page or visit(client, page_of(appointment, "/coordonnees")), values)


def contacts(appointment: Appointment) -> tuple[str | None, str | None]:
    person = db.session.get_one(Citizen, reload(appointment).person_id, populate_existing=True)
    return person.phone, person.email


def test_what_is_noted_is_corrected_or_erased(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, other_client: FlaskClient
) -> None:
    ours = booked(borny, motif, email="lea@exemple.fr", phone="+33387000001")
    old = ours.link(LINK_KEY)
    assert visit(client, page_of(ours)).html.select_one(f'a[href="{page_of(ours, "/coordonnees")}"]')
    page = change(client, ours, phone="03 87 00 00 02", email="")
    assert page.address == page_of(ours) and "Donnez un nouveau papier" in page.text
    assert contacts(ours) == ("+33387000002", None)
    assert other_client.get(f"/r/{old}").status_code == 404
    assert happened(ours) == ["booked", "contacts_changed"]
    assert "coordonnées changées (téléphone, e-mail)" in page.text or "(e-mail, téléphone)" in page.text


def test_pressed_twice_it_changes_once(client: FlaskClient, desk: Staff, ours: Appointment) -> None:
    page = visit(client, page_of(ours, "/coordonnees"))
    assert [change(client, ours, page, email="lea@exemple.fr").status for _ in range(2)] == [200, 200]
    assert happened(ours) == ["booked", "contacts_changed"]


def test_the_second_of_two_desks_is_told_what_the_first_did(
    client: FlaskClient, other_client: FlaskClient, desk: Staff, borny: Place, ours: Appointment
) -> None:
    signed_in(other_client, make_desk(borny))
    page = visit(other_client, page_of(ours, "/coordonnees"))
    change(client, ours, email="lea@exemple.fr")
    late = change(other_client, ours, page, email="leo@exemple.fr")
    assert late.status == 409 and "coordonnées changées" in late.text
    assert late.html.select_one("input[name=email]")["value"] == "leo@exemple.fr"  # type: ignore[index]
    assert contacts(ours)[1] == "lea@exemple.fr"
    assert change(other_client, ours, late, email="leo@exemple.fr").status == 200
    assert contacts(ours)[1] == "leo@exemple.fr"


def test_a_desk_may_note_one_contact_for_as_many_as_people_need(
    client: FlaskClient, desk: Staff, ours: Appointment
) -> None:
    for day in (7, 8, 9):
        make_appointment(at=f"2026-12-0{day} 09:00", email="lea@exemple.fr")
    assert change(client, ours, email="lea@exemple.fr").status == 200


def test_another_desk_finds_no_page(client: FlaskClient, desk: Staff, theirs: Appointment) -> None:
    assert visit(client, page_of(theirs, "/coordonnees")).status == 404


def test_what_is_not_understood_is_told_and_kept(client: FlaskClient, desk: Staff, ours: Appointment) -> None:
    page = change(client, ours, phone="06 12", email="lea@exemple.fr")
    assert page.status == 422
    assert page.html.select_one("input[name=phone]")["value"] == "06 12"  # type: ignore[index]
    assert happened(ours) == ["booked"]
