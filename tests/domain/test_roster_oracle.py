"""Rules against a count of every day (tests/roster_oracle.py): both changes of hour, New Year, week 53, holidays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings

from cnapp.base.spans import Span
from cnapp.base.workdays import is_holiday
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, OpeningHours, Place
from cnapp.domain.roster import Obstacle, RosterRule
from tests import roster_oracle
from tests.roster_oracle import Line, Words
from tests.rules_at_random import WINDOWS, words_at_random

OTHER_PLACE = 8


def rule_of(words: Words) -> RosterRule:
    pause = words.pause or (None, None)
    return RosterRule(
        place_id=7,
        weekday=words.weekday,
        starts=words.starts,
        ends=words.ends,
        pause_starts=pause[0],
        pause_ends=pause[1],
        every_weeks=words.every_weeks,
        from_on=words.from_on,
        until_on=words.until_on,
        place=Place(valid_from=words.place[0], valid_until=words.place[1], opening_hours=hours_of(words.hours)),
        conseiller=Staff(in_post_from=words.post[0], in_post_until=words.post[1]),
    )


def hours_of(lines: tuple[Line, ...]) -> list[OpeningHours]:
    return [
        OpeningHours(
            weekday=each.weekday, opens=each.opens, closes=each.closes, season_first=each.first, season_last=each.last
        )
        for each in lines
    ]


def given_by(words: Words, first: date, last: date) -> dict[date, roster_oracle.Times]:
    rule = rule_of(words)
    closures = [Closure(place_id=(None, 7)[n % 2], starts_on=a, ends_on=b) for n, (a, b) in enumerate(words.closed)]
    closures.append(Closure(place_id=OTHER_PLACE, starts_on=first, ends_on=last))
    rows = {day: rule.presence_on(day) for day in rule.days(first, last) if not rule.obstacle_on(day, closures)}
    names = ("starts_at", "ends_at", "pause_starts_at", "pause_ends_at")
    return {day: (row[names[0]], row[names[1]], row[names[2]], row[names[3]]) for day, row in rows.items()}


@settings(deadline=None, max_examples=300)
@given(words=words_at_random())
def test_what_a_rule_gives_is_what_counting_day_by_day_gives(words: Words) -> None:
    for first, last in WINDOWS:
        assert given_by(words, first, last) == roster_oracle.presences(words, first, last)


ALWAYS = Words(
    weekday=6,
    starts=time(9),
    ends=time(12),
    pause=None,
    every_weeks=1,
    from_on=date(2020, 1, 1),
    until_on=None,
    place=(date(2020, 1, 1), None),
    post=(date(2020, 1, 1), None),
    hours=tuple(Line(day, time(0), time(23, 45)) for day in range(7)),
    closed=(),
)


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"])
def test_nine_is_nine_before_and_after_each_change_of_hour(change: str, weekday: int) -> None:
    """T01."""
    there = date.fromisoformat(change)
    week = timedelta(days=7)
    words = Words(**{**vars(ALWAYS), "weekday": weekday})
    found = given_by(words, there - week, there + week)
    assert found == roster_oracle.presences(words, there - week, there + week) != {}
    for starts, ends, *_ in found.values():
        assert (starts.astimezone(roster_oracle.METZ).hour, ends - starts) == (9, timedelta(hours=3))


def test_the_sundays_around_each_change_in_utc() -> None:
    """T01: 8, 7 and 8 o'clock."""
    days = {"2026-03-22": 8, "2026-03-29": 7, "2026-10-18": 7, "2026-10-25": 8}
    found = given_by(ALWAYS, date(2026, 3, 1), date(2026, 11, 1))
    assert {day: found[date.fromisoformat(day)][0].hour for day in days} == days


@pytest.mark.parametrize(("starts", "ends"), [(time(2, 30), time(4)), (time(1), time(2, 15))])
def test_the_hour_that_is_skipped_gives_nothing_and_says_so(starts: time, ends: time) -> None:
    """T02."""
    words = Words(**{**vars(ALWAYS), "starts": starts, "ends": ends})
    night = date(2026, 3, 29)
    assert given_by(words, night, night) == roster_oracle.presences(words, night, night) == {}
    assert rule_of(words).obstacle_on(night, []) is Obstacle.NO_SUCH_HOUR


def test_the_hour_that_is_doubled_is_taken_once() -> None:
    """T02: from the first 2:30 on, the second one included."""
    words = Words(**{**vars(ALWAYS), "starts": time(2, 30), "ends": time(4)})
    night = date(2026, 10, 25)
    expected = (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 3, tzinfo=UTC), None, None)
    assert given_by(words, night, night) == roster_oracle.presences(words, night, night) == {night: expected}


def test_what_lasts_over_the_change_lasts_what_it_really_lasts() -> None:
    """T03: from 1:30 to 3:30 is one hour in March and three in October."""
    words = Words(**{**vars(ALWAYS), "starts": time(1, 30), "ends": time(3, 30)})
    for night, minutes in ((date(2026, 3, 29), 60), (date(2026, 10, 25), 180)):
        starts, ends, *_ = given_by(words, night, night)[night]
        assert Span(starts, ends).minutes == minutes


@pytest.mark.parametrize("year", range(2026, 2041))
def test_nobody_receives_on_a_holiday_of_moselle(year: int) -> None:
    """T07: Good Friday, 26 December and the moving ones, on each of their weekdays."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    free = [day for day in roster_oracle.each_day(first, last) if roster_oracle.is_holiday_in_metz(day)]
    assert len(free) >= 12 and roster_oracle.easter(year) - timedelta(days=2) in free and date(year, 12, 26) in free
    for day in free:
        words = Words(**{**vars(ALWAYS), "weekday": day.weekday()})
        assert given_by(words, day, day) == {}
        assert rule_of(words).obstacle_on(day, []) is Obstacle.HOLIDAY
    assert free == [day for day in roster_oracle.each_day(first, last) if is_holiday(day)]


@pytest.mark.parametrize("every", [2, 3])
def test_the_turn_goes_on_over_new_year_in_a_year_of_53_weeks(every: int) -> None:
    words = Words(**{**vars(ALWAYS), "weekday": 2, "every_weeks": every, "from_on": date(2026, 11, 25)})
    first, last = date(2026, 12, 1), date(2027, 2, 28)
    found = list(given_by(words, first, last))
    assert found == list(roster_oracle.presences(words, first, last))
    assert {(later - earlier).days for earlier, later in pairwise(found)} == {7 * every}
    assert date(2026, 12, 30).isocalendar().week == 53
