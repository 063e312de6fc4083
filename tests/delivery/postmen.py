"""Small carriers and a writer of letters, for tests of the worker alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from functools import partial

from cnapp.delivery.carriers import Carrier
from cnapp.delivery.parcels import Parcel
from cnapp.domain.outbox import Channel, Due

Writer = Callable[[Due, datetime], EmailMessage | None]


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


def packed(postman: Carrier, writer: Writer = write_letter) -> Callable[[Due, datetime], Parcel | None]:
    """Parcels of what this writer writes, for this carrier."""

    def parcel(due: Due, now: datetime) -> Parcel | None:
        message = writer(due, now)
        return message and Parcel(Channel.EMAIL, partial(postman.send, message))

    return parcel
