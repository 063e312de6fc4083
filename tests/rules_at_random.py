"""Rules at random, dense enough around what goes wrong: changes of hour, New Year, seasons, closures."""

from __future__ import annotations

from datetime import date, time, timedelta

from hypothesis import strategies as st

from tests.roster_oracle import Line, Words

WINDOWS = [
    (date(2026, 3, 16), date(2026, 4, 12)),
    (date(2026, 10, 12), date(2026, 11, 15)),
    (date(2026, 12, 7), date(2027, 1, 31)),
    (date(2026, 4, 20), date(2026, 7, 19)),
]
"""Spring forward and Easter; autumn back and two holidays; week 53; May and a change of season."""
DAYS = st.dates(date(2025, 11, 1), date(2027, 2, 15))
EARLY = st.dates(date(2025, 11, 1), date(2026, 3, 1))
SEASONS = st.sampled_from(
    [*[(101, 1231)] * 6, (901, 630), (701, 831), (1101, 331), (329, 1025), (1026, 328), (229, 228)]
)


def rarely(strategy: st.SearchStrategy[date]) -> st.SearchStrategy[date | None]:
    return st.sampled_from([*[False] * 5, True]).flatmap(lambda given: strategy if given else st.none())


@st.composite
def hours_at_random(draw: st.DrawFn, count: int) -> list[time]:
    """Different ones, in order, in the daytime mostly, else all day or around the change of hour."""
    of_day = draw(st.sampled_from([(28, 76), (28, 76), (0, 95), (0, 18)]))
    quarters = draw(st.lists(st.integers(*of_day), min_size=count, max_size=count, unique=True))
    return [time(each // 4, each % 4 * 15) for each in sorted(quarters)]


@st.composite
def lines_at_random(draw: st.DrawFn, weekday: int, times: list[time]) -> tuple[Line, ...]:
    """Open all day, or just around the work, give or take a quarter, sometimes in two seasons."""
    if draw(st.booleans()):
        return (Line(weekday, time(0), time(23, 59), *draw(SEASONS)),)
    pairs = draw(st.sampled_from([[(times[0], times[-1])], list(zip(times[::2], times[1::2], strict=True))]))
    lines = []
    for opens, closes in pairs:
        for _ in range(draw(st.integers(1, 2))):
            lines.append(Line(weekday, draw(nearly(opens, -1)), draw(nearly(closes, 1)), *draw(SEASONS)))
    return tuple(line for line in lines if line.opens < line.closes)


def nearly(at: time, outside: int) -> st.SearchStrategy[time]:
    """Sometimes a quarter more, seldom a quarter less."""
    quarter = at.hour * 4 + at.minute // 15
    moves = [quarter, quarter, quarter + outside, quarter + outside, quarter - outside]
    return st.sampled_from([time(each // 4, each % 4 * 15) for each in moves if 0 <= each <= 95])


@st.composite
def closures_at_random(draw: st.DrawFn) -> tuple[tuple[date, date], ...]:
    found = []
    for _ in range(draw(st.integers(0, 3))):
        first = draw(st.dates(date(2026, 3, 1), date(2027, 1, 31)))
        found.append((first, first + timedelta(days=draw(st.integers(0, 12)))))
    return tuple(found)


@st.composite
def days_at_random(draw: st.DrawFn) -> Words:
    weekday = draw(st.integers(0, 6))
    times = draw(hours_at_random(draw(st.sampled_from([2, 2, 4]))))
    from_on = draw(st.one_of(EARLY, EARLY, DAYS))
    until_on = draw(rarely(DAYS.map(lambda day: day - timedelta(days=(day.weekday() - weekday) % 7))))
    return Words(
        weekday=weekday,
        starts=times[0],
        ends=times[-1],
        pause=(times[1], times[2]) if len(times) == 4 else None,
        every_weeks=draw(st.sampled_from([1, 1, 1, 2, 2, 3, 4, 12])),
        from_on=from_on,
        until_on=max(from_on, until_on) if until_on else None,
        place=dates_at_random(draw),
        post=dates_at_random(draw),
        hours=draw(lines_at_random(weekday, times)),
        closed=draw(closures_at_random()),
    )


@st.composite
def nights_at_random(draw: st.DrawFn) -> Words:
    """Every Sunday, at a place that never closes: some pass over the change of hour, or last long."""
    weekday, since = 6, date(2025, 1, 1)
    begins = draw(st.integers(0, 14))
    lasts = draw(st.one_of(st.integers(3, 16), st.integers(44, 49)))
    quarters = sorted({begins, *draw(st.sets(st.integers(begins + 1, begins + lasts - 1), max_size=2)), begins + lasts})
    times = [time(each // 4, each % 4 * 15) for each in quarters]
    return Words(
        weekday=weekday,
        starts=times[0],
        ends=times[-1],
        pause=(times[1], times[2]) if len(times) == 4 else None,
        every_weeks=1,
        from_on=since,
        until_on=draw(rarely(DAYS)),
        place=(since, None),
        post=(since, None),
        hours=(Line(weekday, time(0), time(23, 59)),),
        closed=(),
    )


def words_at_random() -> st.SearchStrategy[Words]:
    return st.one_of(days_at_random(), days_at_random(), nights_at_random())


def dates_at_random(draw: st.DrawFn) -> tuple[date, date | None]:
    first = draw(rarely(DAYS)) or date(2020, 1, 1)
    last = draw(rarely(DAYS))
    return first, max(first, last) if last else None
