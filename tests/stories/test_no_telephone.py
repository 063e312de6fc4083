"""A town that gives no telephone number: no page promises that one can call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.web.application import Application
from tests.engines import migrated_app, new_database
from tests.factories import (
    LINK_KEY,
    give_password,
    make_appointment,
    make_motif,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_workshop,
)
from tests.support import FrozenClock, Page, sign_in, submit, visit
from tests.web.public.steps import answer_until, book, first_slot

CALL = re.compile(r"(?<![’\w])appelez|téléphonez|(?:au|par|notre) téléphone|téléphone :|^tel:", re.IGNORECASE)
"""« Ne m’appelez pas » is said by the person; « un téléphone » is what one comes to learn."""
INFORMATION = ("aide", "plan-du-site", "accessibilite", "donnees-personnelles", "mentions-legales")


@pytest.fixture
def silent(tmp_path: Path, clock: FrozenClock) -> Iterator[Application]:
    app = migrated_app(new_database("sqlite", "silent", tmp_path), clock, phone="", phone_hours="")

    def fail() -> str:
        raise RuntimeError

    app.add_url_rule("/casse", view_func=fail)
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def visitor(silent: Application) -> FlaskClient:
    return silent.test_client()


@pytest.fixture
def nadia(silent: Application) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    make_presence("2026-12-03 09:00", "12:00", conseiller=staff, place=make_place("Borny", slug="borny"))
    return staff


@pytest.fixture
def motif(nadia: Staff) -> Motif:
    return make_motif()


def assert_nobody_can_call(page: Page) -> None:
    assert not page.html.select('a[href^="tel:"]'), page.address
    assert not CALL.search(page.text), (page.address, CALL.search(page.text))


def public_addresses(app: Application) -> set[str]:
    workshop = make_workshop()
    tokens = {
        "/r/": make_appointment(at="2026-12-04 09:00").link(LINK_KEY),
        "/i/": make_registration(workshop).link(LINK_KEY),
    }
    values = {"slug": "borny", "code": "ar", "page": "aide", "public_id": workshop.public_id}
    public = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("public.")]
    opened = [rule for rule in public if "GET" in (rule.methods or ()) and ".gallery." not in rule.endpoint]
    built = set()
    for rule in opened:
        known = values | {"token": tokens.get(rule.rule[:3], "inconnu")}
        built.add(app.url_map.bind("").build(rule.endpoint, {name: known[name] for name in rule.arguments}))
    return built


def test_no_page_that_anybody_can_open_names_a_telephone(
    silent: Application, visitor: FlaskClient, motif: Motif
) -> None:
    addresses = public_addresses(silent) | {f"/{page}" for page in INFORMATION}
    assert len(addresses) > 20
    for address in sorted(addresses | {"/nulle-part", "/casse", "/connexion", "/rendez-vous/heure?du=demain"}):
        assert_nobody_can_call(visit(visitor, address))


QUESTIONS = ("subject", "topic", "needs", "place", "time", "beneficiary", "name", "contact")


@pytest.mark.parametrize("answered", QUESTIONS)
@pytest.mark.parametrize("who", [{}, {"booked_by": "relative", "booker_name": "Paul", "agreed": "y", "told": "both"}])
def test_no_question_tells_anybody_to_call(
    visitor: FlaskClient, motif: Motif, answered: str, who: dict[str, str]
) -> None:
    assert_nobody_can_call(answer_until(visitor, motif, last=answered, phone="06 12 34 56 78", **who))


def test_nobody_is_told_to_call_once_they_have_booked(visitor: FlaskClient, motif: Motif) -> None:
    receipt = book(visitor, motif)
    assert receipt.address.startswith("/r/")
    move = visit(visitor, f"{receipt.address}/deplacer")
    check = submit(visitor, move, {"slot": first_slot(move)})
    moved, asked = submit(visitor, check), visit(visitor, f"{receipt.address}/annuler")
    for page in (receipt, move, check, moved, asked, submit(visitor, asked)):
        assert page.status == 200
        assert_nobody_can_call(page)


def test_nobody_is_told_to_call_where_something_is_refused(visitor: FlaskClient, motif: Motif) -> None:
    for _ in range(3):
        submit(visitor, answer_until(visitor, motif, phone="06 12 34 56 78"))
    refused = submit(visitor, answer_until(visitor, motif, phone="06 12 34 56 78"))
    assert refused.status == 409
    find, code = visit(visitor, "/retrouver"), db.session.scalars(select(Appointment.code)).first()
    tries = [submit(visitor, find, {"code": code, "letters": "zzz"}) for _ in range(6)]
    assert tries[-1].status == 429
    for page in (refused, tries[0], tries[-1]):
        assert_nobody_can_call(page)


def test_a_site_that_is_stopped_names_no_telephone(silent: Application, visitor: FlaskClient) -> None:
    file = Path(str(db.engine.url.database))
    db.session.remove()
    db.engine.dispose()
    file.unlink()
    stopped = visit(visitor, "/lieux")
    assert stopped.status == 503
    assert_nobody_can_call(stopped)


def test_the_paper_that_a_conseiller_gives_names_no_telephone(visitor: FlaskClient, nadia: Staff) -> None:
    presence = make_presence("2026-12-04 09:00", conseiller=nadia)
    appointment = make_appointment(presence, "2026-12-04 09:00")
    sign_in(visitor, "nadia@exemple.fr")
    page = visit(visitor, f"/agenda/rendez-vous/{appointment.public_id}/papier")
    assert appointment.shown_code in page.text
    assert_nobody_can_call(page)
