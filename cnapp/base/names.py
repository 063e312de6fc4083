"""Finding somebody by a name that is heard or half remembered: « Schmidt » finds Schmitt, « Amrani » El Amrani.

Spellings are folded towards their sound, for French, Alsatian and Arabic names. It brings together more than it
should rather than less: whoever searches chooses from a short list, by hour and subject.
"""

from __future__ import annotations

import re
from itertools import pairwise

from cnapp.base.contacts import name_words

FEWEST_LETTERS = 3
KEY_LENGTH = 400
PARTICLES = frozenset(("al", "ait", "bel", "ben", "bou", "d", "da", "de", "di", "el", "l", "la", "le", "n", "ould"))
"""Written apart or joined to the next word, as people like."""
_JOINED = ("al", "el", "ben")
_SOUNDS = (
    ("œ", "oe"),
    ("æ", "ae"),
    ("ß", "ss"),
    ("ı", "i"),
    ("sch", "s"),
    ("ch", "s"),
    ("sh", "s"),
    ("ph", "f"),
    ("qu", "k"),
    ("h", ""),
    ("c(?=[eiy])", "s"),
    ("[cq]", "k"),
    ("dj", "j"),
    ("dt|(?<=..)d$", "t"),
    ("tz", "s"),
    ("z", "s"),
    ("w", "v"),
    ("y", "i"),
    ("[aou]e", lambda pair: pair[0][0]),
    ("ou", "u"),
    ("o", "u"),
    ("(?<=..)e$", ""),
    ("e", "a"),
    (r"(\w)\1+", r"\1"),
)
"""In this order: groups, silent h, soft and hard c, last d and z, w, y, umlauts written with an e, vowels, doubles."""


def folded(word: str) -> str:
    """A plain word by its sound: schmidt and schmitt are « smit », mohamed and muhammad « muamat »."""
    for pattern, sound in _SOUNDS:
        word = re.sub(pattern, sound, word)
    return word


def find_key(name: str) -> str:
    """What is kept to find a name again: its words as written, by their sound, and with their particle.

    Each stands after a space, so that a word begins where the key says « space, then it ».
    """
    words = name_words(name)
    written = dict.fromkeys([*words, *_with_particles(words), *_without_particles(words)])
    key = ""
    for word in dict.fromkeys([*written, *(folded(each) for each in written)]):
        if word and len(key) + 1 + len(word) <= KEY_LENGTH:
            key += f" {word}"
    return key


def beginnings(typed: str) -> list[tuple[str, ...]]:
    """For each word of three letters or more of what was typed, what some word of a key must begin with.

    Empty when nothing is long enough to search for.
    """
    words = name_words(typed)
    return [
        tuple(f" {each}" for each in _spellings(word, before))
        for before, word in zip(["", *words], words, strict=False)
        if len(word) >= FEWEST_LETTERS
    ]


def sounds_like(typed: str, name: str) -> bool:
    """Whether each word typed (of three letters or more) begins some word of the name, written or heard."""
    wanted, key = beginnings(typed), find_key(name)
    return bool(wanted) and all(any(each in key for each in spellings) for spellings in wanted)


def _spellings(word: str, before: str) -> list[str]:
    """As typed, joined to its particle, and by their sound when that is still long enough to tell people apart."""
    written = [word, before + word] if before in PARTICLES else [word]
    sounds = [folded(each) for each in written]
    return [*written, *(each for each in sounds if len(each) >= FEWEST_LETTERS and each not in written)]


def _with_particles(words: list[str]) -> list[str]:
    """« El Amrani » is also elamrani."""
    pairs = pairwise(words)
    return [first + second for first, second in pairs if first in PARTICLES]


def _without_particles(words: list[str]) -> list[str]:
    """« Elamrani » is also amrani."""
    return [
        word.removeprefix(particle)
        for word in words
        for particle in _JOINED
        if word.startswith(particle) and len(word) >= len(particle) + FEWEST_LETTERS
    ]
