"""Which times a page shows, and how hours are told: plain values in, plain values out."""

from __future__ import annotations

from datetime import date, time, timedelta

from cnapp.domain.hours import Days, timetables
from cnapp.domain.places import OpeningHours
from cnapp.domain.slots import Slot
from cnapp.domain.times import Filter, Half, all_of_one_day, few_of_each_day, is_full, nearest, spread
from tests.factories import metz


def slot(at: str, place: str = "borny") -> Slot:
    starts_at = metz(at)
    return Slot(1, 1, "Nadia", 1, place, place.title(), starts_at, starts_at + timedelta(minutes=45))


def slots_of_days(days: int, a_day: int) -> list[Slot]:
    return [slot(f"2026-12-{1 + day:02} {9 + hour:02}:00") for day in range(days) for hour in range(a_day)]


def test_a_page_shows_at_most_five_days_and_twelve_times() -> None:
    times = few_of_each_day(slots_of_days(days=8, a_day=6))
    assert [len(day.slots) for day in times.days] == [3, 3, 3, 3]
    assert all(day.has_more for day in times.days)
    assert times.next_day == date(2026, 12, 5)
    times = few_of_each_day(slots_of_days(days=8, a_day=2))
    assert [len(day.slots) for day in times.days] == [2] * 5
    assert times.next_day == date(2026, 12, 6)


def test_pages_follow_one_another_without_losing_a_day() -> None:
    left, seen = slots_of_days(days=11, a_day=5), []
    while left:
        times = few_of_each_day(left)
        seen += [day.day for day in times.days]
        left = [each for each in left if times.next_day and each.starts_at >= metz(f"{times.next_day} 00:00")]
    assert seen == [date(2026, 12, 1 + day) for day in range(11)]


def test_a_search_goes_on_until_a_page_is_full() -> None:
    assert not is_full(slots_of_days(days=4, a_day=3))
    assert is_full(slots_of_days(days=5, a_day=3))
    assert is_full(slots_of_days(days=6, a_day=1))


def test_a_full_day_goes_on_where_it_stopped() -> None:
    slots = [slot(f"2026-12-03 {8 + n // 4:02}:{15 * (n % 4):02}", place) for n in range(20) for place in ("a", "b")]
    first = all_of_one_day(slots, date(2026, 12, 3))
    assert first.next_start is not None
    rest = [each for each in slots if each.starts_at >= first.next_start]
    assert [*first.days[0].slots, *rest] == slots


def test_the_first_and_the_last_of_a_day_are_always_shown() -> None:
    slots = slots_of_days(days=1, a_day=9)
    assert spread(slots, 3) == [slots[0], slots[4], slots[8]]


def test_the_nearest_are_told_in_order() -> None:
    slots = slots_of_days(days=2, a_day=6)
    assert [each.starts_at for each in nearest(slots, metz("2026-12-01 11:00"))] == [
        metz("2026-12-01 10:00"),
        metz("2026-12-01 11:00"),
        metz("2026-12-01 12:00"),
    ]


def test_mornings_end_at_one_on_a_clock_of_metz() -> None:
    morning = Filter(half=Half.MORNING)
    assert morning.keeps(slot("2026-07-01 12:45"))
    assert not morning.keeps(slot("2026-07-01 13:00"))
    assert Filter(weekday=3).keeps(slot("2026-12-03 09:00"))
    assert not Filter(weekday=4).keeps(slot("2026-12-03 09:00"))


def test_days_with_the_same_hours_are_told_together_by_season() -> None:
    winter = [
        OpeningHours(weekday=day, opens=time(9), closes=time(12), season_first=901, season_last=630) for day in (0, 1)
    ]
    summer = [OpeningHours(weekday=0, opens=time(10), closes=time(12), season_first=701, season_last=831)]
    found = timetables([*winter, *summer], date(2026, 12, 1))
    assert [timetable.season.first for timetable in found] == [901, 701]
    assert found[0].days == (Days(0, 1, ((time(9), time(12)),)), Days(2, 6, ()))
