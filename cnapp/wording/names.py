"""Names that strangers typed, as letters may carry them: what is no name is told to nobody."""

from __future__ import annotations

import re
import unicodedata

from cnapp.base.contacts import clean_line

LONGEST = 40
"""More is a sentence."""
_LURE = re.compile(r"\d|@|://|www\.|[^\W_]\.[^\W_]", re.IGNORECASE)
"""An address, a link, a phone number: a digit of any script, or a dot inside a word."""


def safe_name(name: str) -> str | None:
    """None for what reads as an address, a link, a number or a sentence: it is left out."""
    line = clean_line(name)
    seen = unicodedata.normalize("NFKC", line)
    return None if len(line) > LONGEST or _LURE.search(seen) else line
