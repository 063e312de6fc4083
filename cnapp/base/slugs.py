"""Names as they stand in addresses: « Médiathèque du Sablon » is mediatheque-du-sablon."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from cnapp.base.contacts import name_words

LONGEST = 72
"""Leaves room for a number."""


def slugs_of(name: str, *, otherwise: str) -> Iterator[str]:
    """Without end: the name's own, then with a number. `otherwise` where it has no letter of the Latin script."""
    plain = "-".join(word for word in name_words(name) if word.isascii())[:LONGEST].strip("-") or otherwise
    yield plain
    for number in count(2):
        yield f"{plain}-{number}"
