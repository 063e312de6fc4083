"""A rule changes, and its presences with it: what is promised or was decided by hand stays."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.journal import ChangedMeanwhile, Entry, Subject
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, OpeningHours, Place, Room, Travel
from cnapp.domain.presences import Presence
from cnapp.domain.roster import Obstacle, RosterRule
from cnapp.domain.rule_plan import Bookings, Fate, Kept, RulePlan
from cnapp.domain.whereabouts import Clash
from cnapp.services import rules
from cnapp.services.journal import By, last_number_of
from cnapp.services.presences import extend_roster
from cnapp.services.rules import TERMS, Agreed, PlanDiffers
from cnapp.web.application import Application
from tests.factories import (
    keep,
    make_appointment,
    make_commitment,
    make_place,
    make_presence,
    make_rule,
    make_staff,
    make_travel,
    metz,
)
from tests.support import MORNING, count_queries

NOW = metz(MORNING)
WEEKS = 3
TUESDAYS = ["12-01", "12-08", "12-15"]


def wanted(rule: RosterRule | None = None, **terms: Any) -> RosterRule:
    """A Tuesday morning, or a rule as it stands, with these terms."""
    rule = rule or RosterRule(
        conseiller=terms.get("conseiller") or make_staff(),
        place=terms.get("place") or make_place(),
        weekday=1,
        starts=time(9),
        ends=time(12),
        every_weeks=1,
        from_on=date(2026, 1, 5),
        takes_appointments=True,
        takes_walk_ins=False,
        walk_in_minutes=0,
    )
    rows = {name: terms.get(name, getattr(rule, name)) for name in ("conseiller", "place", "room")}
    ids = {f"{name}_id": row.id if row else None for name, row in rows.items()}
    columns = {name: getattr(rule, name) for name in TERMS}
    return RosterRule(id=rule.id, public_id=rule.public_id, **{**columns, **rows, **ids, **terms})


def plan(rule: RosterRule, weeks: int = WEEKS) -> RulePlan:
    return rules.plan_for(rule, weeks=weeks, now=NOW)


def press(rule: RosterRule, agreed: RulePlan | None = None, *, key: str = "k", number: int | None = None) -> RulePlan:
    """As the page does: seen, then done."""
    seen = agreed or plan(rule)
    last = last_number_of((Subject.RULE, rule.id)) if number is None and rule.id else number or 0
    given, by = Agreed(WEEKS, seen.fingerprint, last, key), By.clock()
    with transaction(*rules.people_concerned(rule, now=NOW)):
        verb = rules.change if rule.id else rules.create
        return verb(rule, given, by=by, now=NOW)


@pytest.fixture
def rule(app: Application) -> RosterRule:
    """With its presences of the 1st, 8th, 15th (and 22nd) of December."""
    rule = make_rule(until_on=date(2026, 12, 20))
    with transaction():
        extend_roster(now=NOW, weeks=WEEKS)
    return rule


def standing(rule_id: int | None = None) -> list[Presence]:
    query = select(Presence).where(Presence.withdrawn_at.is_(None)).order_by(Presence.starts_at)
    return list(db.session.scalars(query.where(Presence.rule_id == rule_id) if rule_id else query))


def days(presences: list[Presence]) -> list[str]:
    return [f"{each.starts_at:%m-%d}" for each in presences]


def fates(of: RulePlan) -> dict[str, str]:
    return {f"{step.day:%m-%d}": str(step.fate) for step in of.steps}


def lines(subject: Subject) -> list[str]:
    return list(db.session.scalars(select(Entry.what).where(Entry.subject == subject).order_by(Entry.id)))


def test_a_new_rule_makes_what_its_plan_said(app: Application) -> None:
    new = wanted(until_on=date(2026, 12, 20))
    seen = plan(new)
    assert fates(seen) == dict.fromkeys(TUESDAYS, "made") and standing() == []
    press(new, seen)
    assert days(standing()) == TUESDAYS
    assert {each.rule_id for each in standing()} == {new.id}
    assert (lines(Subject.RULE), lines(Subject.PRESENCE)) == (["created"], ["added"] * 3)


def test_one_page_makes_one_rule(app: Application) -> None:
    new = wanted()
    press(new, key="once")
    assert rules.made_with("once", By.clock()) is db.session.get(RosterRule, new.id)
    assert rules.made_with("other", By.clock()) is None


def test_the_nightly_roster_has_nothing_to_add_to_it(app: Application) -> None:
    press(wanted(ends=time(17), pause_starts=time(12), pause_ends=time(13)))
    with transaction():
        assert extend_roster(now=NOW, weeks=WEEKS) == 0


def test_other_hours_change_what_lies_ahead_and_nothing_else(rule: RosterRule) -> None:
    past = keep(Presence(**past_presence(rule)))
    press(wanted(rule, starts=time(14), ends=time(17), walk_in_minutes=30, takes_walk_ins=True))
    assert [f"{each.starts_at:%H:%M}" for each in standing(rule.id)] == ["08:00", "13:00", "13:00", "13:00"]
    assert [each.version for each in standing(rule.id)] == [1, 2, 2, 2]
    assert standing(rule.id)[-1].walk_in_minutes == 30 and past.walk_in_minutes == 0
    assert lines(Subject.RULE) == ["changed"]
    with transaction():
        assert extend_roster(now=NOW, weeks=WEEKS) == 0


def test_each_presence_keeps_what_it_was_and_became(rule: RosterRule) -> None:
    press(wanted(rule, ends=time(12, 30), until_on=date(2026, 12, 8)))
    about = select(Entry).where(Entry.subject == Subject.PRESENCE).order_by(Entry.id)
    withdrawn, first, _ = db.session.scalars(about).all()
    assert withdrawn.detail["was"]["starts_at"] == "2026-12-15T08:00:00+00:00"
    assert first.detail == {
        "rule": rule.public_id,
        "was": {"ends_at": "2026-12-01T11:00:00+00:00"},
        "becomes": {"ends_at": "2026-12-01T11:30:00+00:00"},
    }


def past_presence(rule: RosterRule) -> dict[str, Any]:
    at = {"starts_at": metz("2026-11-24 09:00"), "ends_at": metz("2026-11-24 12:00"), "updated_at": NOW}
    who = {"conseiller_id": rule.conseiller_id, "place_id": rule.place_id, "public_id": "0" * 32}
    return {**at, **who, "rule_id": rule.id, "rule_day": date(2026, 11, 24)}


def test_what_is_promised_or_was_decided_by_hand_stays(rule: RosterRule) -> None:
    booked, edited, gone = standing()
    make_appointment(booked, "2026-12-01 10:00")
    with transaction():
        edited.ends_at, edited.edited_at = metz("2026-12-08 11:00"), NOW
        gone.withdrawn_at = NOW
    seen = plan(wanted(rule, starts=time(8)))
    assert fates(seen) == dict.fromkeys(TUESDAYS, "left")
    assert [step.why for step in seen.left] == [Bookings({Kind.APPOINTMENT: 1}), Kept.EDITED, Kept.WITHDRAWN]
    press(wanted(rule, starts=time(8)), seen)
    assert [each.version for each in standing()] == [1, 1] and lines(Subject.PRESENCE) == []


def test_another_weekday_withdraws_and_makes_and_may_come_back(rule: RosterRule) -> None:
    make_appointment(standing()[1], "2026-12-08 10:00")
    press(wanted(rule, weekday=3))
    assert days(standing()) == ["12-03", "12-08", "12-10", "12-17"]
    assert lines(Subject.PRESENCE) == ["withdrawn"] * 2 + ["added"] * 3
    press(wanted(rule, weekday=1))
    assert days(standing()) == TUESDAYS
    with transaction():
        assert extend_roster(now=NOW, weeks=WEEKS) == 0


def test_a_rule_that_ends_withdraws_what_follows(rule: RosterRule) -> None:
    press(wanted(rule, until_on=date(2026, 12, 8)))
    assert days(standing()) == TUESDAYS[:2]
    assert lines(Subject.RULE) == ["ended"]
    with transaction():
        assert extend_roster(now=NOW, weeks=WEEKS) == 0


def test_every_second_week_keeps_one_out_of_two(rule: RosterRule) -> None:
    press(wanted(rule, every_weeks=2))
    assert days(standing()) == ["12-08"]


def test_changing_hands_leaves_the_first_calendar_a_withdrawn_presence(rule: RosterRule) -> None:
    hugo = make_staff("Hugo")
    before = [each.id for each in standing()]
    seen = plan(wanted(rule, conseiller=hugo))
    assert all(step.changes_hands for step in seen.changed) and len(seen.changed) == 3
    press(wanted(rule, conseiller=hugo), seen)
    assert [each.conseiller_id for each in standing()] == [hugo.id] * 3
    old = [db.session.get_one(Presence, each) for each in before]
    assert all(each.withdrawn_at and each.updated_at == NOW and each.rule_id is None for each in old)


def test_whoever_has_anything_of_it_is_locked(rule: RosterRule) -> None:
    nadia, hugo, ines = rule.conseiller, make_staff("Hugo"), make_staff("Ines")
    make_appointment(standing()[0], "2026-12-01 10:00")
    press(wanted(rule, conseiller=hugo))
    assert rules.people_concerned(wanted(rule, conseiller=ines), now=NOW) == sorted([nadia.id, hugo.id, ines.id])


def test_closed_days_are_left_and_what_stood_on_them_is_withdrawn(rule: RosterRule) -> None:
    keep(Closure(place_id=rule.place_id, starts_on=date(2026, 12, 7), ends_on=date(2026, 12, 9)))
    seen = plan(wanted(rule))
    assert fates(seen) == {"12-01": "same", "12-08": "withdrawn", "12-15": "same"}
    assert seen.withdrawn[0].why is Obstacle.CLOSED
    press(wanted(rule), seen)
    assert [(step.day.day, step.why) for step in plan(wanted(rule)).left] == [(8, Obstacle.CLOSED)]


def test_each_obstacle_is_named(app: Application) -> None:
    hours = {"weekday": 1, "opens": time(8)}
    early = OpeningHours(**hours, closes=time(18), season_first=1201, season_last=1209)
    late = OpeningHours(**hours, closes=time(11), season_first=1210, season_last=1216)
    place = make_place(valid_until=date(2026, 12, 21), opening_hours=[early, late])
    conseiller = make_staff(in_post_from=date(2026, 12, 8))
    seen = plan(wanted(conseiller=conseiller, place=place), weeks=5)
    assert [step.why for step in seen.left] == [
        Obstacle.NOT_IN_POST,
        Obstacle.OUTSIDE_HOURS,
        Obstacle.NO_PLACE,
        Obstacle.NO_PLACE,
    ]
    assert [f"{step.day:%m-%d}" for step in seen.made] == ["12-08"]


def test_what_stands_elsewhere_wins_and_is_named(app: Application) -> None:
    conseiller, borny, sablon = make_staff(), make_place("Borny"), make_place("Sablon")
    make_travel(borny, sablon, 25)
    make_presence("2026-12-01 11:00", "14:00", conseiller=conseiller, place=sablon)
    make_presence("2026-12-08 12:20", "14:00", conseiller=conseiller, place=sablon)
    make_presence("2026-12-15 12:25", "14:00", conseiller=conseiller, place=sablon)
    seen = plan(wanted(conseiller=conseiller, place=borny, until_on=date(2026, 12, 20)))
    there, late = (step.why for step in seen.left)
    assert isinstance(there, Clash) and isinstance(late, Clash)
    assert (there.others[0].place.name, there.minutes) == ("Sablon", None)
    assert (late.others[0].place.name, late.minutes) == ("Sablon", 25)
    assert [f"{step.day:%m-%d}" for step in seen.made] == ["12-15"]


def test_a_presence_between_two_that_are_too_far_apart_stays(app: Application) -> None:
    conseiller = make_staff()
    one, two, three = make_place("Un"), make_place("Deux"), make_place("Trois")
    make_travel(one, two, 5)
    make_travel(two, three, 5)
    long = make_travel(one, three, 200)
    hours = {"starts": time(8, 40), "ends": time(9, 20), "until_on": date(2026, 12, 6)}
    rule = make_rule(conseiller=conseiller, place=two, **hours)
    with transaction():
        extend_roster(now=NOW, weeks=1)
    make_presence("2026-12-01 07:30", "08:30", conseiller=conseiller, place=one)
    make_presence("2026-12-01 09:30", "10:30", conseiller=conseiller, place=three)
    seen = plan(wanted(rule, weekday=2))
    assert fates(seen) == {"12-01": "left", "12-02": "made"}
    why = seen.left[0].why
    assert isinstance(why, Clash) and [spot.place.name for spot in why.others] == ["Un", "Trois"] and why.minutes == 200
    press(wanted(rule, weekday=2), seen)
    assert days(standing(rule.id)) == ["12-01", "12-02"]
    with transaction():
        db.session.get_one(Travel, (long.from_place_id, long.to_place_id)).minutes = 20  # so that rows can be deleted


def test_a_day_that_has_begun_is_left(app: Application) -> None:
    seen = plan(wanted(weekday=0, starts=time(7, 30), until_on=date(2026, 12, 7)))
    assert fates(seen) == {"11-30": "left", "12-07": "made"}
    assert seen.left[0].why is Kept.BEGUN


def test_a_presence_is_not_moved_into_the_past(app: Application) -> None:
    rule = make_rule(weekday=0, until_on=date(2026, 12, 7))
    with transaction():
        extend_roster(now=NOW, weeks=1)
    seen = plan(wanted(rule, starts=time(7)))
    assert fates(seen) == {"11-30": "left", "12-07": "changed"}


def test_a_booking_that_comes_in_between_shows_the_plan_again(rule: RosterRule) -> None:
    later = wanted(rule, starts=time(10))
    seen = plan(later)
    make_appointment(standing()[1], "2026-12-08 10:00")
    with pytest.raises(PlanDiffers):
        press(later, seen)
    assert [each.version for each in standing()] == [1, 1, 1] and lines(Subject.RULE) == []
    assert [step.fate for step in press(later).left] == [Fate.LEFT]


def test_a_second_coordinator_is_told(rule: RosterRule) -> None:
    later = wanted(rule, starts=time(10))
    press(wanted(rule, ends=time(13)), number=0)
    with pytest.raises(ChangedMeanwhile) as told:
        press(later, number=0)
    assert [entry.what for entry in told.value.entries] == ["changed"]
    assert told.value.entries[0].detail == {
        "fields": ["hours"],
        "was": {"hours": ["09:00:00", "12:00:00"]},
        "becomes": {"hours": ["09:00:00", "13:00:00"]},
    }


def test_a_hold_counts_until_it_expires(rule: RosterRule) -> None:
    hold = {"kind": Kind.HOLD, "draft_id": None}
    make_commitment(standing()[0], "2026-12-01 10:00", expires_at=metz("2026-11-30 08:10"), **hold)
    make_commitment(standing()[1], "2026-12-08 10:00", expires_at=metz("2026-11-30 07:50"), **hold)
    ended = wanted(rule, until_on=date(2026, 11, 30))
    seen = plan(ended)
    assert fates(seen) == {"12-01": "left", "12-08": "withdrawn", "12-15": "withdrawn"}
    press(ended, seen)
    assert [each.expires_at for each in db.session.scalars(select(Commitment))] == [metz("2026-11-30 08:10")]


def test_pressing_again_changes_nothing(rule: RosterRule) -> None:
    again = wanted(rule)
    assert set(fates(plan(again)).values()) == {"same"}
    press(again)
    assert (lines(Subject.RULE), lines(Subject.PRESENCE)) == ([], [])


def test_a_room_is_given_too(rule: RosterRule) -> None:
    room = keep(Room(place_id=rule.place_id, name="Salle 2"))
    press(wanted(rule, room=room))
    assert {each.room_id for each in standing()} == {room.id}


def test_what_lies_beyond_the_horizon_follows_as_well(rule: RosterRule) -> None:
    press(wanted(rule, until_on=None, weekday=1))
    with transaction():
        extend_roster(now=NOW, weeks=6)
    seen = rules.plan_for(wanted(rule, starts=time(8), until_on=None), weeks=1, now=NOW)
    assert set(fates(seen).values()) == {"changed"} and seen.changed[-1].day == date(2027, 1, 5)


def test_the_plan_takes_as_many_queries_whatever_there_is(app: Application) -> None:
    conseiller = make_staff()
    rule = make_rule(conseiller=conseiller)
    few = queries_of(rule, weeks=1)
    for weekday in range(2, 7):
        make_rule(conseiller=conseiller, weekday=weekday)
    with transaction():
        extend_roster(now=NOW, weeks=12)
    make_appointment(standing(rule.id)[0], "2026-12-01 10:00")
    assert len(queries_of(rule, weeks=12)) == len(few)


def queries_of(rule: RosterRule, weeks: int) -> list[str]:
    db.session.expire_all()
    again = wanted(rules.rule_known(rule.public_id), starts=time(10))
    with count_queries() as asked:
        rules.plan_for(again, weeks=weeks, now=NOW)
    return asked


def test_an_unknown_rule_is_refused(app: Application) -> None:
    with pytest.raises(Refusal, match="Ce roulement n’existe pas"):
        rules.rule_known("x")


def test_a_place_and_a_person_in_full(app: Application) -> None:
    press(wanted())
    [made] = db.session.scalars(select(RosterRule))
    assert isinstance(made.place, Place) and isinstance(made.conseiller, Staff)
