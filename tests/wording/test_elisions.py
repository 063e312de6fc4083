"""Names after « de »."""

from __future__ import annotations

import pytest

from cnapp.wording.elisions import of


@pytest.mark.parametrize(
    "said", ["de Nadia", "d’Elif", "d’Émile", "d’Inês", "d’Yves", "de Yasmina", "de 7 personnes", "de Y"]
)
def test_names_elide_before_a_vowel(said: str) -> None:
    name = said.removeprefix("de ").removeprefix("d’")
    assert of(name) == said
