"""Free time and the slots it is cut into: never two of them at once, and none that openings would not see as free."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from random import Random

import pytest

from cnapp.base.spans import Span
from cnapp.domain.gaps import (
    Gap,
    Length,
    Stay,
    Taken,
    Wanted,
    cut,
    gaps_of,
    instant_of,
    midnight_of,
    minute_of,
    without,
)
from cnapp.domain.openings import Length as Opening
from cnapp.domain.openings import Promised, free_stretches, openings
from tests.factories import metz

DAY = date(2026, 12, 7)
NINE = midnight_of(DAY) + 9 * 60


def stay(*breaks: tuple[int, int], minutes: int = 180) -> Stay:
    return Stay(1, 1, 1, NINE, NINE + minutes, breaks, NINE + minutes, DAY, midnight_of(DAY))


def span(start: int, end: int) -> Span:
    return Span(instant_of(start), instant_of(end))


def at(minute: int) -> int:
    return NINE + minute


def test_midnight_makes_hours_of_work_the_same_when_clocks_change() -> None:
    for day in (date(2027, 3, 28), date(2026, 10, 25), DAY):
        assert minute_of(metz(f"{day} 09:00")) - midnight_of(day) == 9 * 60


@pytest.mark.parametrize("seed", range(100))
def test_what_is_left_is_what_openings_see(seed: int) -> None:
    random = Random(seed)
    pause = (at(75), at(90)) if random.random() < 0.5 else None
    taken = [
        Taken(at(start), at(start) + random.choice([20, 30]), random.choice([0, 5, 10]))
        for start in random.sample(range(-30, 200, 40), 3)
    ]
    length = Length(random.choice([20, 30, 45]), random.choice([0, 5, 10]))
    whole = stay(*([pause] if pause else []))
    gaps = gaps_of(whole, taken, 0)
    promised = [Promised(span(each.start, each.end), each.buffer) for each in taken]
    rest = span(*pause) if pause else None
    assert [span(gap.start, gap.end) for gap in gaps] == free_stretches(span(whole.start, whole.end), rest, promised)
    starts = openings(span(whole.start, whole.end), rest, promised, Opening(length.duration, length.buffer, 1))
    for start in starts:
        assert any(gap.start <= minute_of(start) <= gap.last_start(length) for gap in gaps)
    firsts = {minute_of(start) for start in starts}
    assert {gap.start for gap in gaps if gap.holds(length)} <= firsts


@pytest.mark.parametrize("seed", range(200))
def test_slots_never_meet_whoever_gets_which(seed: int) -> None:
    random = Random(seed)
    lengths = random.sample([Length(20, 0), Length(30, 5), Length(45, 0), Length(60, 10)], random.randint(1, 4))
    lengths.sort(key=lambda each: each.whole, reverse=True)
    gap = Gap(stay(), at(random.choice([0, 7])), at(random.randint(20, 180)), at(random.randint(180, 200)))
    wanted = [Wanted(at(random.randrange(0, 180, 10)), random.choice(lengths)) for _ in range(random.randint(0, 5))]
    slots = cut(gap, wanted, lengths)
    given = [(slot, random.choice([each for each in lengths if slot.holds(each)])) for slot in slots]
    for (slot, length), (following, _) in pairwise(given):
        assert slot.start + length.whole <= following.start
    for slot, length in given:
        assert gap.start <= slot.start <= gap.last_start(length)


def test_it_is_cut_around_the_times_that_people_had_and_then_by_the_longest() -> None:
    gap = Gap(stay(), at(0), at(180), at(999))
    slots = cut(gap, [Wanted(at(30), Length(45, 0))], [Length(60, 0), Length(30, 0)])
    assert [slot.start - NINE for slot in slots] == [0, 30, 75, 135]


def test_of_two_times_that_meet_one_is_kept() -> None:
    gap = Gap(stay(), at(0), at(60), at(999))
    wanted = [Wanted(at(0), Length(30, 0)), Wanted(at(15), Length(30, 0)), Wanted(at(30), Length(30, 0))]
    assert [slot.start - NINE for slot in cut(gap, wanted, [Length(30, 0)])] == [0, 30]


def test_before_another_appointment_the_rest_is_kept_and_before_a_pause_none_is_needed() -> None:
    before_another = gaps_of(stay(), [Taken(at(45), at(90))], 0)[0]
    before_a_pause = gaps_of(stay((at(45), at(60))), [], 0)[0]
    assert not before_another.holds(Length(45, 5))
    assert before_a_pause.holds(Length(45, 5))


def test_the_nearest_start_stays_within() -> None:
    gap = Gap(stay(), at(30), at(120), at(999))
    assert [gap.nearest(at(start), Length(45, 0)) for start in (0, 50, 100)] == [at(30), at(50), at(75)]
    assert gap.nearest(at(50), Length(100, 0)) is None


@pytest.mark.parametrize("seed", range(60))
def test_what_is_left_for_somebody_who_is_busy_is_all_of_the_rest(seed: int) -> None:
    random = Random(seed)
    gap = Gap(stay(), at(20), at(140), at(150))
    starts = sorted(random.sample(range(0, 170, 5), random.randint(0, 4)))
    busy = [(at(start), at(start + random.choice([5, 20, 60, 200]))) for start in starts]
    left = list(without(gap, busy))
    free = {minute for minute in range(gap.start, gap.end) if not any(start <= minute < end for start, end in busy)}
    assert [minute for each in left for minute in range(each.start, each.end)] == sorted(free)
    assert {(each.stay, each.rest_by) for each in left} <= {(gap.stay, gap.rest_by)}
