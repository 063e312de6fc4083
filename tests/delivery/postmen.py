"""Small carriers and a writer of letters, for tests of the worker alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage

from cnapp.domain.outbox import Due


def write_letter(due: Due, now: datetime) -> EmailMessage | None:
    message = EmailMessage()
    message["Message-ID"] = f"<{due.key.replace('/', '.')}@example.org>"
    message.set_content(str(now))
    return message


@dataclass
class Postman:
    """Keeps what it carried; `before` happens each time before that, and may refuse."""

    before: Callable[[], None] = lambda: None
    carried: list[str] = field(default_factory=list)

    def send(self, message: EmailMessage) -> None:
        self.before()
        self.carried.append(str(message["Message-ID"]))
