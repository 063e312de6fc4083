"""What tests share: a frozen clock, pages and their forms over HTTP, queries counted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from bs4 import BeautifulSoup, Tag
from flask import g, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from cnapp.base.database import db
from cnapp.domain.people import Staff
from tests.factories import PASSWORD, make_sign_in, metz

MORNING = "2026-11-30 08:00"
"""A Monday."""


class FrozenClock:
    """A clock that moves when it is told to."""

    def __init__(self, at: str = MORNING) -> None:
        self.at = metz(at)

    def __call__(self) -> datetime:
        return self.at

    def set(self, at: str) -> None:
        self.at = metz(at)

    def advance(self, **amount: float) -> None:
        self.at += timedelta(**amount)


class Browser(FlaskClient):
    """Each request starts with an empty `g`, as it does outside the tests (which share one application context)."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        if has_app_context():
            g.__dict__.clear()
        return super().open(*args, **kwargs)


@dataclass
class Page:
    """An answer and what it shows."""

    response: TestResponse
    address: str

    @property
    def status(self) -> int:
        return self.response.status_code

    @cached_property
    def html(self) -> BeautifulSoup:
        return BeautifulSoup(self.response.text, "html.parser")

    @property
    def text(self) -> str:
        """What is read, spaces of every kind as one."""
        return " ".join((self.html.body or self.html).get_text(" ").split())

    @property
    def title(self) -> str:
        return self.html.title.get_text() if self.html.title else ""

    def form(self, action: str = "") -> Tag:
        """The page's own form (in main), or the one whose action ends so."""
        forms = self.html.select("form" if action else "main form") or self.html.select("form")
        chosen = [form for form in forms if not action or str(form.get("action", "")).endswith(action)]
        posts = [form for form in chosen if str(form.get("method", "")).lower() == "post"]
        if not posts:
            raise AssertionError(f"no form {action!r} on {self.address}:\n{self.text[:800]}")
        return posts[0]


def visit(client: FlaskClient, address: str, **options: Any) -> Page:
    """Follows redirects; `address` is where it ended."""
    response = client.get(address, follow_redirects=True, **options)
    return Page(response, response.request.path)


def values_of(form: Tag) -> dict[str, Any]:
    """What a browser would send if nothing more were filled in."""
    values: dict[str, Any] = {}
    for field in form.select("input[name]"):
        kind = str(field.get("type", "text")).lower()
        if kind in ("submit", "button", "image") or (kind in ("radio", "checkbox") and not field.has_attr("checked")):
            continue
        values.setdefault(str(field["name"]), []).append(field.get("value", "on" if kind == "checkbox" else ""))
    for field in form.select("textarea[name]"):
        values[str(field["name"])] = [field.get_text()]
    for field in form.select("select[name]"):
        chosen = field.select_one("option[selected]") or field.select_one("option")
        values[str(field["name"])] = [chosen.get("value", "")] if chosen else []
    return values


def submit(client: FlaskClient, page: Page, values: dict[str, Any] | None = None, action: str = "") -> Page:
    """Posts the page's own form with its hidden fields and these values, and follows."""
    form = page.form(action)
    target = str(form.get("action") or page.response.request.full_path.rstrip("?"))
    answer = client.post(target, data={**values_of(form), **(values or {})}, follow_redirects=True)
    return Page(answer, answer.request.path)


def sign_in(client: FlaskClient, email: str, **columns: Any) -> None:
    """Opens the session of whoever has this address, without their password: its page has tests of its own.

    A desk's may have its `at_place_id` and `hand`.
    """
    staff = db.session.execute(select(Staff).where(Staff.email == email)).scalar_one()
    token = make_sign_in(staff, client.application.clock(), **columns)  # type: ignore[attr-defined]
    with client.session_transaction() as session:
        session.clear()
        session.update(_user_id=token, _fresh=True)


def type_password(client: FlaskClient, email: str, password: str = PASSWORD) -> Page:
    """Signs in as people do; the page is where it leads."""
    return submit(client, visit(client, "/connexion"), {"email": email, "password": password})


@contextmanager
def count_queries() -> Iterator[list[str]]:
    """The statements that the database was asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            asked.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
