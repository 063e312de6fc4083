"""The demonstration fills an empty database on any day, believably, and the same each time."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from cnapp.base.database import Base, db, transaction
from cnapp.base.workdays import PARIS, day_of, is_holiday
from cnapp.domain.absences import Absence
from cnapp.domain.accounts import Credential
from cnapp.domain.appointments import Appointment
from cnapp.domain.calls import Call, Reason
from cnapp.domain.citizens import Citizen
from cnapp.domain.kits import Kit, State
from cnapp.domain.motifs import Motif
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.people import Role, Staff
from cnapp.domain.places import Closure, Place
from cnapp.domain.plans import Displacement
from cnapp.domain.plans import Standing as Decided
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.slots import Wish
from cnapp.domain.visits import Visit
from cnapp.domain.workshop_sessions import Attendance
from cnapp.domain.workshops import Workshop
from cnapp.services import calls, demo, slots
from cnapp.web.application import Application
from tests.engines import empty
from tests.factories import LINK_KEY, metz

DAYS = ("2026-11-24 09:30", "2026-12-24 17:00", "2027-03-25 08:00", "2026-08-01 10:00", "2026-11-29 22:00")
"""A Tuesday, Christmas Eve, the eve of Good Friday, a summer Saturday, a Sunday night."""
TUESDAY = DAYS[0]


def fill(at: str = TUESDAY) -> None:
    with transaction():
        demo.fill(now=metz(at), link_key=LINK_KEY)


def rows_of(kind: type[Any]) -> list[Any]:
    return list(db.session.scalars(select(kind)))


def count(kind: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def wish(slug: str) -> Wish:
    motif = db.session.scalars(select(Motif).where(Motif.slug == slug)).one()
    return Wish(motif, tuple(place.id for place in rows_of(Place)))


@pytest.mark.parametrize("at", DAYS)
def test_it_works_on_any_day_and_leaves_free_times_nearly_everywhere(app: Application, at: str) -> None:
    fill(at)
    assert (count(Place), count(Staff), count(Credential)) == (15, 10, 10)
    assert 30 <= count(Motif) <= 40
    assert 190 <= count(Appointment) <= 210
    assert count(Presence) > 350
    found = slots.next_slots(wish("creer-adresse-e-mail"), now=metz(at))
    assert len(found) == 15
    for slug in ("caf-a-votre-place", "impots-a-votre-place", "titre-de-sejour-a-votre-place"):
        assert slots.next_slots(wish(slug), now=metz(at)), slug
    judge_workshops(at)
    judge_calls(at)
    judge_absence(at)


def judge_workshops(at: str) -> None:
    """Full ones, empty ones, cycles, a series, a freed seat that is offered, one cancelled, one that was held."""
    made = rows_of(Workshop)
    assert len(made) >= 20
    assert max(each.starts_at for each in made) - metz(at) < timedelta(weeks=12)
    assert sum(each.is_cycle for each in made) == 2
    assert len({each.series_id for each in made if each.series_id}) == 1
    standings = Counter(each.status for each in rows_of(Registration))
    assert standings[Standing.OFFERED] == 1 and standings[Standing.WAITING] >= 4
    [offered] = [each for each in rows_of(Registration) if each.status is Standing.OFFERED]
    assert offered.answer_by > metz(at) and offered.workshop.left == 0
    waited_for = {each.workshop.id for each in rows_of(Registration) if each.status is Standing.WAITING}
    assert len(waited_for) >= 2 and all(each.left == 0 for each in made if each.id in waited_for)
    assert any(0 < each.taken < each.at_least for each in made if not each.is_past(metz(at)))
    assert [each.stands for each in made].count(False) == 1
    past = [each for each in made if each.is_past(metz(at))]
    assert [len(each.sessions) for each in past] == [1] and past[0].sessions[0].drop_ins == 2
    assert Counter(each.came for each in rows_of(Attendance)) == {True: 4, False: 1}
    assert Counter(each.state for each in rows_of(Kit)) == {State.READY: 2, State.REPAIR: 1}
    assert any(each.borrowed for each in made)


def normalised() -> tuple[list[Any], ...]:
    """What people see of it, whatever the ids."""
    bookings = select(
        Appointment.public_id, Appointment.code, Appointment.link_hash, Appointment.starts_at, Appointment.status
    ).order_by(Appointment.public_id)
    presences = select(Presence.public_id, Presence.starts_at, Presence.ends_at).order_by(Presence.public_id)
    people = select(Citizen.public_id, Citizen.name, Citizen.phone, Citizen.email).order_by(Citizen.public_id)
    workshops = select(Workshop.public_id, Workshop.title, Workshop.starts_at).order_by(Workshop.public_id)
    registrations = select(Registration.public_id, Registration.code, Registration.link_hash, Registration.status)
    kits = select(Kit.public_id, Kit.name).order_by(Kit.public_id)
    letters = select(Due.key).where(Due.registration_id.is_not(None)).order_by(Due.key)
    queries = bookings, presences, people, workshops, registrations.order_by(Registration.public_id), kits, letters
    return tuple([tuple(row) for row in db.session.execute(query)] for query in queries)


def test_it_is_the_same_each_time_for_a_given_day(app: Application) -> None:
    fill("2026-11-24 08:00")
    before = normalised()
    db.session.remove()
    empty(app)
    fill("2026-11-24 19:00")
    assert normalised() == before


def test_the_desks_have_noted_who_came_up_to_now(app: Application) -> None:
    fill("2026-11-24 10:30")
    visits = rows_of(Visit)
    assert {each.day for each in visits} == {date(2026, 11, 23), date(2026, 11, 24)}
    assert all(each.came_at <= metz("2026-11-24 10:30") for each in visits)
    assert {each.place.slug for each in visits} <= {"mairie-borny", "mediatheque-verlaine"}
    names = sorted(each.public_id for each in visits)
    db.session.remove()
    empty(app)
    fill("2026-11-24 10:30")
    assert sorted(each.public_id for each in rows_of(Visit)) == names


def test_another_day_is_another_town(app: Application) -> None:
    fill("2026-11-24 08:00")
    before = normalised()
    db.session.remove()
    empty(app)
    fill("2026-11-25 08:00")
    assert not {row[1] for row in normalised()[0]} & {row[1] for row in before[0]}


def test_nobody_receives_during_the_meeting_nor_on_holidays_nor_in_a_closed_place(app: Application) -> None:
    fill("2027-03-25 08:00")
    closed = {(each.place_id, each.starts_on) for each in rows_of(Closure)}
    for presence in rows_of(Presence):
        starts = presence.starts_at.astimezone(PARIS)
        assert not is_holiday(starts.date())
        assert not (starts.weekday() == 3 and starts.hour < 13)
        assert (presence.place_id, starts.date()) not in closed
    assert any(each.starts_on == date(2027, 3, 27) for each in rows_of(Closure))


def judge_calls(at: str) -> None:
    """Nothing but the absence is left for the worker, and the coordinator sees it all."""
    coordinator = db.session.scalars(select(Staff).where(Staff.role == Role.COORDINATOR)).one()
    lists = calls.lists(coordinator, now=metz(at))
    found = [*lists.due, *lists.later]
    assert Counter(each.reason for each in found) == {Reason.LETTER: 2, Reason.CALLBACK: 1}
    assert (lists.to_post, lists.untold) == (1, [])
    assert {each.letter for each in rows_of(Due) if each.outcome is None} == {Letter.ABSENT, Letter.DISPLACED}


def test_the_calls_are_the_same_each_time_for_a_given_day(app: Application) -> None:
    fill("2026-11-24 08:00")
    before = [(each.public_id, each.citizen.name) for each in rows_of(Call)]
    db.session.remove()
    empty(app)
    fill("2026-11-24 19:00")
    assert [(each.public_id, each.citizen.name) for each in rows_of(Call)] == before


def judge_absence(at: str) -> None:
    """Somebody is ill, and a plan waits."""
    (absence,) = rows_of(Absence)
    lines = rows_of(Displacement)
    assert day_of(absence.starts_at) > day_of(metz(at))
    assert lines
    assert {line.standing for line in lines} == {Decided.OPEN}
    assert {line.conseiller_id for line in lines} == {absence.conseiller_id}
