"""Chance that falls the same way each time for a given day, on every machine and every Python."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from cnapp.base.tokens import CODE_ALPHABET, CODE_LENGTH

Thing = TypeVar("Thing")


class Chance:
    """Numbers drawn from a day; whatever is drawn in the same order is the same."""

    def __init__(self, day: date, purpose: str) -> None:
        self._seed = f"{day.isoformat()}/{purpose}"
        self._drawn = 0

    def hexadecimal(self) -> str:
        """128 bits, as a public id is written."""
        self._drawn += 1
        return hashlib.sha256(f"{self._seed}/{self._drawn}".encode()).hexdigest()[:32]

    def below(self, limit: int) -> int:
        return int(self.hexadecimal(), 16) % limit

    def between(self, least: int, most: int) -> int:
        return least + self.below(most - least + 1)

    def is_so(self, percent: int) -> bool:
        return self.below(100) < percent

    def one(self, things: Sequence[Thing]) -> Thing:
        return things[self.below(len(things))]

    def shuffled(self, things: Sequence[Thing]) -> list[Thing]:
        keyed = [(self.hexadecimal(), place) for place in range(len(things))]
        return [things[place] for _, place in sorted(keyed)]

    def code(self) -> str:
        """A short code as people copy it."""
        return "".join(self.one(CODE_ALPHABET) for _ in range(CODE_LENGTH))
