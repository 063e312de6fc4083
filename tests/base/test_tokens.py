"""Addresses that cannot be guessed, codes that can be copied."""

from __future__ import annotations

import pytest

from cnapp.base.tokens import CODE_ALPHABET, new_code, new_token, read_code, show_code, signed_token


def test_codes_have_no_letter_that_is_mistaken_for_another() -> None:
    assert not set("0O1IL") & set(CODE_ALPHABET)
    assert all(read_code(show_code(code)) == code for code in (new_code() for _ in range(200)))


@pytest.mark.parametrize("typed", ["k4tx9pqm", "K4TX-9PQM", " k4tx 9pqm "])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert read_code(typed) == "K4TX9PQM"


@pytest.mark.parametrize("typed", ["", "K4TX9PQ", "K4TX9PQ0", "K4TX9PQMM", "é" * 8])
def test_what_is_no_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


def test_tokens_have_128_bits_or_more() -> None:
    assert len(new_token()) >= 43
    link = signed_token("k" * 32, "someone:1")
    assert len(link) == 27 and link != signed_token("k" * 32, "someone:2") != signed_token("l" * 32, "someone:2")
