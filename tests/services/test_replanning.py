"""The best re-planning: who is kept, how, with whom; nothing that somebody needs is contradicted."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.base.workdays import local
from cnapp.domain.absences import Cause
from cnapp.domain.appointments import Appointment, Status, appointments_whole
from cnapp.domain.citizens import Need
from cnapp.domain.commitments import Kind
from cnapp.domain.motifs import Mode, Motif
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closure, Place
from cnapp.domain.plans import RecoveryPlan
from cnapp.domain.presences import Presence
from cnapp.domain.proposals import Proposal, Takeover, Way
from cnapp.services import absences
from cnapp.services.journal import By
from cnapp.services.replanning import propose
from cnapp.web.application import Application
from tests.factories import (
    habilitate,
    keep,
    make_absence,
    make_appointment,
    make_citizen,
    make_commitment,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    metz,
)
from tests.support import FrozenClock, count_queries

DAY = "2026-12-03"
FRIDAY = "2026-12-04"


class Town:
    """Nadia receives at Borny on Thursday morning; Sablon is 15 minutes away, Woippy 50."""

    def __init__(self) -> None:
        self.borny, self.sablon, self.woippy = make_place("Borny"), make_place("Sablon"), make_place("Woippy")
        make_travel(self.borny, self.sablon, 15)
        make_travel(self.borny, self.woippy, 50)
        self.motif = make_motif(duration_minutes=45, buffer_minutes=5)
        self.nadia = make_staff("Nadia")
        self.morning = make_presence(f"{DAY} 09:00", "12:00", conseiller=self.nadia, place=self.borny)

    def expects(self, at: str = f"{DAY} 09:00", **columns: Any) -> Appointment:
        return make_appointment(self.morning, at, **{"motif": self.motif, **columns})


@pytest.fixture
def town(app: Application) -> Town:
    return Town()


def fall_ill(*people: Staff, start: str = f"{DAY} 00:00", end: str = f"{FRIDAY} 00:00", now: Any) -> RecoveryPlan:
    wanted = absences.Wanted(people, Span(metz(start), metz(end)), Cause.ILLNESS)
    with transaction(*(each.id for each in people)):
        return absences.enter(wanted, by=By.staff(people[0]), now=now)


def displaced() -> list[Appointment]:
    rows = appointments_whole().where(Appointment.status == Status.DISPLACED).order_by(Appointment.starts_at)
    return list(db.session.scalars(rows.execution_options(populate_existing=True)))


def plan(clock: FrozenClock, **options: Any) -> list[Proposal]:
    """In the order of the time that was lost."""
    touched = displaced()
    proposals = propose(touched, now=clock(), **options)
    assert set(proposals) == {each.id for each in touched}
    return [proposals[each.id] for each in touched]


def facts(proposal: Proposal) -> tuple[Way, str, str, str]:
    option = proposal.option
    assert option
    return option.way, option.conseiller_name, option.place_name, f"{local(option.starts_at):%d %H:%M}"


def receives(staff: Staff, place: Place, start: str, end: str) -> Presence:
    """Only then: otherwise absent that day, and somebody comes in the last half hour."""
    day = start[:10]
    presence = make_presence(start, end, conseiller=staff, place=place)
    make_commitment(presence, (local(presence.ends_at) - timedelta(minutes=30)).strftime("%Y-%m-%d %H:%M"), 30)
    make_absence(staff, f"{day} 00:00", start)
    make_absence(staff, f"{day} {end}", f"{day} 23:59")
    return presence


def test_a_free_colleague_takes_the_whole_presence_over(town: Town, clock: FrozenClock) -> None:
    claire = make_staff("Claire", role=Role.COORDINATOR)
    town.expects()
    town.expects(f"{DAY} 10:00")
    fall_ill(town.nadia, now=clock())
    first, second = plan(clock)
    assert {each.way for each in (first, second)} == {Way.TAKEOVER}
    takeover = first.option.takeover if first.option else None
    assert takeover == Takeover(
        town.morning.id,
        town.borny.id,
        town.morning.span,
        claire.id,
        "Claire",
        is_coordinator=True,
        works_that_day=False,
    )
    assert second.option and second.option.takeover == takeover
    assert second.option.starts_at == metz(f"{DAY} 10:00")
    assert second.option.presence_id is None


def test_the_coordinator_comes_before_a_colleague_who_would_give_something_up(town: Town, clock: FrozenClock) -> None:
    make_presence(f"{DAY} 09:00", "12:00", place=town.sablon, takes_walk_ins=True, takes_appointments=False)
    make_staff("Claire", role=Role.COORDINATOR)
    town.expects()
    fall_ill(town.nadia, now=clock())
    (proposal,) = plan(clock)
    assert proposal.option and proposal.option.conseiller_name == "Claire"


def test_who_gives_up_a_presence_for_it_is_told_what(town: Town, clock: FrozenClock) -> None:
    hugo = make_staff("Hugo")
    walk_ins = {"takes_walk_ins": True, "walk_in_minutes": 60}
    given_up = make_presence(f"{DAY} 08:30", "11:30", conseiller=hugo, place=town.woippy, **walk_ins)
    make_presence(f"{DAY} 13:00", "17:00", conseiller=hugo, place=town.sablon)
    town.expects()
    fall_ill(town.nadia, now=clock())
    (proposal,) = plan(clock)
    takeover = proposal.option.takeover if proposal.option else None
    assert takeover
    assert takeover.gives_up == (given_up.id,)
    assert (takeover.appointment_minutes, takeover.walk_in_minutes) == (120, 60)
    assert (takeover.travel_before, takeover.travel_after) == (0, 15)


@pytest.mark.parametrize("kind", [Kind.WORKSHOP, Kind.HOLD])
def test_nobody_leaves_what_is_promised_to_others(town: Town, clock: FrozenClock, kind: Kind) -> None:
    elsewhere = make_presence(f"{DAY} 09:00", "12:00", place=town.woippy)
    until = {"expires_at": clock() + timedelta(minutes=5), "draft_id": "x"} if kind is Kind.HOLD else {}
    make_commitment(elsewhere, f"{DAY} 11:00", kind=kind, **until)
    town.expects()
    fall_ill(town.nadia, now=clock())
    (proposal,) = plan(clock)
    assert proposal.way is not Way.TAKEOVER


def test_a_hold_that_nobody_renewed_is_in_nobody_s_way(town: Town, clock: FrozenClock) -> None:
    there = make_presence(f"{DAY} 09:00", "12:00", place=town.borny)
    over = {"expires_at": clock() - timedelta(minutes=1), "draft_id": "x"}
    make_commitment(there, f"{DAY} 09:00", kind=Kind.HOLD, **over)
    make_commitment(there, f"{DAY} 11:00")
    town.expects()
    fall_ill(town.nadia, now=clock())
    assert [each.way for each in plan(clock)] == [Way.SAME_TIME]


def test_a_takeover_leaves_time_to_travel_on_both_sides(town: Town, clock: FrozenClock) -> None:
    hugo = make_staff("Hugo")
    before = make_presence(f"{DAY} 07:00", "08:30", conseiller=hugo, place=town.woippy)
    make_commitment(before, f"{DAY} 07:00")
    town.expects()
    fall_ill(town.nadia, now=clock())
    (proposal,) = plan(clock)
    assert proposal.way is not Way.TAKEOVER


def test_a_takeover_covers_only_what_is_missing(town: Town, clock: FrozenClock) -> None:
    make_staff("Claire", role=Role.COORDINATOR)
    town.expects(f"{DAY} 10:00")
    town.expects(f"{DAY} 11:00")
    fall_ill(town.nadia, start=f"{DAY} 10:00", end=f"{DAY} 12:00", now=clock())
    proposal, _ = plan(clock)
    assert proposal.option and proposal.option.takeover
    assert proposal.option.takeover.span == Span(metz(f"{DAY} 10:00"), metz(f"{DAY} 11:45"))


def test_one_colleague_is_not_at_two_places_at_once(town: Town, clock: FrozenClock) -> None:
    make_staff("Claire", role=Role.COORDINATOR)
    lina = make_staff("Lina")
    other = make_presence(f"{DAY} 09:00", "12:00", conseiller=lina, place=town.sablon)
    town.expects()
    town.expects(f"{DAY} 10:00")
    make_appointment(other, f"{DAY} 09:00", motif=town.motif)
    fall_ill(town.nadia, lina, now=clock())
    proposals = plan(clock)
    takeovers = {each.option.takeover for each in proposals if each.option and each.option.takeover}
    assert len(takeovers) == 1
    assert sorted(each.way for each in proposals) == sorted([Way.TAKEOVER, Way.TAKEOVER, Way.CALL])


def for_somebody(**columns: Any) -> Motif:
    return make_motif(mode=Mode.FOR, perimeter="famille", **columns)


def test_a_takeover_serves_only_whom_it_can(town: Town, clock: FrozenClock) -> None:
    habilitate(town.nadia, "famille")
    make_staff("Claire", role=Role.COORDINATOR)
    hugo = make_staff("Hugo")
    habilitate(hugo, "famille")
    make_presence(f"{FRIDAY} 09:00", "12:00", conseiller=hugo, place=town.borny)
    busy = make_presence(f"{DAY} 09:00", "12:00", conseiller=hugo, place=town.woippy)
    make_commitment(busy, f"{DAY} 09:00")
    town.expects()
    town.expects(f"{DAY} 10:00", motif=for_somebody())
    fall_ill(town.nadia, now=clock())
    plain, acting = plan(clock)
    assert facts(plain)[:2] == (Way.TAKEOVER, "Claire")
    assert facts(acting) == (Way.LATER, "Hugo", "Borny", "04 10:00")


def test_an_habilitation_that_has_ended_serves_nobody(town: Town, clock: FrozenClock) -> None:
    hugo = make_staff("Hugo")
    habilitate(hugo, "famille", end="2026-12-02")
    make_presence(f"{DAY} 13:00", "17:00", conseiller=hugo, place=town.borny)
    town.expects(motif=for_somebody())
    fall_ill(town.nadia, now=clock())
    assert [each.way for each in plan(clock)] == [Way.CALL]


def test_a_colleague_who_is_there_already_keeps_the_hour(town: Town, clock: FrozenClock) -> None:
    lina = make_staff("Lina")
    there = make_presence(f"{DAY} 09:00", "12:00", conseiller=lina, place=town.borny)
    make_commitment(there, f"{DAY} 11:00")
    town.expects(f"{DAY} 09:40")
    fall_ill(town.nadia, now=clock())
    (proposal,) = plan(clock)
    assert facts(proposal) == (Way.SAME_TIME, "Lina", "Borny", "03 09:40")
    assert proposal.option and proposal.option.presence_id == there.id


def test_the_same_place_that_day_comes_before_a_near_one_and_another_day(town: Town, clock: FrozenClock) -> None:
    receives(make_staff(), town.borny, f"{DAY} 13:00", "17:00")
    receives(make_staff(), town.sablon, f"{DAY} 13:00", "17:00")
    paul = make_staff("Paul")
    receives(paul, town.borny, f"{FRIDAY} 13:00", "17:00")
    make_absence(paul, f"{DAY} 00:00", f"{DAY} 23:00")
    town.expects()
    fall_ill(town.nadia, now=clock())
    (proposal,) = plan(clock)
    assert proposal.way is Way.SAME_DAY
    assert [each.way for each in proposal.alternatives] == [Way.NEARBY, Way.LATER]
    assert proposal.alternatives[0].travel_minutes == 15


def test_nobody_is_sent_across_the_town_that_day(town: Town, clock: FrozenClock) -> None:
    receives(make_staff(), town.woippy, f"{DAY} 13:00", "17:00")
    town.expects()
    fall_ill(town.nadia, now=clock())
    (proposal,) = plan(clock)
    assert proposal.way is Way.CALL


def test_who_comes_in_a_wheelchair_is_not_sent_to_steps(town: Town, clock: FrozenClock) -> None:
    steps = make_place("Steps", step_free=False)
    make_travel(town.borny, steps, 5)
    receives(make_staff(), steps, f"{DAY} 13:00", "17:00")
    town.expects(needs=[Need.WHEELCHAIR])
    fall_ill(town.nadia, now=clock())
    assert [each.way for each in plan(clock)] == [Way.CALL]


@pytest.mark.parametrize(("had", "way"), [(("fsl",), Way.CALL), ((), Way.SAME_TIME)])
def test_who_was_given_a_signer_gets_one_again(app: Application, clock: FrozenClock, had: Any, way: Way) -> None:
    borny, nadia = make_place("Borny"), make_staff("Nadia", languages=had)
    morning = make_presence(f"{DAY} 09:00", "12:00", conseiller=nadia, place=borny)
    there = make_presence(f"{DAY} 09:00", "12:00", place=borny)
    make_commitment(there, f"{DAY} 11:00")
    make_appointment(morning, f"{DAY} 09:00", needs=[Need.SIGN_LANGUAGE])
    fall_ill(nadia, now=clock())
    assert [each.way for each in plan(clock)] == [way]


def test_who_speaks_their_language_comes_first(town: Town, clock: FrozenClock) -> None:
    for name, languages in (("Hugo", ()), ("Lina", ("ar",)), ("Paul", ())):
        there = make_presence(
            f"{DAY} 09:00", "12:00", conseiller=make_staff(name, languages=languages), place=town.borny
        )
        make_commitment(there, f"{DAY} 11:00")
    town.expects(person=make_citizen("Samira Haddad", language="ar"))
    fall_ill(town.nadia, now=clock())
    assert facts(plan(clock)[0])[:2] == (Way.SAME_TIME, "Lina")


def test_the_one_time_that_suits_both_goes_to_whoever_has_no_other(town: Town, clock: FrozenClock) -> None:
    """One after the other, the first would take Hugo's only time and leave the second to be called."""
    habilitate(town.nadia, "famille")
    hugo, paul = make_staff("Hugo"), make_staff("Paul")
    habilitate(hugo, "famille")
    receives(hugo, town.borny, f"{DAY} 09:00", "10:20")
    receives(paul, town.borny, f"{DAY} 13:00", "14:20")
    town.expects()
    town.expects(f"{DAY} 10:00", motif=for_somebody(duration_minutes=45))
    fall_ill(town.nadia, end="2026-12-31 00:00", now=clock())
    plain, acting = plan(clock)
    assert facts(plain)[:2] == (Way.SAME_DAY, "Paul")
    assert facts(acting)[:2] == (Way.SAME_DAY, "Hugo")


def test_two_lengths_never_get_one_time(town: Town, clock: FrozenClock) -> None:
    there = make_presence(f"{DAY} 13:00", "15:30", place=town.borny)
    make_commitment(there, f"{DAY} 15:00", 30)
    long = make_motif(duration_minutes=60)
    town.expects()
    town.expects(f"{DAY} 10:00", motif=long)
    fall_ill(town.nadia, end="2026-12-31 00:00", now=clock())
    spans = sorted(each.option.span for each in plan(clock) if each.option)
    assert [each.minutes for each in spans] in ([45, 60], [60, 45])
    assert spans[0].end <= spans[1].start
    assert spans[1].end <= metz(f"{DAY} 15:00")


def test_a_closed_place_gets_no_takeover(town: Town, clock: FrozenClock) -> None:
    make_staff("Claire", role=Role.COORDINATOR)
    town.expects()
    fall_ill(town.nadia, now=clock())
    day = metz(f"{DAY} 12:00").date()
    keep(Closure(place_id=town.borny.id, starts_on=day, ends_on=day))
    make_presence(f"{FRIDAY} 09:00", "12:00", conseiller=make_staff("Lina"), place=town.borny)
    assert [facts(each)[:3] for each in plan(clock)] == [(Way.LATER, "Lina", "Borny")]


def test_nothing_is_proposed_sooner_than_half_an_hour_from_now(town: Town, clock: FrozenClock) -> None:
    town.expects()
    fall_ill(town.nadia, now=clock())
    make_staff("Claire", role=Role.COORDINATOR)
    there = make_presence(f"{DAY} 08:00", "12:00", place=town.borny)
    make_commitment(there, f"{DAY} 11:00")
    clock.set(f"{DAY} 08:45")
    (proposal,) = plan(clock)
    assert facts(proposal)[0::3] == (Way.SAME_DAY, "03 09:15")


def test_another_plan_s_colleague_is_taken(town: Town, clock: FrozenClock) -> None:
    claire = make_staff("Claire", role=Role.COORDINATOR)
    town.expects()
    fall_ill(town.nadia, now=clock())
    other = Takeover(0, town.sablon.id, town.morning.span, claire.id, "Claire")
    assert [each.way for each in plan(clock, excluding=[other])] == [Way.CALL]


def test_who_is_looked_at_again_joins_the_takeover_that_is_proposed_for_the_others(
    town: Town, clock: FrozenClock
) -> None:
    claire = make_staff("Claire", role=Role.COORDINATOR)
    town.expects()
    town.expects(f"{DAY} 10:00", motif=for_somebody())
    fall_ill(town.nadia, now=clock())
    known = Takeover(town.morning.id, town.borny.id, town.morning.span, claire.id, "Claire")
    plain, acting = plan(clock, excluding=[known])
    assert plain.option and plain.option.takeover == known
    assert acting.way is Way.CALL
    make_absence(claire, f"{DAY} 08:00", f"{DAY} 12:00")
    assert [each.way for each in plan(clock, excluding=[known])] == [Way.CALL, Way.CALL]


def test_a_place_that_somebody_s_presence_has_left_stays_theirs(town: Town, clock: FrozenClock) -> None:
    appointment = town.expects()
    fall_ill(town.nadia, now=clock())
    there = make_presence(f"{DAY} 09:00", "12:00", place=town.sablon)
    make_commitment(there, f"{DAY} 11:00")
    (proposal,) = plan(clock, was_at={appointment.id: town.sablon.id})
    assert proposal.way is Way.SAME_TIME


def test_as_many_questions_however_many_people(town: Town, clock: FrozenClock) -> None:
    def asked() -> int:
        touched = displaced()
        with count_queries() as queries:
            propose(touched, now=clock())
        return len(queries)

    for place in (town.borny, town.sablon):
        make_presence(f"{FRIDAY} 09:00", "17:00", place=place)
    town.expects()
    fall_ill(town.nadia, now=clock())
    few = asked()
    lina = make_staff("Lina")
    long = make_presence(f"{DAY} 09:00", "17:00", conseiller=lina, place=town.sablon)
    for hour in range(9, 16):
        make_appointment(long, f"{DAY} {hour:02}:00", motif=make_motif())
    fall_ill(lina, now=clock())
    assert asked() == few <= 9
