"""Codes and links cannot be guessed, however many addresses try (K01, K02)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cnapp.base.database import Base, db, transaction
from cnapp.base.tokens import CODE_ALPHABET
from cnapp.domain.accounts import TooManyTries
from cnapp.services.answers import HOLDS_AN_ADDRESS, count_hold
from cnapp.services.retrieval import TRIES_IN_ALL, retrieve
from tests.booking import begin
from tests.factories import LINK_KEY, make_appointment
from tests.support import FrozenClock


@pytest.mark.usefixtures("app")
def test_after_so_many_tries_from_everywhere_nobody_is_answered_for_a_while(clock: FrozenClock) -> None:
    made = make_appointment(name="Marie Schmitt")
    with transaction():
        for number in range(TRIES_IN_ALL):
            assert retrieve(invented(number), "sch", address=f"192.0.2.{number % 200}", now=clock()) is None
    with pytest.raises(TooManyTries), transaction():
        retrieve(made.code, "sch", address="198.51.100.7", now=clock())
    clock.advance(minutes=15, seconds=1)
    with transaction():
        assert retrieve(made.code, "sch", address="198.51.100.7", now=clock())


def invented(number: int) -> str:
    digits = [CODE_ALPHABET[number // len(CODE_ALPHABET) ** place % len(CODE_ALPHABET)] for place in range(8)]
    return "".join(digits)


@pytest.mark.usefixtures("app")
def test_no_row_holds_the_address_of_an_appointment() -> None:
    """K01: only what it is recognised by."""
    link = make_appointment().link(LINK_KEY)
    assert len(link) >= 22
    assert not [table for table in Base.metadata.sorted_tables if link in repr(db.session.execute(select(table)).all())]


@pytest.mark.usefixtures("app")
def test_a_link_that_was_replaced_opens_nothing() -> None:
    """K07: raising its version revokes it."""
    made = make_appointment()
    old = made.link(LINK_KEY)
    made.link_version += 1
    assert made.link(LINK_KEY) != old


@pytest.mark.usefixtures("app")
def test_one_address_holds_two_hundred_times_in_a_quarter_of_an_hour_and_no_more(clock: FrozenClock) -> None:
    """B03: twenty public computers have room, a robot has not."""
    begin(now=clock())
    with transaction():
        for _ in range(HOLDS_AN_ADDRESS):
            count_hold("192.0.2.1", now=clock())
    with pytest.raises(TooManyTries), transaction():
        count_hold("192.0.2.1", now=clock())
    with transaction():
        count_hold("192.0.2.2", now=clock())
    clock.advance(minutes=15, seconds=1)
    with transaction():
        count_hold("192.0.2.1", now=clock())
