"""People's browsers, as small as they can be: connections kept open, cookies, forms sent back as they came.

They only ever talk to this machine. Pages are read by patterns, not parsed: clients share the processor with the
server that is measured.
"""

from __future__ import annotations

import http.client
import itertools
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlencode, urlsplit

HOST = "127.0.0.1"
_FORM = re.compile(r'<form\b(?=[^>]*method="post")([^>]*)>(.*?)</form>', re.S | re.I)
_FIELD = re.compile(r"<(?:input|select|textarea)\b([^>]*)>", re.S | re.I)
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')
_BUTTONS = ("submit", "button", "image")
_addresses = itertools.count(1)

Chooser = Callable[[list[str]], str]
"""Picks one of the values that radios offer."""


class Failed(Exception):
    """A page that should not have come."""


@dataclass(frozen=True)
class Answer:
    """What came back, and how long it took."""

    path: str
    status: int
    location: str
    text: str
    seconds: float
    at: float = 0.0
    """When it had come, as time.perf_counter counts."""

    @property
    def has_form(self) -> bool:
        return self._found_form() is not None

    @property
    def form(self) -> Form:
        """The page's own form: the first in its main part."""
        found = self._found_form()
        if not found:
            raise Failed(f"no form on {self.path} ({self.status})")
        action = dict(_ATTRIBUTE.findall(found[1])).get("action") or self.path
        return Form(unescape(action), [_attributes(each) for each in _FIELD.findall(found[2])])

    def _found_form(self) -> re.Match[str] | None:
        return _FORM.search(self.text, max(0, self.text.find("<main")))


@dataclass(frozen=True)
class Form:
    """Where it goes, and the attributes of its fields."""

    action: str
    fields: list[dict[str, str]]

    def offers(self, name: str) -> list[str]:
        """Values of the radios of this name that can be chosen."""
        return [
            each.get("value", "on")
            for each in self.fields
            if each.get("name") == name and each.get("type") == "radio" and "disabled" not in each
        ]

    def filled(self, typed: Mapping[str, str | Chooser]) -> list[tuple[str, str]]:
        """What would be sent: hidden fields, what is typed, and of radios the wished one or the first."""
        names = dict.fromkeys(each["name"] for each in self.fields if each.get("name"))
        return [(name, value) for name in names for value in self._values(name, typed.get(name))]

    def _values(self, name: str, wished: str | Chooser | None) -> list[str]:
        offered = self.offers(name)
        if offered:
            return [wished(offered) if callable(wished) else wished if wished in offered else offered[0]]
        if isinstance(wished, str):
            return [wished]
        given = [
            each for each in self.fields if each.get("name") == name and each.get("type") not in ("submit", "button")
        ]
        return [each.get("value", "") for each in given if each.get("type") != "checkbox" or "checked" in each]


@dataclass
class Client:
    """One browser, behind an address of its own."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    address: str = ""

    def __post_init__(self) -> None:
        self.move_house()
        self.connection = http.client.HTTPConnection(HOST, self.port, timeout=60)

    def move_house(self) -> None:
        """Another address, as if another person came."""
        number = next(_addresses)
        self.address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"

    def get(self, path: str) -> Answer:
        return self._ask("GET", path)

    def post(self, path: str, values: list[tuple[str, str]]) -> Answer:
        return self._ask("POST", path, urlencode(values))

    def send(self, page: Answer, typed: Mapping[str, str | Chooser]) -> Answer:
        """The page's own form, filled in."""
        form = page.form
        return self.post(form.action, form.filled(typed))

    def close(self) -> None:
        self.connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        began = time.perf_counter()
        self.connection.request(method, path, body, self._headers(body))
        response = self.connection.getresponse()
        text = response.read().decode()
        ended = time.perf_counter()
        self._keep_cookies(response)
        location = urlsplit(response.getheader("Location") or "")
        where = location.path + (f"?{location.query}" if location.query else "")
        return Answer(path, response.status, where, text, ended - began, ended)

    def _headers(self, body: str | None) -> dict[str, str]:
        headers = {"X-Forwarded-For": self.address, "Accept-Language": "fr"}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            headers["Origin"] = f"http://{HOST}:{self.port}"
        return headers

    def _keep_cookies(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value


def _attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)}
