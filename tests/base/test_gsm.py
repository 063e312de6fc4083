"""How many messages a text takes, and what is left of French in the alphabet of telephones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnapp.base.gsm import BASIC, EXTENDED, Size, alphabet_of, in_gsm, measure, split

ANY_TEXT = st.text(max_size=400)


def test_the_table_is_that_of_the_standard() -> None:
    """128 places, one of them the escape to ten more characters."""
    assert len(BASIC) == 127 and len(EXTENDED) == 10
    assert "Ç" in BASIC and "ç" not in BASIC and "€" in EXTENDED


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", "GSM-7", 0, 1),
        ("a" * 160, "GSM-7", 160, 1),
        ("a" * 161, "GSM-7", 161, 2),
        ("a" * 306, "GSM-7", 306, 2),
        ("a" * 307, "GSM-7", 307, 3),
        ("€" * 80, "GSM-7", 160, 1),
        ("a" * 152 + "€" + "a" * 152, "GSM-7", 306, 3),
        ("ç" * 70, "UCS-2", 70, 1),
        ("ç" * 71, "UCS-2", 71, 2),
        ("مرحبا" * 14, "UCS-2", 70, 1),
        ("🙂" * 35, "UCS-2", 70, 1),
        ("🙂" * 67, "UCS-2", 134, 3),
    ],
)
def test_parts_are_counted_as_telephones_do(text: str, alphabet: str, units: int, parts: int) -> None:
    """A pair that would be cut in two goes whole into the next part: 152 and an escape leave one place empty."""
    assert measure(text) == Size(alphabet, units, parts)


@given(ANY_TEXT)
def test_parts_hold_the_whole_text_and_each_fits(text: str) -> None:
    parts, alphabet = split(text), alphabet_of(text)
    assert "".join(parts) == text
    largest = alphabet.alone if len(parts) == 1 else alphabet.in_parts
    assert all(sum(map(alphabet.length, part)) <= largest for part in parts)


@pytest.mark.parametrize(
    ("french", "sent"),
    [
        ("l’œuvre d’Août, « où » : ç’a été Ça", "l'oeuvre d'Aout, \" où \" : c'a été Ça"),
        ("9\N{NO-BREAK SPACE}h\N{NARROW NO-BREAK SPACE}45 – 10 h…", "9 h 45 - 10 h..."),
        ("Forêt, Noël, maïs, île, hôtel, sûr", "Foret, Noel, mais, ile, hotel, sur"),
        ("Łódź, Müller, Ñandú", "Lodz, Müller, Ñandu"),
        ("Salle 🙂 n° 2\u200b", "Salle  no 2"),
        ("café en deux caractères : e\u0301", "café en deux caractères : é"),
        ("½ heure", "1/2 heure"),
    ],
)
def test_french_is_put_into_the_alphabet(french: str, sent: str) -> None:
    assert in_gsm(french) == sent
    assert measure(sent).alphabet == "GSM-7"


def test_letters_of_another_alphabet_stay_and_are_counted_as_they_are() -> None:
    assert in_gsm("Bibliothèque Вера") == "Bibliothèque Вера"
    assert measure("Bibliothèque Вера").alphabet == "UCS-2"


@given(ANY_TEXT)
def test_once_put_into_the_alphabet_it_changes_no_more(text: str) -> None:
    assert in_gsm(in_gsm(text)) == in_gsm(text)


@given(st.text(st.characters(max_codepoint=0x24F, exclude_categories=["Cc"]), max_size=50))
def test_no_text_of_western_letters_leaves_the_alphabet_but_for_the_few_without_a_spelling(text: str) -> None:
    assert all(character in BASIC | EXTENDED or character.isalpha() for character in in_gsm(text))
