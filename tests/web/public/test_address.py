"""A postal address, asked only of people without telephone or e-mail: cleaned, kept in its lines, never too long."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.contacts import clean_lines
from cnapp.base.database import db
from cnapp.domain.citizens import Citizen
from cnapp.domain.motifs import Motif
from cnapp.web.application import Application
from tests.factories import make_motif, make_presence
from tests.support import submit, visit
from tests.web.public.steps import answer_until

ADDRESS = "  12 rue\u202e des Roses \r\n\r\n 57070   Metz\t"


@pytest.fixture
def motif(app: Application) -> Motif:
    make_presence("2026-12-03 09:00", "12:00")
    return make_motif()


def test_it_is_kept_in_its_lines_and_told_what_for(client: FlaskClient, motif: Motif) -> None:
    answer_until(client, motif, last="name")
    page = visit(client, "/rendez-vous/contact")
    summary = page.html.select_one("main details summary")
    assert summary and "Vous n’avez ni téléphone ni e-mail" in summary.get_text()
    check = submit(client, page, {"address": ADDRESS})
    assert "12 rue des Roses 57070 Metz" in check.text and "nous vous écrivons par la poste" in check.text
    receipt = submit(client, check)
    assert "nous vous écrivons par la poste" in receipt.text
    assert db.session.scalars(select(Citizen.address)).one() == "12 rue des Roses\n57070 Metz"


def test_one_that_is_too_long_is_kept_to_be_shortened(client: FlaskClient, motif: Motif) -> None:
    answer_until(client, motif, last="name")
    page = submit(client, visit(client, "/rendez-vous/contact"), {"address": "rue " * 60})
    assert page.status == 422 and "C’est trop long." in page.text
    assert page.html.select_one("main details[open] textarea")


@pytest.mark.parametrize(("typed", "kept"), [("", ""), (" \n\u200b\n", ""), ("a\x00b\r\nc", "a b\nc")])
def test_lines_are_cleaned(typed: str, kept: str) -> None:
    assert clean_lines(typed) == kept
