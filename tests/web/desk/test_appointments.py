"""One booking as a desk sees it: what stands on its page, and what can no longer change."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from tests.factories import (
    make_citizen,
)
from tests.support import FrozenClock, count_queries, sign_in, submit, visit
from tests.web.desk.appointments import (
    booked,
    cancel,
    move,
    open_with,
    page_of,
)


def test_everything_of_it_is_on_its_page(client: FlaskClient, desk: Staff, borny: Place, motif: Motif) -> None:
    person = make_citizen("Marie Schmitt", phone="+33612345678", email="marie@exemple.fr", language="tr")
    appointment = booked(borny, motif, person=person, needs=["hearing"])
    page = visit(client, page_of(appointment))
    for words in ("Marie Schmitt", "06 12 34 56 78", "marie@exemple.fr", "boucle magnétique", "turc", "Nadia Benali"):
        assert words in page.text
    for words in (appointment.shown_code, "Borny", "sur le site", "la personne elle-même : rendez-vous pris"):
        assert words in page.text


def test_on_its_day_its_line_in_the_day_is_one_press_away_at_its_place_alone(
    client: FlaskClient, desk: Staff, ours: Appointment, theirs: Appointment, clock: FrozenClock
) -> None:
    line = f"/accueil/#rdv-{ours.public_id}"
    assert not visit(client, page_of(ours)).html.select(f"a[href='{line}']")
    clock.set("2026-12-03 08:00")
    sign_in(client, desk.email)
    assert visit(client, page_of(ours)).html.select(f"a[href='{line}']")
    day = submit(client, visit(client, "/accueil/poste"), action="/poste")
    assert day.html.select(f"#rdv-{ours.public_id}")
    assert "#rdv-" not in open_with(client, "K4TX9PQM", "sch").response.text


def test_its_page_asks_as_much_after_many_changes(
    client: FlaskClient, desk: Staff, ours: Appointment, clock: FrozenClock
) -> None:
    visit(client, page_of(ours))
    db.session.expire_all()
    with count_queries() as before:
        visit(client, page_of(ours))
    for day in ("10", "03", "10", "03"):
        move(client, ours, f"borny@202612{day}T0800Z")
        clock.advance(seconds=10)
    db.session.expire_all()
    with count_queries() as after:
        visit(client, page_of(ours))
    assert len(before) == len(after)


def test_what_is_over_no_longer_changes(
    client: FlaskClient, desk: Staff, ours: Appointment, clock: FrozenClock
) -> None:
    cancel(client, ours, "person")
    for last in ("/annuler", "/deplacer"):
        assert "il ne peut plus changer" in visit(client, page_of(ours, last)).text
    assert "il n’y a rien à donner à la personne" in visit(client, page_of(ours, "/papier")).text
    page = submit(client, visit(client, page_of(ours)), action="/nouveau")
    name = page.html.select_one("input[name=name]")
    assert name and name["value"] == "Marie Schmitt"
    assert not re.search(r"Schmitt|\?", page.response.request.full_path.rstrip("?"))


def test_the_paper_promises_only_what_is_true(client: FlaskClient, desk: Staff, ours: Appointment) -> None:
    page = visit(client, page_of(ours, "/papier"))
    assert ours.shown_code in page.text
    assert "nous ne pourrons pas vous prévenir" in page.text
    assert "SMS" not in page.text
