"""Whatever is sent to whichever form, nobody meets a mistake of ours, and nothing is booked by it."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from cnapp.base.database import db
from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif
from tests.factories import LINK_KEY, make_appointment, make_motif, make_presence
from tests.support import Page, values_of, visit
from tests.web.public.steps import answer_until, pages_after

NONSENSE = [
    "",
    " ",
    "0",
    "-1",
    "9" * 400,
    "null",
    "[]",
    "{}",
    "@",
    "x@20261203T0800Z",
    "a" * 5000,
    "\r\nSet-Cookie: a=b",
    "\u200b\u202e",
    "'; DROP TABLE citizens; --",
    "%s%n{}{0.__class__}%(phone)s",
    "<script>alert(1)</script>",
    "👩‍👩‍👧‍👦",
    "\ufffd\ufffe",
    "²",
    "ﬁ",
]
LAST = "name"
"""The last question before the coordinates: what follows them books."""


@pytest.fixture
def motif(app: object) -> Motif:
    make_presence("2026-12-03 09:00", "12:00")
    return make_motif()


def send_nonsense(client: FlaskClient, page: Page, text: str) -> int:
    """Into every field of the page's form but its token; whatever it lacks is made up."""
    fields: dict[str, Any] = {name: text for name in values_of(page.form()) if name != "csrf_token"}
    made_up = dict.fromkeys(("slot", "needs", "place", "booked_by", "told", "word", "motif", "reason", "website"), text)
    token = values_of(page.form())["csrf_token"]
    return client.post(page.address, data={**made_up, **fields, "csrf_token": token}).status_code


@pytest.mark.parametrize("text", NONSENSE)
def test_no_question_breaks(client: FlaskClient, motif: Motif, text: str) -> None:
    """Each is answered well after it, and the journey goes on."""
    assert send_nonsense(client, visit(client, "/rendez-vous/sujet"), text) == 422
    for name, page in pages_after(client, motif):
        assert send_nonsense(client, page, text) in (303, 404, 409, 422)
        if name == LAST:
            break
    assert db.session.scalars(select(Appointment)).all() == []


@pytest.mark.parametrize("text", NONSENSE)
def test_nothing_around_an_appointment_breaks(client: FlaskClient, motif: Motif, text: str) -> None:
    address = f"/r/{make_appointment(at='2026-12-04 09:00').link(LINK_KEY)}"
    for path in ("/retrouver", f"{address}/deplacer", f"{address}/annuler"):
        assert send_nonsense(client, visit(client, path), text) in (303, 404, 409, 422)


@pytest.mark.parametrize("raw", [b"name=%ff%fe", b"name=%00", b"%", b"&&&===", b"name=%ed%a0%80"])
def test_bytes_that_are_no_text_are_refused(client: FlaskClient, motif: Motif, raw: bytes) -> None:
    token = str(values_of(answer_until(client, motif, last="beneficiary").form())["csrf_token"][0]).encode()
    form = "application/x-www-form-urlencoded"
    answer = client.post("/rendez-vous/nom", data=b"csrf_token=" + token + b"&" + raw, content_type=form)
    assert answer.status_code in (303, 400, 422)
