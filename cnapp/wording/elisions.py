"""Names after « de », as French writes them."""

from __future__ import annotations

import unicodedata

_CONSONANTS = "bcdfghjklmnpqrstvwxz"


def of(name: str) -> str:
    """« de Nadia », « d’Elif », « d’Yves », « de Yasmina »."""
    letters = unicodedata.normalize("NFD", name.casefold()).encode("ascii", "ignore").decode()
    elides = letters[:1] in tuple("aeiou") or (letters[:1] == "y" and letters[1:2] in tuple(_CONSONANTS))
    return f"d’{name}" if elides else f"de {name}"
