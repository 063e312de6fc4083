"""Letters and SMS that a developer's machine has written into a folder instead of sending them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from textwrap import shorten

KINDS = (".eml", ".sms")
SHOWN_AT_MOST = 200
HEADLINE = 70


@dataclass(frozen=True)
class WrittenFile:
    """One letter, by the name of its file."""

    path: Path
    at: datetime

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def is_sms(self) -> bool:
        return self.path.suffix == ".sms"

    @property
    def text(self) -> str:
        """As its reader sees it."""
        return self.path.read_text("utf-8", "replace") if self.is_sms else _mail_text(self.path.read_bytes())

    @property
    def headline(self) -> str:
        """An e-mail's subject, the beginning of an SMS; its file's name where there is neither."""
        subjects = [line.removeprefix("Subject: ") for line in self.text.splitlines() if line.startswith("Subject: ")]
        said = self.text.partition("\n\n")[2].strip() if self.is_sms else "".join(subjects[:1])
        return shorten(said, HEADLINE, placeholder="…") or self.name


def written_files(folder: Path) -> list[WrittenFile]:
    """The last ones, newest first."""
    if not folder.is_dir():
        return []
    paths = [path for path in folder.iterdir() if path.suffix in KINDS and path.is_file() and not path.is_symlink()]
    found = [WrittenFile(path, datetime.fromtimestamp(path.stat().st_mtime, UTC)) for path in paths]
    return sorted(found, key=lambda each: (each.at, each.name), reverse=True)[:SHOWN_AT_MOST]


def written_file(folder: Path, name: str) -> WrittenFile | None:
    """One of those above, and no other file of the machine."""
    return next((each for each in written_files(folder) if each.name == name), None)


def _mail_text(content: bytes) -> str:
    message = message_from_bytes(content, policy=default)
    headers = [f"{name}: {message[name]}" for name in ("From", "To", "Reply-To", "Subject", "Date") if message[name]]
    body = message.get_body(("plain",))
    return "\n".join([*headers, "", body.get_content() if body else ""])
