"""A session whose leader is absent: another leads it, it is held another day, or it is cancelled; never forgotten."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.spans import Span
from cnapp.domain.absences import Absence, Cause
from cnapp.domain.people import Role, Staff
from cnapp.domain.plans import RecoveryPlan, Standing
from cnapp.domain.presences import Presence
from cnapp.domain.workshop_sessions import WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services import absences, plans, session_plans, workshops
from cnapp.services.journal import By
from cnapp.services.session_plans import LeaderUnable
from cnapp.web.application import Application
from tests.factories import make_appointment, make_place, make_presence, make_staff, make_workshop, metz
from tests.support import FrozenClock

DAY = "2026-12-03"


@pytest.fixture
def session(app: Application) -> WorkshopSession:
    return make_workshop(f"{DAY} 09:00", minutes=120, place=make_place("Borny"), leader=make_staff("Nadia")).sessions[0]


def fall_ill(*people: Staff, clock: FrozenClock) -> RecoveryPlan:
    wanted = absences.Wanted(people, Span(metz(f"{DAY} 08:00"), metz(f"{DAY} 18:00")), Cause.ILLNESS)
    with transaction(*(each.id for each in people)):
        return absences.enter(wanted, by=By.staff(people[0]), now=clock())


def names(plan: RecoveryPlan, clock: FrozenClock) -> list[str]:
    (line,) = plans.lines_of(plan)
    return [each.colleague.first_name for each in session_plans.stand_ins([line], now=clock())[line.id]]


def test_it_waits_in_the_plan_until_somebody_leads_it(session: WorkshopSession, clock: FrozenClock) -> None:
    nadia, anne = session.leaders[0], make_staff("Anne", role=Role.COORDINATOR)
    plan = fall_ill(nadia, clock=clock)
    assert session.displaced_at == clock()
    assert session.leadings == []
    assert names(plan, clock) == ["Anne"]

    (line,) = plans.lines_of(plan)
    with transaction(anne.id):
        session_plans.give_leader(line, anne, by=By.staff(anne), now=clock())
    assert (session.displaced_at, session.leaders, line.standing) == (None, [anne], Standing.SETTLED)


def test_who_is_there_comes_first_and_who_is_busy_cannot(session: WorkshopSession, clock: FrozenClock) -> None:
    place = db.session.scalars(select(Presence)).first().place
    there, busy = make_staff("Zoé"), make_staff("Elif")
    make_presence(f"{DAY} 09:00", "12:00", conseiller=there, place=place)
    make_appointment(make_presence(f"{DAY} 09:00", "12:00", conseiller=busy), f"{DAY} 09:00")
    make_staff("Anne", role=Role.COORDINATOR)
    plan = fall_ill(session.leaders[0], clock=clock)
    assert names(plan, clock) == ["Zoé", "Anne"]
    (line,) = plans.lines_of(plan)
    with pytest.raises(LeaderUnable), transaction(busy.id):
        session_plans.give_leader(line, busy, by=By.staff(there), now=clock())


def test_taken_back_its_leader_leads_it_again(session: WorkshopSession, clock: FrozenClock) -> None:
    nadia = session.leaders[0]
    plan = fall_ill(nadia, clock=clock)
    absence = db.session.scalars(select(Absence)).one()
    with transaction(nadia.id):
        absences.withdraw(absence, by=By.staff(nadia), now=clock())
    db.session.expire_all()
    assert (session.displaced_at, session.leaders) == (None, [nadia])
    assert [line.standing for line in plans.lines_of(plan)] == [Standing.REINSTATED]


def test_cancelled_it_waits_for_nobody(session: WorkshopSession, app: Application, clock: FrozenClock) -> None:
    nadia = session.leaders[0]
    plan = fall_ill(nadia, clock=clock)
    workshop = db.session.get_one(Workshop, session.workshop_id)
    with transaction(nadia.id):
        workshops.cancel(workshop, by=By.staff(nadia), settings=app.settings, now=clock())
    assert [line.standing for line in plans.lines_of(plan)] == [Standing.ENDED]
