"""Feeds over HTTP, and how independent parsers read them."""

from __future__ import annotations

from typing import Any

import icalendar
import ics
import vobject
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cnapp.base.database import transaction
from cnapp.domain.accounts import Names
from cnapp.domain.people import Staff
from cnapp.services.feeds import replace_address
from tests.factories import metz


def make_address(staff: Staff, names: Names = Names.NONE, at: str = "2026-11-02 08:00") -> str:
    """The path of a new calendar, made a while ago."""
    with transaction(staff.id):
        token = replace_address(staff, names=names, now=metz(at))
    return f"/calendrier/{token}/agenda.ics"


def read(client: FlaskClient, path: str, **headers: str) -> TestResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.get(path, headers=named)


def events(response: TestResponse) -> list[icalendar.Event]:
    """As icalendar reads them; a calendar with faults fails."""
    assert response.status_code == 200, response.status_code
    calendar = icalendar.Calendar.from_ical(response.data)
    assert calendar.errors == []
    assert all(event.errors == [] for event in calendar.events)
    return list(calendar.events)


def misread(parser: str, text: str) -> bool:
    """ics.py 0.7.3 takes an escaped backslash before an n or N for a line feed: its fault, not the file's."""
    return parser == "ics" and "\\n" in text.lower()


def texts(data: bytes) -> dict[str, list[dict[str, str]]]:
    """Summary, description and location of each event, by parser."""
    return {"icalendar": _by_icalendar(data), "vobject": _by_vobject(data), "ics": _by_ics(data)}


def _by_icalendar(data: bytes) -> list[dict[str, str]]:
    found = icalendar.Calendar.from_ical(data).events
    return [{name: str(event.get(name, "")) for name in ("summary", "description", "location")} for event in found]


def _by_vobject(data: bytes) -> list[dict[str, str]]:
    calendar: Any = vobject.readOne(data.decode())
    found = calendar.contents.get("vevent", [])
    names = ("summary", "description", "location")
    return [{name: getattr(getattr(event, name, None), "value", "") for name in names} for event in found]


def _by_ics(data: bytes) -> list[dict[str, str]]:
    found = sorted(ics.Calendar(data.decode()).events, key=lambda event: (event.begin, event.name))
    return [
        {"summary": event.name or "", "description": event.description or "", "location": event.location or ""}
        for event in found
    ]
