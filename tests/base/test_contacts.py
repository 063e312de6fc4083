"""What people type, and what is kept of it (issue 2 §7, RELIABILITY.md I04, I12)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnapp.base.contacts import (
    ContactNotUnderstood,
    EmailNotUnderstood,
    PhoneNotUnderstood,
    clean_line,
    initials,
    mailbox_of,
    name_words,
    read_contact,
    read_email,
    read_phone,
    short_name,
    show_phone,
    wire_address,
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Marie \t Schmitt ", "Marie Schmitt"),
        ("Marie\r\nSchmitt", "Marie Schmitt"),
        ("Ma\u200brie\u202e Schmitt\u0000", "Marie Schmitt"),
        ("محمد العلي", "محمد العلي"),
        ("Zoé 🙂", "Zoé 🙂"),
        ("E\u0301lodie", "Élodie"),
        ("<script>", "<script>"),
    ],
)
def test_a_line_is_cleaned_and_every_script_is_kept(typed: str, kept: str) -> None:
    assert clean_line(typed) == kept


@given(st.text(max_size=80))
def test_a_cleaned_line_is_one_line_and_stays_as_it_is(typed: str) -> None:
    line = clean_line(typed)
    assert clean_line(line) == line
    assert not any(character in line for character in "\r\n\x00\u202e\u200b\u2028")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 39 98 12 34", "+33639981234"),
        ("0033 6 39 98 12 34", "+33639981234"),
        ("+352 621 123 456", "+352621123456"),
        ("03.53.01.00.00", "+33353010000"),
        ("", None),
    ],
)
def test_numbers_of_the_region_are_understood(typed: str, number: str | None) -> None:
    phone = read_phone(typed)
    assert (phone.number if phone else None) == number


@pytest.mark.parametrize(
    "typed",
    [
        "06 12 34",
        "06 12 34 56",
        "0612345",
        "06 12 34 56 7",
        "03 87 55 5",
        "06 12 34 56 78 90 12",
        "06 12 34 56 78 (le soir)",
        "azerty",
        "00000000000000000000",
        "12",
        "0" * 300,
        "+1 555",
    ],
)
def test_impossible_numbers_are_refused_with_an_example(typed: str) -> None:
    with pytest.raises(PhoneNotUnderstood, match="06 12 34 56 78"):
        read_phone(typed)


def test_a_landline_is_no_mobile() -> None:
    landline, mobile = read_phone("03 53 01 00 00"), read_phone("06 39 98 12 34")
    assert landline and mobile and not landline.is_mobile and mobile.is_mobile
    assert show_phone(mobile.number) == "06 39 98 12 34"


@pytest.mark.parametrize(
    "typed", ["lea@", "lea", "a@b.fr, c@d.fr", "a" * 300 + "@exemple.fr", "lea@exemple.fr\r\nBcc: x@y.fr"]
)
def test_impossible_addresses_are_refused_with_an_example(typed: str) -> None:
    with pytest.raises(EmailNotUnderstood, match=r"nom@exemple\.fr"):
        read_email(typed)


def test_plus_addresses_and_case_are_one_mailbox() -> None:
    assert mailbox_of("Lea+2@Metz.fr") == mailbox_of("lea@metz.fr")


def test_words_of_a_name_have_no_accent_case_or_dash() -> None:
    assert name_words("Jean-Luc d’Été MÜLLER") == ["jean", "luc", "d", "ete", "muller"]
    assert initials("Marie Schmitt") == "M.\N{NO-BREAK SPACE}S."


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Marie Schmitt", "Marie S."),
        ("Manfred d’Été", "Manfred d’É."),
        ("Sean O'Brien", "Sean O'B."),
        ("Fernanda da Silva", "Fernanda d. S."),
        ("Fatima El Amrani", "Fatima E. A."),
        ("Zoé", "Zoé"),
        ("Ольга Коваленко", "Ольга К."),
    ],
)
def test_a_name_is_shortened_to_the_first_name_and_initials(name: str, short: str) -> None:
    assert short_name(name).replace("\N{NO-BREAK SPACE}", " ") == short


@pytest.mark.parametrize(
    ("typed", "number", "email"),
    [
        ("06 12 34 56 78", "+33612345678", None),
        ("ali@exemple.fr", None, "ali@exemple.fr"),
        ("  ", None, None),
    ],
)
def test_one_field_takes_a_phone_or_an_email(typed: str, number: str | None, email: str | None) -> None:
    phone, address = read_contact(typed)
    assert (phone and phone.number, address) == (number, email)


@pytest.mark.parametrize("typed", ["12", "ali@", "@", "marie.schmitt", "06 12 34 56 78 ou 03 87 00 00 00"])
def test_what_is_neither_is_refused_with_both_examples(typed: str) -> None:
    with pytest.raises(ContactNotUnderstood):
        read_contact(typed)


def test_an_address_is_written_as_servers_read_it() -> None:
    assert wire_address("Lea@Exemple.FR") == "Lea@exemple.fr"
    assert wire_address("lea@mairie-été.fr") == "lea@xn--mairie-t-h1ab.fr"


@pytest.mark.parametrize(
    "email",
    ["", "lea", "lea@a.fr, paul@b.fr", "lea@a.fr\nBcc: paul@b.fr", "lea @a.fr", " lea@a.fr", "l" * 300 + "@exemple.fr"],
)
def test_what_is_not_one_address_reaches_no_server(email: str) -> None:
    with pytest.raises(EmailNotUnderstood):
        wire_address(email)
