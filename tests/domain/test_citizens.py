"""By which letters somebody is recognised."""

from __future__ import annotations

import pytest

from cnapp.domain.citizens import Citizen


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Marie Schmitt", "sch"),
        ("Marie Schmitt", "MAR"),
        ("Élodie d’Été", "élo"),
        ("Élodie d’Été", "ete"),
        ("Jean-Luc Roth", "luc"),
        ("Marie Schmitt", "schmitt"),
        ("Marie Li", "li"),
        ("Li", "li"),
        ("Ng", "NG"),
        ("Le Bo", "le"),
        ("Le Bo", "bo"),
        ("Le Bo", "leb"),
        ("Le Bo", "Le Bo"),
        ("Le Bo", "lebo"),
        ("Ô Ba", "oba"),
    ],
)
def test_somebody_answers_to_the_first_letters_of_a_word(name: str, letters: str) -> None:
    assert Citizen(name=name).answers_to(letters)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Marie Schmitt", ""),
        ("Marie Schmitt", "…"),
        ("Marie Schmitt", "sc"),
        ("Marie Schmitt", "m"),
        ("Marie Schmitt", "chm"),
        ("Marie Schmitt", "mas"),
        ("Marie Le Bo", "leb"),
        ("Jean Le Goff", "leg"),
        ("Le Bo", "l"),
        ("Le Bo", "ebo"),
        ("Le Bo", "bol"),
        ("Ng", "n"),
        ("Ng", "ngo"),
        ("Li", "lit"),
    ],
)
def test_and_to_nothing_less(name: str, letters: str) -> None:
    assert not Citizen(name=name).answers_to(letters)
