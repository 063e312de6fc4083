"""Roster rules against plain day-by-day and minute-by-minute counting."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnapp.base.workdays import PARIS, HourDoesNotExist, days_between
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, OpeningHours, Place
from cnapp.domain.roster import Obstacle, RosterRule, is_within, joined

DAYS = st.dates(date(2024, 1, 1), date(2029, 12, 31))
QUARTERS = st.integers(0, 95).map(lambda quarter: time(quarter // 4, quarter % 4 * 15))
STRETCHES = st.lists(st.tuples(QUARTERS, QUARTERS).filter(lambda pair: pair[0] < pair[1]), max_size=4)


def rule(**columns: object) -> RosterRule:
    values: dict[str, object] = {
        "weekday": 0,
        "starts": time(9),
        "ends": time(12),
        "every_weeks": 1,
        "from_on": date(2026, 1, 1),
        "until_on": None,
        "pause_starts": None,
        "pause_ends": None,
    }
    return RosterRule(**{**values, **columns})


def counted_week_by_week(each: RosterRule, first: date, last: date) -> list[date]:
    """The oracle: steps from the first week, one turn at a time."""
    day = each.from_on - timedelta(days=each.from_on.weekday()) + timedelta(days=each.weekday)
    found = []
    while day <= min(last, each.until_on or last):
        if day >= max(first, each.from_on):
            found.append(day)
        day += timedelta(weeks=each.every_weeks)
    return found


@settings(deadline=None)
@given(from_on=DAYS, weekday=st.integers(0, 6), every=st.integers(1, 12), first=DAYS, length=st.integers(0, 400))
def test_the_turn_comes_back_every_n_weeks_over_new_year_and_week_53(
    from_on: date, weekday: int, every: int, first: date, length: int
) -> None:
    each = rule(weekday=weekday, every_weeks=every, from_on=from_on)
    last = first + timedelta(days=length)
    assert each.days(first, last) == counted_week_by_week(each, first, last)


@given(from_on=DAYS, length=st.integers(0, 60), weekday=st.integers(0, 6))
def test_a_rule_ends_when_it_says(from_on: date, length: int, weekday: int) -> None:
    until = from_on + timedelta(days=length)
    each = rule(from_on=from_on, until_on=until, weekday=weekday)
    found = each.days(from_on - timedelta(days=30), until + timedelta(days=30))
    assert found == [day for day in days_between(from_on, until) if day.weekday() == weekday]


def test_alternating_weeks_keep_their_turn_over_week_53() -> None:
    each = rule(weekday=2, every_weeks=2, from_on=date(2026, 12, 16))
    assert each.days(date(2026, 12, 1), date(2027, 1, 31)) == [
        date(2026, 12, 16),
        date(2026, 12, 30),
        date(2027, 1, 13),
        date(2027, 1, 27),
    ]


@given(day=DAYS)
def test_nine_o_clock_is_nine_o_clock_every_day(day: date) -> None:
    span = rule().span_on(day)
    assert span.start.astimezone(PARIS).replace(tzinfo=None) == datetime.combine(day, time(9))
    assert span.start.tzinfo is UTC and span.minutes == 180


@pytest.mark.parametrize(("day", "hour"), [("2026-03-22", 8), ("2026-03-29", 7), ("2026-10-18", 7), ("2026-10-25", 8)])
def test_the_instant_follows_the_change_of_hour(day: str, hour: int) -> None:
    assert rule().span_on(date.fromisoformat(day)).start == datetime.fromisoformat(f"{day}T{hour:02}:00+00:00")


def test_the_hour_that_is_skipped_is_refused_and_the_one_that_is_doubled_comes_first() -> None:
    night = rule(weekday=6, starts=time(2, 30), ends=time(4))
    with pytest.raises(HourDoesNotExist):
        night.span_on(date(2026, 3, 29))
    assert night.span_on(date(2026, 10, 25)).start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert night.span_on(date(2026, 10, 25)).minutes == 150


def minutes_of(stretches: list[tuple[time, time]]) -> set[int]:
    return {
        minute
        for start, end in stretches
        for minute in range(start.hour * 60 + start.minute, end.hour * 60 + end.minute)
    }


@given(work=STRETCHES, hours=STRETCHES)
def test_work_is_within_the_hours_when_every_minute_of_it_is(
    work: list[tuple[time, time]], hours: list[tuple[time, time]]
) -> None:
    assert is_within(work, hours) == (minutes_of(work) <= minutes_of(hours))


@given(hours=STRETCHES)
def test_joined_stretches_are_apart_and_lose_no_minute(hours: list[tuple[time, time]]) -> None:
    whole = joined(hours)
    assert minutes_of(whole) == minutes_of(hours)
    assert all(before[1] < after[0] for before, after in pairwise(whole))


def obstacle(day: str, **columns: object) -> Obstacle | None:
    """On a Wednesday rule 10:00 to 18:00 with a pause at noon, at a place that closes from 12 to 14."""
    hours = [OpeningHours(weekday=2, opens=time(10), closes=time(12), season_first=101, season_last=1231)]
    hours.append(OpeningHours(weekday=2, opens=time(14), closes=time(18), season_first=901, season_last=630))
    place = Place(valid_from=date(2026, 1, 14), valid_until=date(2026, 12, 30), opening_hours=hours)
    conseiller = Staff(in_post_from=date(2026, 1, 14), in_post_until=date(2026, 12, 23))
    whole: dict[str, object] = {"pause_starts": time(12), "pause_ends": time(14), **columns}
    each = rule(weekday=2, starts=time(10), ends=time(18), place_id=7, place=place, conseiller=conseiller, **whole)
    closed = Closure(place_id=7, starts_on=date(2026, 3, 4), ends_on=date(2026, 3, 4))
    return each.obstacle_on(date.fromisoformat(day), [closed])


def test_a_pause_may_pass_over_the_midday_closure_but_work_may_not() -> None:
    assert obstacle("2026-02-25") is None
    assert obstacle("2026-02-25", pause_starts=None, pause_ends=None) is Obstacle.OUTSIDE_HOURS
    assert obstacle("2026-02-25", pause_starts=time(12, 15)) is Obstacle.OUTSIDE_HOURS


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2026-01-07", Obstacle.NOT_IN_POST),
        ("2026-12-30", Obstacle.NOT_IN_POST),
        ("2026-03-04", Obstacle.CLOSED),
        ("2026-11-11", Obstacle.HOLIDAY),
        ("2026-07-01", Obstacle.OUTSIDE_HOURS),
    ],
)
def test_nobody_is_where_nobody_can_be(day: str, why: Obstacle) -> None:
    assert obstacle(day) is why


@pytest.mark.parametrize("day", ["2026-01-07", "2027-01-06"])
def test_a_place_has_its_dates(day: str) -> None:
    place = Place(valid_from=date(2026, 1, 14), valid_until=date(2026, 12, 30), opening_hours=[])
    each = rule(weekday=2, place_id=7, place=place, conseiller=Staff(in_post_from=date(2026, 1, 1)))
    assert each.obstacle_on(date.fromisoformat(day), []) is Obstacle.NO_PLACE


def test_the_clock_has_its_obstacles_too() -> None:
    """An hour that is skipped, of the pause too; twelve hours that last thirteen."""
    place = Place(valid_from=date(2026, 1, 1), opening_hours=[OpeningHours(weekday=6, opens=time(0), closes=time(20))])
    place.opening_hours[0].season_first, place.opening_hours[0].season_last = 101, 1231
    there = {"weekday": 6, "place_id": 7, "place": place, "conseiller": Staff(in_post_from=date(2026, 1, 1))}
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    broken = rule(starts=time(1), ends=time(5), pause_starts=time(2, 15), pause_ends=time(4), **there)
    assert broken.obstacle_on(spring, []) is Obstacle.NO_SUCH_HOUR
    whole = rule(starts=time(1), ends=time(13), **there)
    assert (whole.obstacle_on(spring, []), whole.obstacle_on(autumn, [])) == (None, Obstacle.TOO_LONG)
