"""Two coordinators and a citizen at the same instant: a week copied, somebody sent, all of it taken back."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.domain.appointments import Appointment
from cnapp.domain.board import Half
from cnapp.domain.presences import Presence
from cnapp.domain.reinforcements import WayDiffers
from cnapp.domain.undoings import ChangedSince
from cnapp.services import reinforcements, undoings, week_copies
from cnapp.services.doctor import row_faults
from cnapp.services.journal import By
from cnapp.services.reinforcements import Asked
from cnapp.services.week_copies import Agreed, Weeks
from cnapp.web.application import Application
from tests.booking import aim, book
from tests.factories import make_motif, make_place, make_presence, make_staff
from tests.support import FrozenClock
from tests.torture.crowd import crowd, sized

pytestmark = pytest.mark.torture
WEEKS = Weeks(date(2026, 11, 30), date(2026, 12, 7))


@pytest.fixture
def anne(app: Application) -> By:
    return By.staff(make_staff("Anne", role="coordinator", receives=False))


def standing(*about: Any) -> int:
    db.session.rollback()
    query = select(func.count()).select_from(Presence).where(Presence.withdrawn_at.is_(None), *about)
    return db.session.scalar(query) or 0


def test_a_booking_and_a_reinforcement_never_both(app: Application, anne: By, clock: FrozenClock) -> None:
    """Either the person is booked and the conseiller stays, or they go and the time is gone."""
    motif = make_motif()
    for _ in range(sized(60)):
        borny, sablon = make_place(), make_place()
        nadia = make_staff()
        make_presence(conseiller=nadia, place=sablon)
        asked, what = Asked(borny, date(2026, 12, 3), Half.MORNING), aim(motif, sablon, "2026-12-03 09:00")
        ways = reinforcements.look(Asked(reinforcements.place(borny.slug), asked.day, asked.half), now=clock()).ways
        agreed = next(way.fingerprint for way in ways if way.conseiller.id == nadia.id)
        slug, who = borny.slug, nadia.id

        def act(number: int, slug: str = slug, who: int = who, agreed: str = agreed, what: Any = what) -> str:
            if number:
                return book(what, now=clock()).code
            with transaction(who):
                place = reinforcements.place(slug)
                half_day = Asked(place, date(2026, 12, 3), Half.MORNING)
                reinforcements.send(half_day, who, agreed, by=anne, now=clock())
            return "sent"

        sent, booked = crowd(app, 2, act)
        assert isinstance(sent, Refusal) != isinstance(booked, Refusal), (sent, booked)
        assert isinstance(sent, str | WayDiffers)
    assert row_faults() == []


def test_a_week_copied_by_eight_is_copied_once(app: Application, anne: By, clock: FrozenClock) -> None:
    for _ in range(sized(30)):
        make_presence(conseiller=make_staff())
        seen = week_copies.plan_for(WEEKS, now=clock())
        agreed, expected = Agreed(seen.fingerprint), len(seen.made)

        def act(_: int, agreed: Agreed = agreed) -> int:
            with transaction(*week_copies.people_concerned(WEEKS)):
                return len(week_copies.copy(WEEKS, agreed, by=anne, now=clock()).made)

        made = crowd(app, 8, act)
        assert sorted(each for each in made if isinstance(each, int)) == [0] * 7 + [expected]
    assert standing() == 2 * sized(30)
    assert row_faults() == []


def test_a_press_taken_back_by_eight_is_taken_back_once(app: Application, anne: By, clock: FrozenClock) -> None:
    for round_number in range(sized(30)):
        make_presence(conseiller=make_staff())
        seen = week_copies.plan_for(WEEKS, now=clock())
        with transaction(*week_copies.people_concerned(WEEKS)):
            week_copies.copy(WEEKS, Agreed(seen.fingerprint), by=anne, now=clock())
        number = 2 * round_number + 1

        def act(_: int, number: int = number) -> int:
            with transaction(*undoings.people_concerned(number)):
                return len(undoings.undo_press(number, by=anne, now=clock()).undoings)

        answers = crowd(app, 8, act)
        assert len([each for each in answers if isinstance(each, int)]) == 1
        assert len([each for each in answers if isinstance(each, ChangedSince)]) == 7
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 0
    assert standing() == sized(30)
    assert row_faults() == []
