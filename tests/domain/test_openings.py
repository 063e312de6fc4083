"""What a presence offers: property tests against a minute-by-minute oracle."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from cnapp.base.spans import Span
from cnapp.domain.openings import Length, Promised, bookable_part, free_stretches, openings

NINE = datetime(2026, 12, 3, 8, tzinfo=UTC)


def at(minute: int) -> datetime:
    return NINE + timedelta(minutes=minute)


def span(first: int, last: int) -> Span:
    return Span(at(first), at(last))


MORNING = span(0, 180)


def offered(*taken: Promised, pause: Span | None = None, duration: int = 45, buffer: int = 0) -> list[int]:
    starts = openings(MORNING, pause, taken, Length(duration, buffer, shortest=30))
    return [int((start - NINE).total_seconds() // 60) for start in starts]


def test_an_empty_morning_offers_every_quarter_that_leaves_no_useless_hole() -> None:
    assert offered() == [0, 30, 45, 60, 75, 90, 105, 135]


def test_a_stretch_begins_where_the_last_appointment_ends() -> None:
    assert offered(Promised(span(0, 50)))[0] == 50


def test_a_stretch_too_long_for_one_and_too_short_for_two_still_offers_its_beginning() -> None:
    assert offered(Promised(span(55, 180))) == [0]
    assert offered(Promised(span(40, 180))) == []


def test_the_pause_is_free_of_appointments() -> None:
    starts = offered(pause=span(90, 105))
    assert all(start + 45 <= 90 or start >= 105 for start in starts)
    assert 45 in starts and 105 in starts


def test_the_rest_is_kept_between_two_appointments_but_not_before_going_home() -> None:
    assert 45 in offered(Promised(span(90, 135)), buffer=0)
    assert 45 not in offered(Promised(span(90, 135)), buffer=15)
    assert 135 in offered(buffer=15)
    assert offered(Promised(span(0, 45), buffer=15))[0] == 60


def test_the_minutes_kept_for_walk_ins_are_the_last() -> None:
    assert bookable_part(MORNING, 60) == span(0, 120)
    assert bookable_part(MORNING, 999) == span(0, 0)


def meets_the_morning(promised: Promised) -> bool:
    return promised.span.overlaps(MORNING)


promises = st.lists(
    st.builds(
        lambda start, length, buffer: Promised(span(start, start + length), buffer),
        st.integers(-30, 200),
        st.integers(5, 90),
        st.sampled_from([0, 10, 15]),
    ).filter(meets_the_morning),
    max_size=5,
)
pauses = st.one_of(st.none(), st.builds(lambda start: span(start, start + 15), st.integers(10, 150)))


@given(promises, pauses, st.sampled_from([15, 30, 45, 60]), st.sampled_from([0, 10]))
def test_every_start_offered_is_free_and_leaves_no_useless_hole(
    taken: list[Promised], pause: Span | None, duration: int, buffer: int
) -> None:
    length = Length(duration, buffer, shortest=15)
    starts = openings(MORNING, pause, taken, length)
    assert starts == sorted(set(starts))
    for start in starts:
        mine = Span.lasting(start, duration)
        assert MORNING.covers(mine) and not (pause and pause.overlaps(mine))
        assert not any(each.with_rest.overlaps(mine) for each in taken)
        assert not any(
            Promised(mine, buffer).with_rest.overlaps(each.span) for each in taken if mine.end <= each.span.start
        )
    for stretch in free_stretches(MORNING, pause, taken):
        if stretch.minutes >= duration + buffer:
            assert stretch.start in starts, "the beginning of a long enough stretch is always offered"
