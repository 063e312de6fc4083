"""What carries SMS away: the gateway of the town, in one of two shapes, or a folder on a developer's machine."""

from __future__ import annotations

import json
import re
import ssl
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, urlencode, urlsplit

from cnapp.base.contacts import is_mobile
from cnapp.base.gateways import Gateway, Shape, read_fields
from cnapp.config import Settings
from cnapp.delivery.carriers import Permanent, Temporary, Undelivered, code_of

PATIENCE = 20.0
"""Seconds that a gateway has for each answer."""
ABOUT_THE_NUMBER = (400, 404, 422)
"""Anything else that is refused is a matter of our account or of the gateway, and will be mended."""
E_164 = re.compile(r"\+\d{6,15}", re.ASCII)


@dataclass(frozen=True)
class Sms:
    """One text to one number; sent again it keeps its reference."""

    to: str
    text: str
    reference: str


class SmsCarrier(Protocol):
    """Hands one SMS over. Raises Temporary or Permanent."""

    def send(self, sms: Sms) -> None: ...


def sms_carrier_set(settings: Settings) -> SmsCarrier | None:
    """The town's gateway; without one a folder on a developer's machine, and none in production."""
    if settings.sms_url:
        return GatewayCarrier(gateway_set(settings))
    return SmsFolder(settings.post_folder) if settings.is_local else None


def gateway_set(settings: Settings) -> Gateway:
    return Gateway(
        settings.sms_url,
        Shape(settings.sms_shape),
        user=settings.sms_user,
        password=settings.sms_password,
        key=settings.sms_key,
        sender=settings.sms_sender,
        fields=read_fields(settings.sms_fields),
    )


@dataclass(frozen=True)
class GatewayCarrier:
    """One connection an SMS, to that address alone: where it would be redirected it does not go."""

    gateway: Gateway
    patience: float = PATIENCE

    def send(self, sms: Sms) -> None:
        refuse_unless_mobile(sms)
        status = self._answer(sms)
        if not 200 <= status < 300:
            raise _undelivered(status)

    def _answer(self, sms: Sms) -> int:
        """Its first line decides: what was accepted stays accepted, however the rest of it is cut."""
        where = urlsplit(self.gateway.url)
        connection = self._reached(where)
        try:
            body, headers = request_for(sms, self.gateway)
            connection.request("POST", _target(where), body, headers)
            return connection.getresponse().status
        except (HTTPException, OSError, ValueError) as fault:
            raise Temporary(code_of(fault)) from None
        finally:
            connection.close()

    def _reached(self, where: SplitResult) -> HTTPConnection:
        host = where.hostname or ""
        if where.scheme == "https":
            context = ssl.create_default_context()
            return HTTPSConnection(host, where.port, timeout=self.patience, context=context)
        return HTTPConnection(host, where.port, timeout=self.patience)


def _target(where: SplitResult) -> str:
    return (where.path or "/") + (f"?{where.query}" if where.query else "")


def _undelivered(status: int) -> Undelivered:
    return (Permanent if status in ABOUT_THE_NUMBER else Temporary)(f"sms {status}")


Request = tuple[bytes, dict[str, str]]
"""A body, and its headers."""


def request_for(sms: Sms, gateway: Gateway) -> Request:
    body, headers = _SHAPES[gateway.shape](_named(sms, gateway), gateway)
    return body, {**headers, "Accept": "application/json", "User-Agent": "cnapp"}


def _named(sms: Sms, gateway: Gateway) -> dict[str, str]:
    """What is said, by the names that this gateway has for it."""
    said = {"to": sms.to, "text": sms.text, "from": gateway.sender, "ref": sms.reference}
    return {gateway.fields[name]: value for name, value in said.items()}


def _as_form(fields: dict[str, str], gateway: Gateway) -> Request:
    account = b64encode(f"{gateway.user}:{gateway.password}".encode()).decode()
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8", "Authorization": f"Basic {account}"}
    return urlencode(fields).encode(), headers


def _as_json(fields: dict[str, str], gateway: Gateway) -> Request:
    headers = {"Content-Type": "application/json; charset=utf-8", "Authorization": f"Bearer {gateway.key}"}
    return json.dumps(fields, ensure_ascii=False).encode(), headers


_SHAPES: Mapping[Shape, Callable[[dict[str, str], Gateway], Request]] = {Shape.FORM: _as_form, Shape.JSON: _as_json}


@dataclass(frozen=True)
class SmsFolder:
    """Each SMS becomes a text file, named after its reference: the same SMS again, the same file."""

    folder: Path

    def send(self, sms: Sms) -> None:
        refuse_unless_mobile(sms)
        name = re.sub(r"[^\w.-]+", "_", sms.reference) or "sans-nom"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{name}.sms").write_text(f"To: {sms.to}\n\n{sms.text}\n", "utf-8")
        except OSError as fault:
            raise Temporary(code_of(fault)) from None


def refuse_unless_mobile(sms: Sms) -> None:
    """Landlines, numbers from far away and those that are none reach no wire. Raises Permanent."""
    if not (E_164.fullmatch(sms.to) and is_mobile(sms.to)):
        raise Permanent("sms number")
