"""Two workers, or two answers, at the same instant: one offer, one promise."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from cnapp.base.database import db
from cnapp.config import Settings
from cnapp.delivery.offering import offer_times
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.motifs import Motif
from cnapp.domain.offers import Answer, Offer
from cnapp.domain.outbox import Due
from cnapp.domain.places import Place
from cnapp.web.application import Application
from tests.booking import Aim, aim, book
from tests.factories import make_place, make_presence
from tests.services.test_offers import THURSDAY, accept, after, an_hour, holds, motif, offers, verlaine, waiter, writing
from tests.support import FrozenClock
from tests.torture.crowd import crowd

__all__ = ["motif", "verlaine", "writing"]
pytestmark = pytest.mark.torture


def test_two_workers_at_once_make_one_offer(
    app: Application, writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    for number in range(5):
        an_hour(verlaine, f"{THURSDAY} {9 + 2 * number:02}:00")
        make_presence(f"{THURSDAY} {9 + 2 * number:02}:00", f"{10 + 2 * number}:00", place=make_place())
        waiter(motif, f"p{number}@exemple.fr", at=f"2026-11-2{number} 08:00")
    now = clock()
    crowd(app, 4, lambda _: offer_times(writing, now))
    made = offers()
    assert sorted({each.wait_id for each in made}) == sorted(each.wait_id for each in made)
    assert len(holds()) == len(made) == 5
    assert db.session.scalar(select(func.count()).select_from(Due)) == 5


def test_one_of_those_who_take_it_at_the_same_instant_as_it_ends(
    app: Application, writing: Settings, motif: Motif, verlaine: Place, clock: FrozenClock
) -> None:
    """Taken late, expired and booked by somebody else at once: the time is promised once."""
    an_hour(verlaine)
    wait = waiter(motif)
    offer_times(writing, clock())
    [offer] = offers()
    what, offer_id, now = aim(motif, verlaine, f"{THURSDAY} 09:00"), offer.id, clock() + timedelta(hours=2)

    def act(number: int) -> int | None:
        return _one_of_three(number, offer_id, what, now)(writing)

    answers = crowd(app, 6, act)
    booked = [each for each in answers if isinstance(each, int)]
    assert len(set(booked)) == 1
    db.session.rollback()
    assert db.session.scalars(select(Appointment.status)).all() == [Status.BOOKED]
    assert after(wait).is_open == (offers()[0].outcome is not Answer.TAKEN)


def _one_of_three(number: int, offer_id: int, what: Aim, now: datetime):  # type: ignore[no-untyped-def]
    def press(_settings: Settings) -> int:
        return accept(db.session.get_one(Offer, offer_id), now).id

    def look(settings: Settings) -> None:
        offer_times(settings, now)

    def another(_settings: Settings) -> int:
        return book(what, now=now).id

    return (press, look, another)[number % 3]
