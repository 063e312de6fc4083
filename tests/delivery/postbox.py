"""A real mail server on loopback that accepts, refuses, hangs or hangs up, as it is told."""

from __future__ import annotations

import asyncio
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session

ACCEPTED = "250 OK"


@dataclass
class PostOffice:
    """Each answer may be set; `hangs` and `drops` name the command at which it does."""

    mail: str = ACCEPTED
    recipient: str = ACCEPTED
    data: str = ACCEPTED
    hangs: str = ""
    drops: str = ""
    port: int = 0
    received: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    async def handle_MAIL(
        self, server: Server, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        await self._stumble(server, "MAIL")
        envelope.mail_from = address
        return self.mail

    async def handle_RCPT(
        self, server: Server, _session: Session, envelope: Envelope, address: str, _options: Any
    ) -> str:
        await self._stumble(server, "RCPT")
        if self.recipient == ACCEPTED:
            envelope.rcpt_tos.append(address)
        return self.recipient

    async def handle_DATA(self, server: Server, _: Session, envelope: Envelope) -> str:
        await self._stumble(server, "DATA")
        if self.data == ACCEPTED:
            self.envelopes.append((envelope.mail_from or "", list(envelope.rcpt_tos)))
            self.received.append(cast(EmailMessage, message_from_bytes(envelope.content or b"", policy=SMTP)))
        return self.data

    async def handle_QUIT(self, server: Server, _: Session, _envelope: Envelope) -> str:
        await self._stumble(server, "QUIT")
        return "221 Bye"

    async def _stumble(self, server: Server, command: str) -> None:
        if self.drops == command:
            server.transport.abort()
            raise asyncio.CancelledError
        if self.hangs == command:
            while not self.released.is_set():
                await asyncio.sleep(0.02)


@contextmanager
def serving(office: PostOffice, **options: Any) -> Iterator[PostOffice]:
    office.port = free_port()
    controller = Controller(office, hostname="127.0.0.1", port=office.port, **options)
    controller.start()
    try:
        yield office
    finally:
        office.released.set()
        controller.stop()


def free_port() -> int:
    """One where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass(frozen=True)
class Certificate:
    """Of 127.0.0.1, signed by nobody else."""

    file: Path
    key: Path

    @property
    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self.file, self.key)
        return context


def new_certificate(folder: Path) -> Certificate:
    made = Certificate(folder / "certificate.pem", folder / "key.pem")
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(made.key), "-out", str(made.file)]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
    subprocess.run(command, check=True, capture_output=True)
    return made


def only(user: str, password: str) -> dict[str, Any]:
    """Lets one account in, over a plain connection."""

    def judge(_server: Any, _session: Any, _envelope: Any, _mechanism: str, given: Any) -> AuthResult:
        known = isinstance(given, LoginPassword) and given == LoginPassword(user.encode(), password.encode())
        return AuthResult(success=known, handled=False)

    return {"authenticator": judge, "auth_require_tls": False, "auth_required": True}
