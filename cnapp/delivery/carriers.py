"""What carries letters away: a mail server, or a folder on a developer's machine."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.errors import NonASCIILocalPartDefect
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Protocol

from cnapp.base.mail import Server, read_server
from cnapp.config import Settings

PATIENCE = 20.0
"""Seconds that a mail server has for each answer."""
LONGEST_ADDRESS = 254


class Undelivered(Exception):
    """`code` is short and names nobody: it is kept and shown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Temporary(Undelivered):
    """The same letter may leave later."""


class Permanent(Undelivered):
    """It will never leave for this person: somebody has to call."""


class Carrier(Protocol):
    """Hands one letter over. Raises Temporary or Permanent."""

    def send(self, message: EmailMessage) -> None: ...


def carrier_set(settings: Settings) -> Carrier | None:
    """The town's mail server; without one a folder on a developer's machine, and none in production."""
    if settings.smtp_url:
        return SmtpCarrier(read_server(settings.smtp_url))
    return FolderCarrier(settings.post_folder) if settings.is_local else None


@dataclass(frozen=True)
class SmtpCarrier:
    """One connection a letter. What is wrong with the server or our account is temporary: it will be mended."""

    server: Server
    patience: float = PATIENCE

    def send(self, message: EmailMessage) -> None:
        recipient = only_recipient(message)
        with self._connected() as connection, _refusals_sorted():
            connection.send_message(message, to_addrs=[recipient])

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        connection = self._open()
        try:
            yield connection
        finally:
            _leave(connection)

    def _open(self) -> smtplib.SMTP:
        try:
            return self._introduced()
        except smtplib.SMTPResponseException as refusal:
            raise Temporary(f"smtp {refusal.smtp_code}") from None
        except (smtplib.SMTPException, OSError, ValueError) as fault:
            raise Temporary(code_of(fault)) from None

    def _introduced(self) -> smtplib.SMTP:
        connection = self._reached()
        try:
            self._introduce(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _reached(self) -> smtplib.SMTP:
        where = self.server.host, self.server.port
        if self.server.tls:
            return smtplib.SMTP_SSL(*where, timeout=self.patience, context=ssl.create_default_context())
        return smtplib.SMTP(*where, timeout=self.patience)

    def _introduce(self, connection: smtplib.SMTP) -> None:
        if self.server.starttls:
            connection.starttls(context=ssl.create_default_context())
        if self.server.user:
            connection.login(self.server.user, self.server.password)


@contextmanager
def _refusals_sorted() -> Iterator[None]:
    """4xx and a lost connection are temporary; 5xx is for good when it is about the person or the letter."""
    try:
        yield
    except smtplib.SMTPRecipientsRefused as refusal:
        ((status, _words),) = refusal.recipients.values()
        raise _undelivered(status) from None
    except smtplib.SMTPSenderRefused as refusal:
        raise Temporary(f"smtp {refusal.smtp_code} sender") from None
    except smtplib.SMTPResponseException as refusal:
        raise _undelivered(refusal.smtp_code) from None
    except smtplib.SMTPNotSupportedError:
        raise Permanent("smtputf8") from None
    except (smtplib.SMTPException, OSError) as fault:
        raise Temporary(code_of(fault)) from None


def _undelivered(status: int) -> Undelivered:
    return Permanent(f"smtp {status}") if 500 <= status < 600 else Temporary(f"smtp {status}")


def code_of(fault: Exception) -> str:
    """The kind of fault, without the words of it, which may hold anything."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(fault).__name__).lower()[:40]


def _leave(connection: smtplib.SMTP) -> None:
    """What was accepted stays accepted, however the goodbye goes."""
    with suppress(smtplib.SMTPException, OSError):
        connection.quit()
    connection.close()


@dataclass(frozen=True)
class FolderCarrier:
    """Each letter becomes an .eml file, named after its Message-ID: the same letter again, the same file."""

    folder: Path

    def send(self, message: EmailMessage) -> None:
        only_recipient(message)
        name = re.sub(r"[^\w.-]+", "_", str(message["Message-ID"] or "")).strip("_") or "sans-nom"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{name}.eml").write_bytes(message.as_bytes())
        except OSError as fault:
            raise Temporary(code_of(fault)) from None


def only_recipient(message: EmailMessage) -> str:
    """The one address that the letter is for. Raises Permanent: nothing else ever reaches the wire."""
    if message.get_all("Cc") or message.get_all("Bcc") or len(message.get_all("To") or ()) != 1:
        raise Permanent("recipients")
    header: Any = message["To"]
    faults = [each for each in header.defects if not isinstance(each, NonASCIILocalPartDefect)]
    if faults or len(header.addresses) != 1 or not _is_safe(str(header)):
        raise Permanent("recipient")
    return str(header)


def _is_safe(address: str) -> bool:
    """One bare mailbox without spaces, quotes or control characters, of a length that servers take."""
    return (
        len(address) <= LONGEST_ADDRESS
        and re.fullmatch(r"[^\s\"<>,;:@\x00-\x1f\x7f]+@[^\s@,;<>]+", address) is not None
    )
