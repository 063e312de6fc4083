"""What a stranger typed as a name is in a letter only when it is one (RELIABILITY.md B08)."""

from __future__ import annotations

import pytest

from cnapp.wording.names import LONGEST, safe_name


@pytest.mark.parametrize(
    "name",
    [
        "Marie Schmitt",
        "Jean-Luc d’Été",
        "محمد بن علي",
        "Nguyễn Thị Ánh",
        "Mme Élodie O’Brien-Müller",
        "J. P. Martin",
        "St. Ivanović",
        "王小明",
        "Marie‑Ange",
        "x" * LONGEST,
    ],
)
def test_a_name_stays(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "Gagnez sur evil.example",
        "http://evil",
        "HTTPS://Evil",
        "www.Evil",
        "léa@evil",
        "appelez le 0899",
        "٠٦١٢٣٤٥٦٧٨",
        "evil．example",
        "ｗｗｗ．evil",
        "Marie 06 12",
        "Votre compte est bloqué, appelez la banque",
        "x" * (LONGEST + 1),
    ],
)
def test_what_is_no_name_is_left_out(name: str) -> None:
    assert safe_name(name) is None
