"""An SMS gateway, as it is written in settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

SENDER = re.compile(r"(?=\d*[A-Za-z])[A-Za-z0-9]{1,11}|\+?\d{3,15}")
"""What telephones show: a name without spaces, or a number."""
FIELD = re.compile(r"[A-Za-z_][\w.-]{0,39}", re.ASCII)
FIELDS = {"to": "to", "text": "text", "from": "from", "ref": "ref"}
"""Ours, and how a gateway calls them unless it is told."""


class Shape(StrEnum):
    """How a gateway is spoken to."""

    FORM = "form"
    """A form, with a user and a password."""
    JSON = "json"
    """JSON, with a key."""


@dataclass(frozen=True)
class Gateway:
    """Where SMS are handed over, and in whose name."""

    url: str = field(repr=False)
    """It may hold a secret."""
    shape: Shape
    user: str = ""
    password: str = field(default="", repr=False)
    key: str = field(default="", repr=False)
    sender: str = ""
    fields: Mapping[str, str] = field(default_factory=lambda: FIELDS)


def read_gateway_url(url: str) -> str:
    """An http or https address without an account in it. Raises ValueError, which never shows the text."""
    try:
        parts = urlsplit(url)
        is_sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise ValueError("no address of a gateway") from None
    if not is_sound or "@" in parts.netloc or parts.fragment or not _is_printable(url):
        raise ValueError("no address of a gateway")
    return url


def read_sender(text: str) -> str:
    """At most 11 letters and digits, or a number. Raises ValueError."""
    if not SENDER.fullmatch(text):
        raise ValueError("no sender")
    return text


def read_fields(text: str) -> Mapping[str, str]:
    """`to=recipient,text=message`; those not named keep our names. Raises ValueError."""
    pairs = [pair.strip().partition("=")[::2] for pair in text.split(",") if pair.strip()]
    fields = {**FIELDS, **dict(pairs)}
    names = list(fields.values())
    if fields.keys() != FIELDS.keys() or len(dict(pairs)) < len(pairs) or len(set(names)) < len(names):
        raise ValueError("fields that a message does not have, or that are named twice")
    if not all(map(FIELD.fullmatch, names)):
        raise ValueError("a name that is none")
    return fields


def read_key(text: str) -> str:
    """What stands in a header. Raises ValueError."""
    if not _is_printable(text):
        raise ValueError("no key")
    return text


def _is_printable(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text
