"""Stretches of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnapp.base.spans import Span

START = datetime(2026, 12, 3, 8, tzinfo=UTC)
DAY = Span(START, START + timedelta(hours=4))
minutes = st.integers(-60, 300)


def span(first: int, last: int) -> Span:
    return Span(START + timedelta(minutes=min(first, last)), START + timedelta(minutes=max(first, last)))


spans = st.builds(span, minutes, minutes)


def test_a_span_needs_aware_instants_in_order() -> None:
    with pytest.raises(ValueError, match="aware"):
        Span(START.replace(tzinfo=None), START)
    with pytest.raises(ValueError, match="before"):
        Span(START + timedelta(hours=1), START)


def test_what_ends_when_another_begins_does_not_overlap() -> None:
    assert not span(0, 45).overlaps(span(45, 90))
    assert span(0, 46).overlaps(span(45, 90))


@given(st.lists(spans, max_size=6))
def test_what_is_left_is_what_no_one_took_minute_by_minute(taken: list[Span]) -> None:
    left = DAY.minus(taken)
    for minute in range(DAY.minutes):
        moment = Span.lasting(START + timedelta(minutes=minute), 1)
        is_free = not any(moment.overlaps(each) for each in taken)
        assert is_free == any(each.covers(moment) for each in left)
    assert all(one.end < other.start for one, other in pairwise(left))
