"""Addresses of the staff's calendars, always under the base URL of the settings, never the Host header."""

from __future__ import annotations

import re
from datetime import datetime

from cnapp.base.contacts import plain
from cnapp.base.tokens import signed_token
from cnapp.base.workdays import day_of
from cnapp.domain.people import Staff
from cnapp.web.application import settings


def absolute(path: str) -> str:
    return f"{settings().base_url}{path}"


def feed_address(staff: Staff, token: str) -> str:
    """What a conseiller pastes into their calendar. Clients without a better idea name it by the last part."""
    return absolute(f"/calendrier/{token}/{feed_name(staff)}.ics")


def feed_name(staff: Staff) -> str:
    """« agenda-metz-lea »: plain letters, so that it is a file name anywhere."""
    words = re.findall(r"[a-z0-9]+", plain(f"agenda {settings().town} {staff.first_name}"))
    return "-".join(words)[:60]


def day_address(instant: datetime) -> str:
    return absolute(f"/agenda/{day_of(instant).isoformat()}")


def derived_name(kind: str, key: object) -> str:
    """A lasting name for a row without a public one, which tells nothing of its number."""
    return signed_token(settings().link_key, f"{kind}:{key}")
