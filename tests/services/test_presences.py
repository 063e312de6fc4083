"""The roster becomes presences: against a day-by-day count, on both engines."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.workdays import PARIS, days_between
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, OpeningHours, Place
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.services.presences import extend_roster, make_presences
from cnapp.web.application import Application
from tests.factories import LONG_AGO, keep, make_place, make_presence, make_staff, make_travel, metz
from tests.support import count_queries

MONDAY = metz("2026-11-30 08:00")
HOLIDAYS = {
    *("2026-11-01", "2026-11-11", "2026-12-25", "2026-12-26"),
    *("2027-01-01", "2027-03-26", "2027-03-29", "2027-05-01", "2027-05-06", "2027-05-08", "2027-05-17"),
}


def make_rule(**columns: Any) -> RosterRule:
    conseiller = columns.pop("conseiller", None) or make_staff()
    place = columns.pop("place", None) or make_place()
    values: dict[str, Any] = {
        "conseiller_id": conseiller.id,
        "place_id": place.id,
        "weekday": 0,
        "starts": time(9),
        "ends": time(12),
        "from_on": date(2026, 1, 1),
        "updated_at": LONG_AGO,
    }
    return keep(RosterRule(**{**values, **columns}))


def extend(weeks: int = 4, now: datetime = MONDAY) -> int:
    with transaction():
        return extend_roster(now=now, weeks=weeks)


def make_between(first: str, last: str) -> int:
    with transaction():
        return make_presences(date.fromisoformat(first), date.fromisoformat(last), now=MONDAY)


def made() -> list[Presence]:
    return list(db.session.scalars(select(Presence).where(Presence.rule_id.is_not(None)).order_by(Presence.starts_at)))


def days_made() -> list[str]:
    return [f"{presence.rule_day:%m-%d}" for presence in made()]


def test_it_reaches_from_today_to_the_horizon_and_makes_nothing_twice(app: Application) -> None:
    make_rule()
    assert (extend(), extend()) == (5, 0)
    assert days_made() == ["11-30", "12-07", "12-14", "12-21", "12-28"]
    assert extend(now=MONDAY + timedelta(weeks=1)) == 1


def test_what_has_begun_is_not_made_any_more(app: Application) -> None:
    conseiller, place = make_staff(), make_place()
    make_rule(conseiller=conseiller, place=place)
    make_rule(conseiller=conseiller, place=place, starts=time(14), ends=time(17))
    assert extend(weeks=0, now=metz("2026-11-30 09:00")) == 1
    assert made()[0].starts_at == metz("2026-11-30 14:00")


def test_what_was_withdrawn_or_edited_by_hand_is_left_alone(app: Application) -> None:
    make_rule()
    extend(weeks=1)
    withdrawn, edited = made()
    with transaction():
        db.session.add_all([withdrawn, edited])
        withdrawn.withdrawn_at = MONDAY
        edited.starts_at = metz("2026-12-09 14:00")
        edited.ends_at = metz("2026-12-09 17:00")
    assert extend(weeks=1) == 0


@pytest.mark.parametrize(("first", "last"), [("2026-03-20", "2026-04-05"), ("2026-10-18", "2026-11-02")])
def test_nine_stays_nine_over_the_change_of_hour(app: Application, first: str, last: str) -> None:
    conseiller, place = make_staff(), make_place()
    for weekday in range(7):
        make_rule(conseiller=conseiller, place=place, weekday=weekday)
    make_between(first, last)
    assert len(made()) >= 15
    assert {presence.starts_at.astimezone(PARIS).hour for presence in made()} == {9}
    assert {presence.starts_at.hour for presence in made()} == {7, 8}


def test_the_hour_that_does_not_exist_is_skipped(app: Application) -> None:
    night = [OpeningHours(weekday=6, opens=time(0), closes=time(6))]
    make_rule(place=make_place(opening_hours=night), weekday=6, starts=time(2, 30), ends=time(4))
    assert make_between("2026-03-22", "2026-04-04") == 1
    assert days_made() == ["03-22"]


def test_a_presence_made_by_hand_wins_and_the_rest_is_made(app: Application) -> None:
    conseiller, place = make_staff(), make_place()
    make_rule(conseiller=conseiller, place=place)
    make_presence("2026-12-07 10:00", "11:00", conseiller=conseiller, place=place)
    assert extend() == 4
    assert days_made() == ["11-30", "12-14", "12-21", "12-28"]


def test_too_little_time_to_travel_leaves_the_later_one_out(app: Application) -> None:
    conseiller, borny, sablon = make_staff(), make_place(), make_place()
    make_travel(borny, sablon, 25)
    make_rule(conseiller=conseiller, place=borny)
    make_rule(conseiller=conseiller, place=sablon, starts=time(12, 20), ends=time(16))
    assert extend(weeks=1) == 2
    assert {presence.place_id for presence in made()} == {borny.id}


def test_pause_walk_ins_and_room_come_from_the_rule(app: Application) -> None:
    make_rule(
        ends=time(17),
        pause_starts=time(12),
        pause_ends=time(13),
        takes_walk_ins=True,
        takes_appointments=False,
        walk_in_minutes=45,
    )
    extend(weeks=0)
    [presence] = made()
    assert (presence.pause_starts_at, presence.pause_ends_at) == (metz("2026-11-30 12:00"), metz("2026-11-30 13:00"))
    assert (presence.takes_appointments, presence.takes_walk_ins, presence.walk_in_minutes) == (False, True, 45)
    assert presence.rule_day == date(2026, 11, 30) and presence.edited_at is None


def is_open(place: Place, day: date, start: time, end: time) -> bool:
    """The oracle for hours: one stretch that holds the whole half-day."""
    here = day.month * 100 + day.day
    for each in place.opening_hours:
        in_season = (
            each.season_first <= here <= each.season_last
            if each.season_first <= each.season_last
            else here >= each.season_first or here <= each.season_last
        )
        if in_season and each.weekday == day.weekday() and each.opens <= start and end <= each.closes:
            return True
    return False


def expected(rules: list[RosterRule], first: date, last: date) -> set[tuple[int, date]]:
    """Day by day, from the words of the rule; closed from 14 to 20 December, one place until 15 January."""
    found = set()
    for day in days_between(first, last):
        for rule in rules:
            place = db.session.get_one(Place, rule.place_id)
            staff = db.session.get_one(Staff, rule.conseiller_id)
            weeks = ((day - date(2024, 1, 1)).days // 7) - ((rule.from_on - date(2024, 1, 1)).days // 7)
            falls = day.weekday() == rule.weekday and day >= rule.from_on and weeks % rule.every_weeks == 0
            closed = day.isoformat() in HOLIDAYS or date(2026, 12, 14) <= day <= date(2026, 12, 20)
            there = place.valid_until is None or day <= place.valid_until
            posted = staff.in_post_until is None or day <= staff.in_post_until
            if falls and there and posted and not closed and is_open(place, day, rule.starts, rule.ends):
                found.add((rule.id, day))
    return found


def test_a_winter_of_everything_is_what_counting_day_by_day_gives(app: Application) -> None:
    first, last = date(2026, 10, 19), date(2027, 5, 31)
    hours = [OpeningHours(weekday=day, opens=time(8), closes=time(12)) for day in range(6)]
    hours += [
        OpeningHours(weekday=day, opens=time(14), closes=time(18), season_first=1101, season_last=331)
        for day in range(7)
    ]
    places = [make_place(opening_hours=hours), make_place(valid_until=date(2027, 1, 15))]
    keep(Closure(place_id=None, starts_on=date(2026, 12, 14), ends_on=date(2026, 12, 20)))
    rules = []
    for number in range(21):
        conseiller = make_staff(in_post_until=date(2027, 2, 10) if number % 5 == 0 else None)
        rules.append(
            make_rule(
                conseiller=conseiller,
                place=places[number % 2],
                weekday=number % 7,
                starts=time(9 + number % 3 * 3),
                ends=time(11 + number % 3 * 3),
                every_weeks=1 + number % 3,
                from_on=first + timedelta(days=number),
            )
        )
    make_between(first.isoformat(), last.isoformat())
    assert {(presence.rule_id, presence.rule_day) for presence in made()} == expected(rules, first, last)
    assert {rule.id for rule in rules if rule.every_weeks > 1} & {presence.rule_id for presence in made()}


def test_the_number_of_reads_does_not_depend_on_rules_or_days(app: Application) -> None:
    make_rule()
    with transaction(), count_queries() as few:
        extend_roster(now=MONDAY, weeks=1)
    for weekday in range(1, 5):
        make_rule(weekday=weekday)
    with transaction(), count_queries() as many:
        extend_roster(now=MONDAY, weeks=20)
    assert reads(many) == reads(few) == 4


def reads(statements: list[str]) -> int:
    return sum(statement.startswith("SELECT") for statement in statements)


def test_instants_are_utc(app: Application) -> None:
    make_rule()
    extend(weeks=0)
    assert made()[0].starts_at == datetime(2026, 11, 30, 8, tzinfo=UTC)
