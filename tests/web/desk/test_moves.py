"""A desk moves a booking anywhere in town, once, to a time that is free."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from tests.factories import (
    make_appointment,
    make_place,
    make_presence,
)
from tests.support import visit
from tests.web.desk.appointments import (
    booked,
    happened,
    move,
    page_of,
)


def test_it_moves_without_least_notice_and_its_paper_is_shown(
    client: FlaskClient, desk: Staff, borny: Place, ours: Appointment
) -> None:
    make_presence("2026-11-30 08:00", "12:00", place=borny)
    page = move(client, ours, "borny@20261130T0700Z")
    assert page.address == page_of(ours, "/papier")
    assert "lundi 30 novembre 2026 à 8 h" in page.text
    assert happened(ours) == ["booked", "moved"]


def test_it_moves_to_another_place_which_this_desk_then_may_still_print(
    client: FlaskClient, desk: Staff, sablon: Place, ours: Appointment
) -> None:
    make_presence("2026-12-01 14:00", "17:00", place=sablon)
    page = visit(client, page_of(ours, "/deplacer?lieux=sablon"))
    assert "mardi 1er décembre" in page.text
    paper = move(client, ours, "sablon@20261201T1300Z", page)
    assert (paper.address, paper.status) == (page_of(ours, "/papier"), 200)
    assert "Sablon" in paper.text


def test_the_sooner_times_of_other_places_are_shown_beside(
    client: FlaskClient, desk: Staff, sablon: Place, ours: Appointment
) -> None:
    make_presence("2026-12-01 14:00", "17:00", place=sablon)
    page = visit(client, page_of(ours, "/deplacer"))
    assert "Plus tôt, dans un autre lieu 14 h mardi 1er décembre, Sablon" in page.text
    assert "Plus tôt" not in visit(client, page_of(ours, "/deplacer?lieux=partout")).text


def test_moved_twice_by_accident_it_moves_once(client: FlaskClient, desk: Staff, ours: Appointment) -> None:
    page = visit(client, page_of(ours, "/deplacer"))
    slot = "borny@20261210T0800Z"
    assert move(client, ours, slot, page).address == move(client, ours, slot, page).address
    assert happened(ours) == ["booked", "moved"]


@pytest.mark.parametrize(
    "slot",
    ["", "nonsense", "inconnu@20261210T0800Z", "borny@20261210T0300Z", "borny@20261101T0800Z", "borny@20281210T0800Z"],
)
def test_a_time_that_was_never_offered_moves_nothing(
    client: FlaskClient, desk: Staff, ours: Appointment, slot: str
) -> None:
    before = ours.starts_at
    assert move(client, ours, slot).status == 422
    assert ours.starts_at == before


def test_a_time_taken_meanwhile_moves_nothing_and_the_nearest_are_shown(
    client: FlaskClient, desk: Staff, borny: Place, motif: Motif, ours: Appointment
) -> None:
    afternoon = make_presence("2026-12-03 13:00", "17:00", place=borny)
    page = visit(client, page_of(ours, "/deplacer"))
    make_appointment(afternoon, "2026-12-03 13:00", motif=motif)
    answer = move(client, ours, "borny@20261203T1200Z", page)
    assert answer.status == 409
    assert "Cette heure vient d’être prise." in answer.text
    assert "borny@20261203T1245Z" in [each["value"] for each in answer.html.select("input[name=slot]")]
    assert happened(ours) == ["booked"]


def test_a_wheelchair_is_not_moved_to_steps(client: FlaskClient, desk: Staff, borny: Place, motif: Motif) -> None:
    make_presence("2026-12-01 14:00", "17:00", place=make_place(slug="marches", step_free=False))
    appointment = booked(borny, motif, needs=["wheelchair"])
    page = move(client, appointment, "marches@20261201T1300Z")
    assert page.status == 422
    assert "l’entrée de ce lieu a des marches" in page.text


@pytest.mark.parametrize("query", ["lieux=inconnu", "du=demain", "moment=nuit", "le=9"])
def test_a_forged_address_is_refused(client: FlaskClient, desk: Staff, ours: Appointment, query: str) -> None:
    assert visit(client, page_of(ours, f"/deplacer?{query}")).status in (404, 422)
