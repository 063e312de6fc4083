"""I01: whatever is written into a workshop or given as a name stays text, wherever it is shown."""

from __future__ import annotations

from flask.testing import FlaskClient

from cnapp.domain.people import Role
from cnapp.web.application import Application
from tests.factories import LINK_KEY, make_desk, make_place, make_registration, make_staff, make_workshop
from tests.support import sign_in, visit

TAG = "<script>alert(1)</script>"


def test_markup_in_a_workshop_or_a_name_is_only_text(app: Application, client: FlaskClient) -> None:
    place = make_place(slug="borny")
    workshop = make_workshop(
        place=place, title=TAG, learn=TAG, prerequisite=TAG, bring=TAG, audience=TAG, theme="email"
    )
    registration = make_registration(workshop, f"Paul {TAG}")
    desk = make_desk(place)
    coordinator = make_staff("Anne", role=Role.COORDINATOR, receives=False)
    open_to_all = [
        "/ateliers",
        f"/ateliers/{workshop.public_id}",
        f"/ateliers/{workshop.public_id}/affiche",
        "/lieux/borny/programme?mois=2026-12",
        f"/i/{registration.link(LINK_KEY)}",
    ]
    for who, addresses in (
        (None, open_to_all),
        (desk, [f"/accueil/ateliers/{workshop.public_id}", f"/accueil/inscriptions/{registration.public_id}"]),
        (coordinator, [f"/coordination/ateliers/{workshop.public_id}", "/coordination/ateliers"]),
    ):
        browser = app.test_client()
        if who:
            sign_in(browser, who.email)
        for address in addresses:
            page = visit(browser, address)
            assert page.status == 200, address
            assert TAG not in page.response.text, address
            assert "alert(1)" in page.text, address
