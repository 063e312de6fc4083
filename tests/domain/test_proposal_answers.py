"""Until when a proposal can be answered: time to read it, time to call, never at night."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnapp.base.workdays import day_of, local
from cnapp.domain.courtesy import is_worked
from cnapp.domain.proposal_answers import answer_until
from tests.factories import metz

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
DISTANCES = st.timedeltas(timedelta(minutes=1), timedelta(days=70))


@pytest.mark.parametrize(
    ("now", "starts_at", "until"),
    [
        ("2026-11-30 07:35", "2026-11-30 16:00", "2026-11-30 11:00"),
        ("2026-11-30 07:35", "2026-11-30 11:00", "2026-11-30 10:00"),
        ("2026-11-30 07:35", "2026-11-30 09:30", "2026-11-30 08:30"),
        ("2026-11-30 07:35", "2026-12-01 09:00", "2026-11-30 18:00"),
        ("2026-11-30 07:35", "2026-12-03 14:00", "2026-12-01 18:00"),
        ("2026-11-30 21:00", "2026-12-01 14:00", "2026-12-01 08:00"),
        ("2026-11-30 21:00", "2026-12-01 08:30", "2026-12-01 07:30"),
        ("2026-12-04 10:00", "2026-12-08 10:00", "2026-12-05 18:00"),
        ("2026-12-05 19:00", "2026-12-07 10:00", "2026-12-07 08:00"),
        ("2026-12-23 10:00", "2026-12-28 10:00", "2026-12-24 18:00"),
        ("2026-10-24 12:00", "2026-10-27 12:00", "2026-10-24 18:00"),
    ],
)
def test_the_time_to_answer_follows_the_distance(now: str, starts_at: str, until: str) -> None:
    assert answer_until(metz(starts_at), metz(now)) == metz(until)


@given(now=INSTANTS, distance=DISTANCES)
def test_there_is_time_to_call_before_it(now: datetime, distance: timedelta) -> None:
    assert answer_until(now + distance, now) <= now + distance - timedelta(hours=1)


@given(now=INSTANTS, distance=DISTANCES.filter(lambda left: left >= timedelta(hours=3)))
def test_there_is_time_to_answer(now: datetime, distance: timedelta) -> None:
    assert answer_until(now + distance, now) >= now + timedelta(hours=2)


@given(now=INSTANTS, distance=DISTANCES.filter(lambda left: left >= timedelta(days=7)))
def test_it_ends_when_somebody_can_call(now: datetime, distance: timedelta) -> None:
    until = answer_until(now + distance, now)
    assert is_worked(day_of(until))
    assert time(8) <= local(until).time() <= time(18)
    assert until.minute == 0


@given(now=INSTANTS, distance=DISTANCES)
def test_it_ends_at_night_only_where_there_is_no_other_hour(now: datetime, distance: timedelta) -> None:
    until = answer_until(now + distance, now)
    if not (is_worked(day_of(until)) and time(8) <= local(until).time() <= time(18)):
        assert until == now + distance - timedelta(hours=1)
