"""Seats given back and taken at the same instant: never above capacity, in order, one letter each (C07)."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from cnapp.base.database import db
from cnapp.config import ROOT
from cnapp.delivery.offering import offer_seats
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.seats import Seat
from cnapp.domain.workshops import Workshop
from cnapp.web.application import Application
from tests.factories import make_registration, make_workshop, metz
from tests.support import MORNING, FrozenClock
from tests.torture.crowd import crowd, sized
from tests.torture.leaver import MAIL, leave, take_one

pytestmark = pytest.mark.torture
NOW = metz(MORNING)
CAPACITY, WAITING = 6, 12


@pytest.fixture
def writing(app: Application) -> Iterator[Application]:
    former, app.settings = app.settings, replace(app.settings, **MAIL)  # type: ignore[arg-type]
    yield app
    app.settings = former


def a_full_one() -> tuple[Workshop, list[int], list[int]]:
    """Those who have a seat, then those who wait, in order."""
    workshop = make_workshop(capacity=CAPACITY)
    seated = [make_registration(workshop, f"S{n}", email=f"s{n}@exemple.fr").id for n in range(CAPACITY)]
    waits = {"status": Standing.WAITING}
    waiting = [
        make_registration(
            workshop, f"W{n}", email=f"w{n}@exemple.fr", waiting_since=NOW - timedelta(minutes=60 - n), **waits
        ).id
        for n in range(WAITING)
    ]
    db.session.remove()
    return workshop, seated, waiting


def judge(workshop_id: int, waiting: list[int], freed: int) -> None:
    """As many were offered a seat as were given back, the first of the list, each by one letter."""
    db.session.rollback()
    workshop = db.session.get_one(Workshop, workshop_id, populate_existing=True)
    seats = db.session.scalar(select(func.count()).select_from(Seat).where(Seat.workshop_id == workshop_id))
    assert workshop.taken == seats == CAPACITY
    rows: list[Any] = list(db.session.execute(select(Registration.id, Registration.status)))
    moved_on = {number for number, status in rows if number in waiting and status is not Standing.WAITING}
    assert moved_on == set(waiting[:freed])
    letters = select(Due.registration_id).where(Due.letter == Letter.SEAT_OFFERED, Due.registration_id.in_(waiting))
    assert Counter(db.session.scalars(letters)) == Counter(waiting[:freed])
    registered = select(Due.registration_id).where(Due.letter == Letter.REGISTERED, Due.registration_id.in_(waiting))
    accepted = [number for number, status in rows if number in waiting and status is Standing.REGISTERED]
    assert Counter(db.session.scalars(registered)) == Counter(accepted)


def test_two_leave_two_accept_and_two_workers_look_at_once(writing: Application, clock: FrozenClock) -> None:
    for _ in range(sized(20)):
        workshop, seated, waiting = a_full_one()
        leave(writing, seated[0])

        def act(number: int, seated: list[int] = seated) -> None:
            if number < 2:
                leave(writing, seated[1 + number])
            elif number < 4:
                take_one(writing)
            else:
                offer_seats(writing.settings, clock())

        crowd(writing, 6, act)
        judge(workshop.id, waiting, 3)
        finish_offers()


def finish_offers() -> None:
    """So that the next round finds only its own."""
    for registration in db.session.scalars(select(Registration).where(Registration.status == Standing.OFFERED)):
        registration.status, registration.answer_by = Standing.REGISTERED, None
    db.session.commit()


def test_unanswered_offers_end_once_however_many_workers_look(writing: Application, clock: FrozenClock) -> None:
    workshop, seated, waiting = a_full_one()
    leave(writing, seated[0])
    leave(writing, seated[1])
    clock.advance(hours=48)
    crowd(writing, 4, lambda _: offer_seats(writing.settings, clock()))
    judge(workshop.id, waiting, 4)
    assert [db.session.get_one(Registration, each).status for each in waiting[:5]] == [
        *[Standing.EXPIRED] * 2,
        *[Standing.OFFERED] * 2,
        Standing.WAITING,
    ]


def test_by_two_processes(writing: Application) -> None:
    workshop, seated, waiting = a_full_one()
    processes = [leaver(writing, seated[number::2]) for number in range(2)]
    for each in processes:
        assert each.stdin and each.stdout and each.stdout.readline() == b"ready\n"
    for each in processes:
        assert each.stdin
        each.stdin.write(b"go\n")
        each.stdin.flush()
    for each in processes:
        _, errors = each.communicate(timeout=120)
        assert each.returncode == 0, errors.decode()
    judge(workshop.id, waiting, CAPACITY)


def leaver(app: Application, numbers: list[int]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.torture.leaver", app.settings.database_url, *map(str, numbers)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, cwd=ROOT, **pipes)  # type: ignore[call-overload,no-any-return]
