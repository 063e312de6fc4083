"""A roster rule changed over bookings: they stay unless somebody goes on; then they are lines of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, time

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.journal import Subject
from cnapp.domain.people import Staff
from cnapp.domain.plans import RecoveryPlan, Trigger
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.services import plans, rules
from cnapp.services.journal import By, last_number_of
from cnapp.services.presences import make_presences
from cnapp.services.rule_plan import plan_for
from cnapp.services.rules import Agreed
from cnapp.web.application import Application
from tests.factories import make_appointment, make_place, make_rule, make_staff, metz
from tests.services.test_rules import NOW, WEEKS, wanted


@pytest.fixture
def rule(app: Application) -> RosterRule:
    """Tuesdays from 9 to 12: the 1st, 8th and 15th of December, with somebody on the 8th, early and late."""
    rule = make_rule(until_on=date(2026, 12, 20))
    with transaction():
        make_presences(date(2026, 11, 30), date(2026, 12, 20), now=NOW)
    for at in ("09:00", "11:00"):
        make_appointment(presences()[1], f"2026-12-08 {at}")
    return db.session.get_one(RosterRule, rule.id)


@pytest.fixture
def anne(app: Application) -> Staff:
    return make_staff("Anne")


def presences() -> Sequence[Presence]:
    standing = select(Presence).where(Presence.withdrawn_at.is_(None)).order_by(Presence.starts_at)
    return db.session.scalars(standing.execution_options(populate_existing=True)).all()


def booked() -> list[Status]:
    return list(db.session.scalars(select(Appointment.status).order_by(Appointment.starts_at)))


def press(rule: RosterRule, anne: Staff) -> int:
    """As somebody who goes on; answers how many they were told of."""
    seen = plan_for(rule, weeks=WEEKS, displaces=True, now=NOW)
    told = rules.touched_by(seen, now=NOW)
    number = last_number_of((Subject.RULE, rule.id))
    with transaction(*rules.people_concerned(rule, now=NOW)):
        agreed = Agreed(WEEKS, seen.fingerprint, number, "k", displaces=True)
        rules.change(rule, agreed, by=By.staff(anne), now=NOW)
    return told


def lines() -> list[Appointment | None]:
    plan = db.session.scalars(select(RecoveryPlan)).one()
    assert plan.cause is Trigger.ROSTER
    return [each.appointment for each in plans.lines_of(plan)]


def test_they_stay_unless_somebody_goes_on(rule: RosterRule) -> None:
    seen = plan_for(wanted(rule, until_on=date(2026, 12, 1)), weeks=WEEKS, now=NOW)
    assert [step.day for step in seen.booked] == [date(2026, 12, 8)]
    assert rules.touched_by(seen, now=NOW) == 0


def test_ended_whoever_is_booked_afterwards_is_in_a_plan(rule: RosterRule, anne: Staff) -> None:
    assert press(wanted(rule, until_on=date(2026, 12, 1)), anne) == 2
    assert booked() == [Status.DISPLACED] * 2
    assert len(lines()) == 2
    assert [each.rule_day for each in presences()] == [date(2026, 12, 1)]


def test_at_other_hours_only_those_outside_them(rule: RosterRule, anne: Staff) -> None:
    assert press(wanted(rule, starts=time(10)), anne) == 1
    assert booked() == [Status.DISPLACED, Status.BOOKED]
    assert {each.starts_at for each in presences()} == {metz(f"2026-12-{day} 10:00") for day in ("01", "08", "15")}


def test_at_another_place_nobody_is_sent_there_silently(rule: RosterRule, anne: Staff) -> None:
    here, there = rule.place_id, make_place("Sablon")
    assert press(wanted(rule, place=there), anne) == 2
    assert {each.place_id for each in presences()} == {there.id}
    assert [each.rule_day for each in presences()] == [date(2026, 12, day) for day in (1, 8, 15)]
    line = db.session.scalars(select(Appointment)).first()
    assert line and line.presence.withdrawn_at and line.presence.place_id == here


def test_whoever_has_it_from_then_on_does_not_receive_them_unasked(rule: RosterRule, anne: Staff) -> None:
    hugo = make_staff("Hugo")
    assert press(wanted(rule, conseiller=hugo), anne) == 2
    assert {each.conseiller_id for each in presences()} == {hugo.id}
    assert booked() == [Status.DISPLACED] * 2


def test_where_all_fits_there_is_no_plan(rule: RosterRule, anne: Staff) -> None:
    assert press(wanted(rule, ends=time(13)), anne) == 0
    assert booked() == [Status.BOOKED] * 2
    assert db.session.scalars(select(RecoveryPlan)).all() == []
    assert {each.ends_at for each in presences()} == {metz(f"2026-12-{day} 13:00") for day in ("01", "08", "15")}
