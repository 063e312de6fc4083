"""Everybody wants the last seats of a workshop at the same instant (RELIABILITY.md C06, C07, C08, C09, C13, C18)."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from cnapp.base.database import db, transaction
from cnapp.domain.outbox import Due
from cnapp.domain.registrations import ACTIVE, RegisteredAlready, Registration, Standing
from cnapp.domain.seats import Seat
from cnapp.domain.workshops import Workshop, WorkshopFull
from cnapp.services import registrations, seats, waiting_list
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.factories import make_registration, make_workshop
from tests.registering import applicant, hold, register, register_or_wait, wait
from tests.support import FrozenClock
from tests.torture.crowd import crowd, sized

pytestmark = pytest.mark.torture
ROOT = Path(__file__).parent.parent.parent
SEATS, PEOPLE, PROCESSES, THREADS = 12, 500, 2, 8


def kinds(answers: list[Any]) -> Counter[type]:
    return Counter(type(answer) for answer in answers)


def standings(workshop_id: int) -> Counter[Standing]:
    db.session.rollback()
    return Counter(db.session.scalars(select(Registration.status).where(Registration.workshop_id == workshop_id)))


def counted(workshop_id: int) -> tuple[int, int]:
    """The counter, and the rows that it counts."""
    db.session.rollback()
    rows = db.session.scalar(select(func.count()).where(Seat.workshop_id == workshop_id)) or 0
    return db.session.get_one(Workshop, workshop_id).taken, rows


def test_twelve_of_five_hundred_have_a_seat(app: Application) -> None:
    """C06, by threads of several processes: the others wait, in one list."""
    workshop, people = make_workshop(capacity=SEATS), sized(PEOPLE)
    command = [sys.executable, "-m", "tests.torture.registrant", app.settings.database_url, str(workshop.id)]
    processes = [
        subprocess.Popen(
            [*command, str(number * people), str(people // PROCESSES), str(THREADS)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        for number in range(PROCESSES)
    ]
    for each in processes:
        assert each.stdout and each.stdout.readline() == b"ready\n"
    for each in processes:
        each.stdin.close()  # type: ignore[union-attr]
    told = [each.stdout.read().split() for each in processes]  # type: ignore[union-attr]
    assert [each.wait(timeout=30) for each in processes] == [0] * PROCESSES
    seated, waiting = (sum(int(each[column]) for each in told) for column in (0, 1))
    assert (seated, waiting) == (SEATS, people - SEATS)
    assert standings(workshop.id) == {Standing.REGISTERED: SEATS, Standing.WAITING: people - SEATS}
    assert counted(workshop.id) == (SEATS, SEATS)


def test_the_last_seat_and_a_hold_that_expires(app: Application, clock: FrozenClock) -> None:
    """C18: its owner confirms while another registers; one of them has it."""
    for number in range(sized(50)):
        workshop_id = make_workshop(capacity=1).id
        draft_id = hold(workshop_id, now=clock())
        now = {"settings": app.settings, "now": clock() + timedelta(minutes=16)}
        both = applicant(2 * number, draft_id), applicant(2 * number + 1)
        answers = crowd(app, 2, lambda n, both=both, id=workshop_id, now=now: register(id, both[n], **now))  # type: ignore[misc]
        assert kinds(answers) == {str: 1, WorkshopFull: 1}
        assert counted(workshop_id) == (1, 1)


def test_the_same_answers_sent_eight_times_register_once(app: Application, clock: FrozenClock) -> None:
    """C13: one registration, eight identical answers, one letter."""
    for number in range(sized(50)):
        workshop_id = make_workshop().id
        application = applicant(number, hold(workshop_id, now=clock()))
        send = partial(register, workshop_id, application, settings=app.settings, now=clock())
        answers = crowd(app, 8, lambda _, send=send: send())  # type: ignore[misc]
        assert len(set(answers)) == 1 and isinstance(answers[0], str)
        assert counted(workshop_id) == (1, 1)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Due)) == sized(50)


def test_one_person_in_eight_windows_registers_once(app: Application, clock: FrozenClock) -> None:
    """C09."""
    workshop_id = make_workshop().id
    send = partial(register, workshop_id, applicant(1), settings=app.settings, now=clock())
    assert kinds(crowd(app, 8, lambda _: send())) == {str: 1, RegisteredAlready: 7}
    assert counted(workshop_id) == (1, 1)


def test_the_capacity_goes_down_while_people_register(app: Application, clock: FrozenClock) -> None:
    """C08: whoever comes second is refused, and nobody is above it."""
    for number in range(sized(50)):
        workshop_id = make_workshop(capacity=SEATS).id

        def act(each: int, workshop_id: int = workshop_id, number: int = number) -> bool:
            if each % 4 == 0:
                return lower(workshop_id, SEATS - 2 - each)
            return register_or_wait(workshop_id, 16 * number + each, settings=app.settings, now=clock())

        answers = crowd(app, 12, act)
        taken, rows = counted(workshop_id)
        assert taken == rows <= db.session.get_one(Workshop, workshop_id).capacity
        assert {type(each) for each in answers} <= {bool, WorkshopFull}


def lower(workshop_id: int, capacity: int) -> bool:
    """Raises WorkshopFull: the database refuses fewer seats than are taken."""
    with transaction():
        seats.hold_still(workshop_id).capacity = capacity
    return True


def test_two_cancel_and_two_are_promoted_in_order(app: Application, clock: FrozenClock) -> None:
    """C07: whatever else happens at once, the first two of the list have the offers, one letter each."""
    for number in range(sized(50)):
        workshop = make_workshop(capacity=2)
        seated = [make_registration(workshop, phone=f"+336399{number:03}{each}0").id for each in range(2)]
        options = {"settings": app.settings, "now": clock()}
        queue = [wait(workshop.id, applicant(8 * number + each), **options) for each in range(4)]

        def act(each: int, seated: list[int] = seated, workshop_id: int = workshop.id, number: int = number) -> str:
            if each < 2:
                return cancelled(seated[each], app, clock)
            return register(workshop_id, applicant(8 * number + 3 + each), settings=app.settings, now=clock())

        answers = crowd(app, 4, act)
        assert kinds(answers) == {str: 2, WorkshopFull: 2}
        db.session.rollback()
        offered = (
            select(Registration.public_id).where(Registration.status == Standing.OFFERED).order_by(Registration.id)
        )
        assert db.session.scalars(offered.where(Registration.workshop_id == workshop.id)).all() == queue[:2]
        assert counted(workshop.id) == (2, 2)


def cancelled(registration_id: int, app: Application, clock: FrozenClock) -> str:
    with transaction():
        registration = db.session.get_one(Registration, registration_id)
        registrations.cancel(registration, by=By.citizen(), settings=app.settings, now=clock())
    return "cancelled"


def test_accepting_declining_and_expiring_at_once_leaves_one_end(app: Application, clock: FrozenClock) -> None:
    """C17: the seat is somebody's, or the next one's; never nobody's and never two people's."""
    for number in range(sized(50)):
        workshop = make_workshop(capacity=1)
        seated = make_registration(workshop, phone=f"+336399{number:03}90").id
        options = {"settings": app.settings, "now": clock()}
        for each in range(4):
            wait(workshop.id, applicant(4 * number + each), **options)
        cancelled(seated, app, clock)
        [offered] = with_standing(workshop.id, Standing.OFFERED)
        crowd(app, 6, partial(answer, offered, workshop.id, app, clock() + timedelta(hours=60)))
        after = standings(workshop.id)
        assert sum(after[each] for each in ACTIVE if each is not Standing.WAITING) == 1
        assert counted(workshop.id) == (1, 1)


def with_standing(workshop_id: int, standing: Standing) -> list[int]:
    db.session.rollback()
    query = select(Registration.id).where(Registration.workshop_id == workshop_id, Registration.status == standing)
    return list(db.session.scalars(query))


def answer(registration_id: int, workshop_id: int, app: Application, late: Any, number: int) -> None:
    """One of three: yes in time, no, and the worker who finds that the time is over."""
    with transaction():
        registration = db.session.get_one(Registration, registration_id)
        options = {"settings": app.settings, "now": app.clock()}
        if number % 3 == 0:
            waiting_list.accept(registration, by=By.citizen(), **options)
        elif number % 3 == 1:
            waiting_list.decline(registration, by=By.citizen(), **options)
        else:
            waiting_list.sweep(seats.hold_still(workshop_id), settings=app.settings, now=late)
