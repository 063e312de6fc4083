"""Rules at random in a real database: what is made is what counting gives; what is planned is what happens."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, OpeningHours, Place
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule, Row
from cnapp.domain.rule_plan import RulePlan, Step
from cnapp.domain.whereabouts import Clash
from cnapp.services import rules
from cnapp.services.journal import By
from cnapp.services.presences import extend_roster, make_presences
from cnapp.services.rules import Agreed
from cnapp.web.application import Application
from tests import roster_oracle
from tests.factories import keep, make_place, make_presence, make_rule, make_staff, make_travel, metz
from tests.roster_oracle import Words
from tests.rules_at_random import WINDOWS, words_at_random
from tests.support import MORNING

NOW = metz(MORNING)
WEEKS = 3
IN_A_DATABASE = settings(
    deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def kept_rule(words: Words) -> RosterRule:
    lines = [
        OpeningHours(
            weekday=each.weekday, opens=each.opens, closes=each.closes, season_first=each.first, season_last=each.last
        )
        for each in words.hours
    ]
    place = make_place(opening_hours=lines, valid_from=words.place[0], valid_until=words.place[1])
    for first, last in words.closed:
        keep(Closure(place_id=place.id, starts_on=first, ends_on=last))
    pause = words.pause or (None, None)
    return make_rule(
        conseiller=make_staff(in_post_from=words.post[0], in_post_until=words.post[1]),
        place=place,
        pause_starts=pause[0],
        pause_ends=pause[1],
        **{name: getattr(words, name) for name in ("weekday", "starts", "ends", "every_weeks", "from_on", "until_on")},
    )


@IN_A_DATABASE
@given(several=st.lists(words_at_random(), min_size=1, max_size=4))
def test_what_is_made_is_what_counting_day_by_day_gives(app: Application, several: list[Words]) -> None:
    given_rules = [(kept_rule(words).id, words) for words in several]
    for first, last in WINDOWS:
        with transaction():
            make_presences(first, last, now=NOW)
    for rule_id, words in given_rules:
        rows = db.session.scalars(select(Presence).where(Presence.rule_id == rule_id))
        made = {
            each.rule_day: (each.starts_at, each.ends_at, each.pause_starts_at, each.pause_ends_at) for each in rows
        }
        expected: dict[date, roster_oracle.Times] = {}
        for first, last in WINDOWS:
            expected |= roster_oracle.presences(words, first, last)
        assert made == expected


HOURS = st.integers(32, 72)
"""Quarters of an hour, from 8 to 18."""


@st.composite
def terms(draw: st.DrawFn) -> dict[str, Any]:
    """Half-days close to one another, so that they meet."""
    starts = draw(HOURS)
    ends = starts + draw(st.integers(2, 16))
    return {
        "weekday": draw(st.integers(0, 2)),
        "starts": time(starts // 4, starts % 4 * 15),
        "ends": time(ends // 4, ends % 4 * 15),
        "every_weeks": draw(st.integers(1, 2)),
        "until_on": draw(st.sampled_from([None, None, None, date(2026, 12, 8)])),
        "conseiller": draw(st.integers(0, 1)),
        "place": draw(st.integers(0, 2)),
    }


others = st.lists(st.tuples(st.integers(0, 16), terms()), min_size=4, max_size=12)
fates = st.lists(st.sampled_from(["plain", "plain", "booked", "edited", "withdrawn"]), min_size=8, max_size=8)


@IN_A_DATABASE
@given(before=terms(), after=terms(), others=others, hands=fates)
def test_what_is_planned_is_what_happens(
    app: Application, before: dict[str, Any], after: dict[str, Any], others: Any, hands: list[str]
) -> None:
    people, places = [make_staff(), make_staff("Hugo")], [make_place() for _ in range(3)]
    make_travel(places[0], places[1], 15)
    make_travel(places[1], places[2], 45)
    rule = make_rule(**with_rows(before, people, places))
    for day, each in others[::2]:
        stand(day, each, people, places)
    with transaction():
        extend_roster(now=NOW, weeks=WEEKS)
    for day, each in others[1::2]:
        stand(day, each, people, places)
    untouchable = {presence.id for presence, hand in zip(of(rule), hands, strict=False) if treat(presence, hand)}
    kept = {presence.id: row_of(presence) for presence in standing() if presence.id in untouchable}
    plan = press(changed(rule, after, people, places))
    assert {presence.id: row_of(presence) for presence in standing() if presence.id in untouchable} == kept
    assert all(has_happened(step, rule.id) for step in plan.steps)
    assert all(is_refused(step, rule.id) for step in plan.left if isinstance(step.why, Clash))
    with transaction():
        assert extend_roster(now=NOW, weeks=WEEKS) == 0
    with transaction():  # the next example begins with none of these
        db.session.execute(delete(Commitment))


def with_rows(given_terms: dict[str, Any], people: list[Staff], places: list[Place]) -> dict[str, Any]:
    rows = {"conseiller": people[given_terms["conseiller"]], "place": places[given_terms["place"]]}
    return {**given_terms, **rows}


def stand(day: int, given_terms: dict[str, Any], people: list[Staff], places: list[Place]) -> None:
    """By hand, where the guards allow it."""
    on = date(2026, 11, 30) + timedelta(days=day)
    rows = with_rows(given_terms, people, places)
    hours = f"{on} {rows['starts']:%H:%M}", f"{rows['ends']:%H:%M}"
    try:
        make_presence(*hours, conseiller=rows["conseiller"], place=rows["place"])
    except Refusal:
        db.session.rollback()


def of(rule: RosterRule) -> list[Presence]:
    return list(db.session.scalars(select(Presence).where(Presence.rule_id == rule.id).order_by(Presence.starts_at)))


def standing() -> list[Presence]:
    return list(db.session.scalars(select(Presence).where(Presence.withdrawn_at.is_(None))))


def row_of(presence: Presence) -> Row:
    return {column.key: getattr(presence, column.key) for column in Presence.__table__.columns}


def treat(presence: Presence, hand: str) -> bool:
    """Whether nobody may touch it any more."""
    if hand == "booked":
        promised = {"presence_id": presence.id, "conseiller_id": presence.conseiller_id}
        keep(Commitment(kind=Kind.WORKSHOP, starts_at=presence.starts_at, ends_at=presence.ends_at, **promised))
    elif hand != "plain":
        with transaction():
            row = db.session.get_one(Presence, presence.id)
            row.edited_at = NOW if hand == "edited" else None
            row.withdrawn_at = NOW if hand == "withdrawn" else None
    return hand in ("booked", "edited")


def changed(rule: RosterRule, after: dict[str, Any], people: list[Staff], places: list[Place]) -> RosterRule:
    rows = with_rows(after, people, places)
    same = {"from_on": rule.from_on, "takes_appointments": True, "takes_walk_ins": False, "walk_in_minutes": 0}
    ids = {"conseiller_id": rows["conseiller"].id, "place_id": rows["place"].id}
    return RosterRule(id=rule.id, public_id=rule.public_id, **same, **ids, **rows)


def press(wanted: RosterRule) -> RulePlan:
    seen = rules.plan_for(wanted, weeks=WEEKS, now=NOW)
    with transaction(*rules.people_concerned(wanted, now=NOW)):
        rules.change(wanted, Agreed(WEEKS, seen.fingerprint), by=By.clock(), now=NOW)
    return seen


def has_happened(step: Step, rule_id: int) -> bool:
    """What stands on that day is what the plan said."""
    own = select(Presence).where(Presence.rule_id == rule_id, Presence.rule_day == step.day)
    found = db.session.scalar(own.where(Presence.withdrawn_at.is_(None)))
    if step.fate in ("made", "changed"):
        return bool(found and step.becomes) and all(getattr(found, k) == v for k, v in (step.becomes or {}).items())
    if step.fate == "withdrawn":
        return found is None
    return (found is None) == (step.presence is None or step.presence.withdrawn_at is not None)


def is_refused(step: Step, rule_id: int) -> bool:
    """The database says no as well."""
    try:
        with transaction():
            if step.presence is None:
                whole = {**(step.becomes or {}), "rule_id": rule_id, "rule_day": step.day, "updated_at": NOW}
                db.session.execute(insert(Presence), [{**whole, "public_id": "refused"}])
            else:
                row = db.session.get_one(Presence, step.presence.id)
                for name, value in (step.becomes or {"withdrawn_at": NOW}).items():
                    setattr(row, name, value)
    except Refusal:
        return True
    return False
