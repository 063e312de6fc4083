"""One person who has two appointments is proposed, and given, no two times at once, nor without time for the way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.base.workdays import local
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import RecoveryPlan, Standing
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Way
from cnapp.services import absences, plan_applications, plan_choices, plan_work
from cnapp.services.journal import By
from cnapp.services.plan_applications import Applied
from cnapp.services.plan_work import Row
from cnapp.web.application import Application
from tests.factories import (
    make_absence,
    make_appointment,
    make_citizen,
    make_commitment,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_travel,
    make_workshop,
    metz,
)
from tests.support import FrozenClock, count_queries

DAY = "2026-12-03"
PHONE = "+33612345678"


class Town:
    """Nadia receives at Borny on Thursday morning; Sablon is 15 minutes away."""

    def __init__(self, app: Application, clock: FrozenClock) -> None:
        self.app, self.clock = app, clock
        self.anne = make_staff("Anne", role=Role.COORDINATOR, receives=False)
        self.borny, self.sablon = make_place("Borny"), make_place("Sablon")
        make_travel(self.borny, self.sablon, 15)
        self.nadia = make_staff("Nadia")
        self.morning = make_presence(f"{DAY} 09:00", "12:00", conseiller=self.nadia, place=self.borny)
        self.lea = make_citizen("Léa Muller", phone=PHONE, email="lea@exemple.fr")

    def lina(self, place: Place, start: str = "13:00", end: str = "16:00") -> Presence:
        """Who falls ill too."""
        return make_presence(f"{DAY} {start}", end, conseiller=make_staff("Lina"), place=place)

    def stands(self, at: str = "14:00", end: str = "14:45", **booked_with: Any) -> None:
        """An appointment at Sablon."""
        make_appointment(self.is_free(f"{at}-{end}", "Rose", self.sablon), f"{DAY} {at}", **booked_with)

    def is_free(self, hours: str, name: str = "Hugo", place: Place | None = None) -> Presence:
        """That day, somebody who takes nobody's presence over since something is promised on each side of these."""
        start, end = hours.split("-")
        presence = make_presence(f"{DAY} 07:00", "19:00", conseiller=make_staff(name), place=place or self.borny)
        for since, until in (("07:00", start), (end, "19:00")):
            make_commitment(presence, f"{DAY} {since}", Span(metz(f"{DAY} {since}"), metz(f"{DAY} {until}")).minutes)
        return presence

    def fall_ill(self, *people: Staff) -> RecoveryPlan:
        wanted = absences.Wanted(people, Span(metz(f"{DAY} 07:00"), metz(f"{DAY} 19:00")), Cause.ILLNESS)
        with transaction(*(each.id for each in people)):
            return absences.enter(wanted, by=By.staff(self.anne), now=self.clock())

    def open(self, plan: RecoveryPlan) -> list[Row]:
        found = plan_work.look(plan, now=self.clock())
        with transaction(*found.people):
            plan_work.hold(plan, found, now=self.clock())
        return plan_work.rows_of(plan)

    def apply(self, plan: RecoveryPlan, choices: dict[str, str]) -> Applied:
        with transaction(*plan_work.people_of(plan, choices)):
            by, settings = By.staff(self.anne), self.app.settings
            return plan_applications.apply(plan, choices, whole=False, by=by, settings=settings, now=self.clock())


@pytest.fixture
def town(app: Application, clock: FrozenClock) -> Town:
    return Town(app, clock)


def starts(rows: list[Row]) -> list[str | None]:
    return [f"{local(row.option.starts_at):%H:%M}" if row.option else None for row in rows]


def test_two_that_are_displaced_together_come_one_after_the_other(town: Town) -> None:
    afternoon = town.lina(town.sablon)
    make_appointment(town.morning, f"{DAY} 09:00", person=town.lea)
    make_appointment(afternoon, f"{DAY} 13:00", person=town.lea)
    town.is_free("10:00-10:45")
    town.is_free("10:15-11:00", "Elif")
    assert starts(town.open(town.fall_ill(town.nadia, afternoon.conseiller))).count(None) == 1


def test_two_people_are_received_at_once_there(town: Town) -> None:
    afternoon = town.lina(town.sablon)
    make_appointment(town.morning, f"{DAY} 09:00", person=town.lea)
    make_appointment(afternoon, f"{DAY} 13:00")
    town.is_free("10:00-10:45")
    town.is_free("10:15-11:00", "Elif")
    assert starts(town.open(town.fall_ill(town.nadia, afternoon.conseiller))) == ["10:00", "10:15"]


def test_two_in_a_row_at_one_place_are_fine(town: Town) -> None:
    afternoon = town.lina(town.sablon)
    make_appointment(town.morning, f"{DAY} 09:00", person=town.lea)
    make_appointment(afternoon, f"{DAY} 13:00", person=town.lea)
    town.is_free("10:00-11:30")
    assert starts(town.open(town.fall_ill(town.nadia, afternoon.conseiller))) == ["10:00", "10:45"]


@pytest.mark.parametrize(
    ("booked_with", "becomes"),
    [
        ({"phone": PHONE}, "15:00"),
        ({"email": "Lea+rdv@exemple.fr"}, "15:00"),
        ({"phone": "+33612345679"}, "13:45"),
        ({}, "13:45"),
    ],
)
def test_what_stands_is_not_met_and_the_way_is_counted(town: Town, booked_with: dict[str, str], becomes: str) -> None:
    """At two she is at Sablon, a quarter of an hour away; with the same telephone or mailbox it is her."""
    town.stands(**booked_with)
    make_appointment(town.morning, f"{DAY} 10:00", person=town.lea)
    town.is_free("13:45-16:00")
    town.is_free("13:30-16:30", "Omar", town.sablon)
    rows = town.open(town.fall_ill(town.nadia))
    assert starts(rows) == [becomes]
    if becomes == "15:00":
        assert_apart(rows[0], Span(metz(f"{DAY} 14:00"), metz(f"{DAY} 14:45")))


def assert_apart(row: Row, busy: Span) -> None:
    """Also whatever could be chosen instead."""
    assert row.proposal and row.proposal.alternatives
    assert not any(each.span.overlaps(busy) for each in row.proposal.alternatives)


def test_the_same_row_is_the_same_person_without_any_telephone(town: Town) -> None:
    nobody = make_citizen("Madame Muller")
    town.stands(person=nobody)
    make_appointment(town.morning, f"{DAY} 10:00", person=nobody)
    town.is_free("13:45-16:00")
    assert starts(town.open(town.fall_ill(town.nadia))) == ["15:00"]


def test_a_workshop_that_they_are_registered_for_is_not_met(town: Town) -> None:
    leader = make_staff()
    make_absence(leader, f"{DAY} 07:00", f"{DAY} 13:00")
    workshop = make_workshop(f"{DAY} 13:30", place=town.borny, leader=leader)
    make_registration(workshop, person=town.lea)
    make_appointment(town.morning, f"{DAY} 10:00", person=town.lea)
    town.is_free("13:45-16:00")
    assert starts(town.open(town.fall_ill(town.nadia))) == ["15:00"]


def test_a_couple_who_came_at_once_with_one_telephone_are_taken_over_together(town: Town) -> None:
    other = town.lina(town.borny, "09:00", "12:00")
    make_appointment(town.morning, f"{DAY} 09:00", person=town.lea)
    make_appointment(other, f"{DAY} 09:00", name="Paul Muller", phone=PHONE)
    make_staff("Hugo")
    make_staff("Elif")
    rows = town.open(town.fall_ill(town.nadia, other.conseiller))
    assert [row.option.way for row in rows if row.option] == [Way.TAKEOVER, Way.TAKEOVER]


def test_nobody_is_taken_over_while_they_are_elsewhere(town: Town) -> None:
    """One person who was to be at two places at once is asked to one of them."""
    other = town.lina(town.sablon, "09:00", "12:00")
    make_appointment(town.morning, f"{DAY} 09:00", person=town.lea)
    make_appointment(other, f"{DAY} 09:00", person=town.lea)
    make_staff("Hugo")
    make_staff("Elif")
    rows = town.open(town.fall_ill(town.nadia, other.conseiller))
    assert [row.option.way if row.option else None for row in rows].count(Way.TAKEOVER) == 1
    assert all(not row.proposal.alternatives for row in rows if row.proposal and not row.option)


def test_what_another_plan_proposes_is_not_met(town: Town) -> None:
    afternoon = town.lina(town.sablon)
    make_appointment(town.morning, f"{DAY} 09:00", person=town.lea)
    make_appointment(afternoon, f"{DAY} 13:00", person=town.lea)
    town.is_free("10:00-10:45")
    first, second = town.fall_ill(town.nadia), town.fall_ill(afternoon.conseiller)
    assert starts(town.open(first)) == ["10:00"]
    town.is_free("10:15-11:00", "Elif")
    assert starts(town.open(second)) == [None]


def _two_with_alternatives(town: Town) -> tuple[RecoveryPlan, list[Row]]:
    """Both could come on Friday at nine, each to where they were to be, and are proposed times of Thursday."""
    afternoon = town.lina(town.sablon)
    make_appointment(town.morning, f"{DAY} 09:00", person=town.lea)
    make_appointment(afternoon, f"{DAY} 15:00", person=town.lea)
    for place in (town.borny, town.sablon):
        there = make_presence("2026-12-04 09:00", "10:00", place=place)
        make_commitment(there, "2026-12-04 09:45", 15)
    town.is_free("08:00-08:45", "Omar")
    town.is_free("16:00-16:45", "Rose")
    plan = town.fall_ill(town.nadia, afternoon.conseiller)
    return plan, town.open(plan)


def _other_day(row: Row) -> str:
    assert row.proposal
    return next(each.value for each in row.proposal.alternatives if each.way is Way.LATER)


def test_two_alternatives_at_once_are_never_both_applied(town: Town) -> None:
    plan, rows = _two_with_alternatives(town)
    applied = town.apply(plan, {row.line.public_id: _other_day(row) for row in rows})
    assert [each.id for each in applied.done] == [rows[0].line.id]
    assert [each.id for each in applied.returned] == [rows[1].line.id]
    stands = db.session.scalars(select(Appointment).where(Appointment.status == Status.BOOKED)).one()
    assert f"{stands.starts_at:%d}" == "04"
    again = town.open(plan)[1]
    assert again.line.standing is Standing.OPEN
    assert again.option and again.option.way is not Way.LATER


def test_nor_are_they_held_when_the_choice_is_checked(town: Town) -> None:
    plan, rows = _two_with_alternatives(town)
    choices = {row.line.public_id: _other_day(row) for row in rows}
    with transaction(*plan_work.people_of(plan, choices)):
        back = plan_work.choose(plan, choices, now=town.clock())
    assert [each.id for each in back] == [rows[1].line.id]


def test_whoever_books_at_the_time_that_is_held_for_them_is_proposed_another(town: Town) -> None:
    make_appointment(town.morning, f"{DAY} 10:00", person=town.lea)
    town.is_free("13:45-16:00")
    plan = town.fall_ill(town.nadia)
    assert starts(town.open(plan)) == ["13:45"]
    town.stands(phone=PHONE)
    assert town.apply(plan, plan_choices.all_proposed(plan_work.rows_of(plan))).done == []
    assert starts(town.open(plan)) == ["15:00"]


def test_a_page_that_is_opened_again_sees_it_too(town: Town) -> None:
    make_appointment(town.morning, f"{DAY} 10:00", person=town.lea)
    town.is_free("13:45-16:00")
    plan = town.fall_ill(town.nadia)
    town.open(plan)
    town.stands(phone=PHONE)
    assert starts(town.open(plan)) == ["15:00"]


def test_as_many_questions_however_many_come_twice(town: Town) -> None:
    def asked(plan: RecoveryPlan) -> int:
        db.session.expire_all()
        with count_queries() as queries:
            plan_work.look(plan, now=town.clock())
        return len(queries)

    town.is_free("10:00-11:30")
    afternoon = town.lina(town.sablon)
    make_appointment(town.morning, f"{DAY} 09:00", person=town.lea)
    make_appointment(afternoon, f"{DAY} 13:00", person=town.lea)
    few = town.fall_ill(town.nadia, afternoon.conseiller)
    once = asked(few)
    town.open(few)
    paul = make_staff("Paul")
    day = make_presence(f"{DAY} 09:00", "17:00", conseiller=paul, place=town.borny)
    for number in range(6):
        phone = f"+3361234567{number % 2}"
        make_appointment(day, f"{DAY} {9 + number:02}:00", phone=phone)
    assert asked(town.fall_ill(paul)) == once
