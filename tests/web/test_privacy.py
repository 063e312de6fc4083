"""What pages that know somebody owe them (A01, A10, A11, K06, P11)."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.web.application import Application
from tests.factories import LINK_KEY, give_password, make_appointment, make_motif, make_presence, make_staff
from tests.support import sign_in, visit
from tests.web.public.steps import answer_until, book


@pytest.fixture
def nadia(app: object) -> Staff:
    staff = make_staff("Nadia", email="nadia@exemple.fr")
    give_password(staff)
    return staff


@pytest.fixture
def motif(app: object) -> Motif:
    make_presence("2026-12-03 09:00", "12:00")
    return make_motif()


@pytest.fixture
def appointment(nadia: Staff) -> Appointment:
    return make_appointment(make_presence("2026-12-04 09:00", conseiller=nadia), "2026-12-04 09:00")


@pytest.mark.parametrize("kind", ["id", "next", "public_id", "code"])
def test_what_another_knows_of_an_appointment_opens_none_of_its_pages(
    app: Application, client: FlaskClient, appointment: Appointment, kind: str
) -> None:
    """A01, A10: neither the number of the row nor the name that staff use is an address."""
    known = {"next": appointment.id + 1, **{name: getattr(appointment, name) for name in ("id", "public_id", "code")}}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/r/<token>") and "GET" in (rule.methods or ()):
            assert client.get(rule.rule.replace("<token>", str(known[kind]))).status_code == 404, rule.rule


def test_a_colleague_finds_none_of_its_pages(app: Application, client: FlaskClient, appointment: Appointment) -> None:
    """A01, A02: the same as absent, whatever is asked of it."""
    give_password(make_staff("Hugo", email="hugo@exemple.fr"))
    sign_in(client, "hugo@exemple.fr")
    rules = [rule for rule in app.url_map.iter_rules() if "<public_id>" in rule.rule]
    assert len(rules) > 8
    app.config["WTF_CSRF_ENABLED"] = False
    try:
        for rule in rules:
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            theirs = client.open(rule.rule.replace("<public_id>", appointment.public_id), method=method)
            nobodys = client.open(rule.rule.replace("<public_id>", "0" * 32), method=method)
            assert theirs.status_code == nobodys.status_code == 404, rule.rule
    finally:
        app.config["WTF_CSRF_ENABLED"] = True


def test_no_number_of_a_row_is_in_an_address_that_citizens_meet(client: FlaskClient, motif: Motif) -> None:
    receipt = book(client, motif)
    for page in (receipt, visit(client, "/"), visit(client, "/lieux"), visit(client, f"{receipt.address}/deplacer")):
        for link in page.html.select("[href], [action]"):
            address = str(link.get("href") or link.get("action"))
            assert not re.search(r"/\d+(/|$|\?)", address), address


def test_no_page_about_somebody_is_kept_by_a_cache(client: FlaskClient, motif: Motif) -> None:
    """A11."""
    receipt = book(client, motif)
    answer_until(client, motif, last="name")
    mine = ("/rendez-vous/nom", "/rendez-vous/contact", "/retrouver")
    for path in (*mine, *(receipt.address + end for end in ("", "/annuler", "/deplacer", "/rendez-vous.ics"))):
        answer = client.get(path)
        assert {"no-store", "private"} & set(answer.headers["Cache-Control"].split(", ")), path
        assert "public" not in answer.headers["Cache-Control"], path
        assert answer.headers["Referrer-Policy"] == "same-origin", path


def test_the_page_of_an_appointment_asks_nothing_and_links_nowhere_else(client: FlaskClient, motif: Motif) -> None:
    """K06: its address leaks to nobody."""
    page = book(client, motif)
    addresses = [str(tag.get("href") or tag.get("src")) for tag in page.html.select("[href], [src]")]
    assert not [each for each in addresses if not each.startswith(("/", "#", "tel:", "mailto:"))]


def test_the_nine_points_of_the_notice_are_there(client: FlaskClient, app: object) -> None:
    """P11."""
    titles = [each.get_text() for each in visit(client, "/donnees-personnelles").html.select("main h2")]
    assert [title[:2] for title in titles[:9]] == [f"{number}." for number in range(1, 10)]


@pytest.mark.parametrize("answered", ["topic", "beneficiary", "name", "contact"])
def test_every_form_that_asks_something_of_somebody_leads_to_the_notice(
    client: FlaskClient, motif: Motif, answered: str
) -> None:
    page = answer_until(client, motif, last=answered)
    assert page.html.select_one('a[href="/donnees-personnelles"]') is not None


def test_a_link_of_an_appointment_works_for_its_own_pages_only(client: FlaskClient, appointment: Appointment) -> None:
    link = appointment.link(LINK_KEY)
    assert client.get(f"/r/{link}").status_code == 200
    for near in (link[:-1], link + "A", link.swapcase(), f"{link}=", f"{link}%00", f"{link}%20"):
        assert client.get(f"/r/{near}").status_code == 404, near
