"""The booking journey over HTTP, one function a question, for tests that start in its middle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask.testing import FlaskClient

from cnapp.domain.motifs import Motif
from tests.support import Page, submit, visit


def answer_until(client: FlaskClient, motif: Motif, *, last: str = "contact", **answers: Any) -> Page:
    """Answers each question up to `last`, included; the page that follows. `answers` by field name."""
    for name, page in pages_after(client, motif, **answers):
        if name == last:
            return page
    raise AssertionError(f"no question is called {last}")


def pages_after(client: FlaskClient, motif: Motif, **answers: Any) -> Iterator[tuple[str, Page]]:
    """Each question's name and, once it is answered, the page that follows."""
    page = visit(client, "/rendez-vous")
    for name, fields in _questions(motif, answers).items():
        values = fields if fields is not None else {"slot": first_slot(page)}
        page = submit(client, page, values)
        yield name, page


def _questions(motif: Motif, answers: dict[str, Any]) -> dict[str, dict[str, Any] | None]:
    """By question, what is posted; None for the first time of the page."""
    given = {"place": "partout", "booked_by": "self", "name": "Marie Schmitt", **answers}
    slot = {"slot": given["slot"]} if "slot" in given else None
    names = ("name", "booker_name", "structure", "agreed")
    contacts = (
        "phone",
        "email",
        "told",
        "booker_phone",
        "booker_email",
        "no_calls",
        "may_leave_message",
        "no_reminders",
    )
    return {
        "subject": {"word": motif.word.value},
        "topic": {"motif": motif.slug},
        "needs": {key: given[key] for key in ("needs", "language") if key in given},
        "place": {"place": given["place"]},
        "time": slot,
        "beneficiary": {"booked_by": given["booked_by"]},
        "name": {key: given[key] for key in names if key in given},
        "contact": {key: given[key] for key in contacts if key in given},
    }


def first_slot(page: Page) -> str:
    return slots_of(page)[0]


def slots_of(page: Page) -> list[str]:
    return [str(radio["value"]) for radio in page.html.select('input[name="slot"][type="radio"]')]


def book(client: FlaskClient, motif: Motif, **answers: Any) -> Page:
    """The whole journey, to the receipt."""
    return submit(client, answer_until(client, motif, **answers), action="")
