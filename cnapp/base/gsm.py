"""What a telephone makes of a text: the GSM 03.38 alphabet, how many parts a text takes, and French put into it."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
"""Each takes two septets: an escape, and itself."""
SPELT = {
    **dict.fromkeys("‘’‚‛ʼ´`′", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "Œ": "OE",
    "œ": "oe",
    "…": "...",
    "•": "-",
    "·": ".",
    "⁄": "/",
    "°": "o",
    "ł": "l",
    "Ł": "L",
    "đ": "d",
    "Đ": "D",
    "ı": "i",
    "ẞ": "SS",
    "\t": " ",
}
"""What the alphabet lacks and French readers know another spelling of."""


@dataclass(frozen=True)
class Alphabet:
    """How much of it one message holds, alone and as a part of several."""

    name: str
    alone: int
    in_parts: int
    length: Callable[[str], int]
    """Of one character, in its units."""


def _septets(character: str) -> int:
    return 2 if character in EXTENDED else 1


def _utf16_units(character: str) -> int:
    return len(character.encode("utf-16-be", "surrogatepass")) // 2


GSM_7 = Alphabet("GSM-7", 160, 153, _septets)
UCS_2 = Alphabet("UCS-2", 70, 67, _utf16_units)


@dataclass(frozen=True)
class Size:
    """What sending a text takes."""

    alphabet: str
    units: int
    parts: int


def measure(text: str) -> Size:
    alphabet = alphabet_of(text)
    return Size(alphabet.name, sum(map(alphabet.length, text)), len(split(text)))


def alphabet_of(text: str) -> Alphabet:
    """One character from elsewhere, and the whole text is written in the larger alphabet."""
    return GSM_7 if set(text) <= BASIC | EXTENDED else UCS_2


def split(text: str) -> list[str]:
    """The parts that it travels in; no character is cut in two. An empty text is one part."""
    alphabet = alphabet_of(text)
    if sum(map(alphabet.length, text)) <= alphabet.alone:
        return [text]
    return list(_parts(text, alphabet))


def _parts(text: str, alphabet: Alphabet) -> Iterator[str]:
    start, used = 0, 0
    for position, character in enumerate(text):
        length = alphabet.length(character)
        if used + length > alphabet.in_parts:
            yield text[start:position]
            start, used = position, 0
        used += length
    yield text[start:]


def in_gsm(text: str) -> str:
    """The same text as far as the alphabet goes: other spellings, letters without their accent, no pictures.

    Letters of other alphabets stay: whoever reads them is not served by their absence.
    """
    return "".join(map(_spelt, unicodedata.normalize("NFC", text)))


def _spelt(character: str) -> str:
    if character in BASIC or character in EXTENDED:
        return character
    return SPELT.get(character) or _bare(character)


def _bare(character: str) -> str:
    """« ê » is e, « ç » is c, a thin space is a space; pictures and invisible marks are nothing."""
    if character.isspace():
        return " "
    letters = unicodedata.normalize("NFKD", character)
    if unicodedata.category(character)[0] not in "LMN":
        return "".join(each for each in letters if each in BASIC)
    known = "".join(SPELT.get(each, each) for each in letters if not unicodedata.combining(each))
    return known if set(known) <= BASIC else character
