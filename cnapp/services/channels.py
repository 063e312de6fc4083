"""By which channel somebody is told: those that their contacts allow, the best first."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from cnapp.domain.outbox import Channel, Letter

READ_AT_ONCE = (Letter.REMINDED, Letter.REMINDED_TODAY, Letter.OFFERED)
"""Letters that are of use only while there is time: an SMS is seen before an e-mail."""


class Reachable(Protocol):
    """Somebody with, perhaps, an e-mail address."""

    @property
    def email(self) -> str | None: ...


def channels_to(reader: Reachable, letter: Letter) -> list[Channel]:
    """Empty: nobody can tell them."""
    return [Channel.EMAIL] if reader.email else []


def first_open(channels: Collection[Channel], is_open: Collection[Channel]) -> Channel | None:
    return next((channel for channel in channels if channel in is_open), None)
