"""A mail server and a mailbox, as they are written in settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from cnapp.base.contacts import EmailNotUnderstood, clean_line, wire_address
from cnapp.base.ics import Address

MAILBOX = re.compile(r"""\"?(?P<name>[^\"<>]*?)\"?\s*<(?P<named>[^<>]+)>|(?P<alone>[^<>]+)""")
PORTS = {"smtp": 25, "smtps": 465}


@dataclass(frozen=True)
class Server:
    """Where letters are handed over."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    """Spoken from the first word."""
    starttls: bool = False
    """Asked for before anything is said; without it nothing leaves."""


def read_server(url: str) -> Server:
    """`smtp://user:password@host:port`, `smtps://…`, `?starttls=1`. Raises ValueError, which never shows the text."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError("no address of a server") from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0 or parts.path not in ("", "/") or parts.fragment:
        raise ValueError("no address of a server")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        raise ValueError("a user without password, or the reverse")
    is_tls, starttls = parts.scheme == "smtps", _asks_for_starttls(parts)
    if is_tls and starttls:
        raise ValueError("encrypted twice")
    return Server(parts.hostname, port or PORTS[parts.scheme], user, password, is_tls, starttls)


def _asks_for_starttls(parts: SplitResult) -> bool:
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if asked not in ([], [("starttls", "1")], [("starttls", "0")]):
        raise ValueError("an option that does not exist")
    return asked == [("starttls", "1")]


def read_mailbox(text: str) -> Address:
    """« Name <address> » or an address alone, as mail servers read it. Raises ValueError for anything else."""
    found = MAILBOX.fullmatch(text) if text == clean_line(text) else None
    if found is None:
        raise ValueError("no mailbox")
    try:
        return Address(found["name"] or "", wire_address(found["named"] or found["alone"]))
    except EmailNotUnderstood:
        raise ValueError("no mailbox") from None
