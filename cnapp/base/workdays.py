"""Days as people in Metz live them: local time, weeks, public holidays."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span

PARIS = ZoneInfo("Europe/Paris")


class HourDoesNotExist(Refusal):
    sentence = "Cette heure n’existe pas ce jour-là : on change d’heure cette nuit."


def local(instant: datetime) -> datetime:
    """The same instant on a clock of Metz."""
    return instant.astimezone(PARIS)


def day_of(instant: datetime) -> date:
    return local(instant).date()


def instant_at(day: date, at: time) -> datetime:
    """The UTC instant when a clock of Metz shows this time; the first one where the hour is doubled.

    Raises HourDoesNotExist for the hour that is skipped in March.
    """
    shown = datetime.combine(day, at, PARIS)
    instant = shown.astimezone(UTC)
    if instant.astimezone(PARIS).replace(tzinfo=None) != shown.replace(tzinfo=None):
        raise HourDoesNotExist
    return instant


def at_same_hours(span: Span, day: date) -> Span:
    """On another day, as a clock of Metz shows them. Raises HourDoesNotExist."""
    return Span(instant_at(day, local(span.start).time()), instant_at(day, local(span.end).time()))


def span_of_day(day: date) -> Span:
    """From midnight to midnight: 23, 24 or 25 hours."""
    return Span(instant_at(day, time()), instant_at(day + timedelta(days=1), time()))


def span_of_days(first: date, last: date) -> Span:
    """Whole local days, `last` included."""
    return Span(span_of_day(first).start, span_of_day(last).end)


def days_between(first: date, last: date) -> list[date]:
    """Every day from `first` to `last`, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def read_day(text: str) -> date:
    """« 2026-12-03 », written just so. Raises ValueError for anything else."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(text)
    return day


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def week_code(day: date) -> str:
    """ISO 8601 week, « 2026-W49 »."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of_week(code: str) -> date:
    """Raises ValueError where there is no such week."""
    year, _, week = code.partition("-W")
    if not (len(year) == 4 and len(week) == 2 and year.isdigit() and week.isdigit()):
        raise ValueError(code)
    return date.fromisocalendar(int(year), int(week), 1)


@cache
def _moselle(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("FR", subdiv="57", years=year, language="fr"))


def is_holiday(day: date) -> bool:
    """Public holidays of Moselle, Good Friday and 26 December included (code du travail, art. L3134-13)."""
    return day in _moselle(day.year)


def holiday_name(day: date) -> str | None:
    return _moselle(day.year).get(day)


def is_working_day(day: date) -> bool:
    """When the town's offices are open: Monday to Friday, but no public holiday."""
    return day.weekday() < 5 and not is_holiday(day)


def last_working_day_before(day: date) -> date:
    before = day - timedelta(days=1)
    return before if is_working_day(before) else last_working_day_before(before)
