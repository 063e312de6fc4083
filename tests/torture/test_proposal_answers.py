"""A proposal answered, withdrawn and given up waiting for at the same instant: one of them decides, and once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.delivery.errands import settle_unanswered
from cnapp.domain.appointments import Appointment
from cnapp.domain.calls import Call
from cnapp.domain.journal import Subject
from cnapp.domain.plans import Displacement, NotProposed, Standing
from cnapp.services.appointments import cancel
from cnapp.services.journal import By, history
from cnapp.services.proposal_answers import accept, choice_of
from cnapp.web.application import Application
from tests.factories import make_appointment, make_place, make_presence, make_staff
from tests.replacing import line_of, lose, propose, take_away
from tests.support import FrozenClock
from tests.torture.crowd import crowd, sized

pytestmark = pytest.mark.torture
DAY, LATER = "2026-12-01", "2026-12-03"


@pytest.fixture
def line(app: Application, clock: FrozenClock) -> Displacement:
    """Léa was to come on Tuesday at nine; Hugo receives her elsewhere on Thursday."""
    lea = make_appointment(make_presence(f"{DAY} 09:00", "17:00"), f"{DAY} 09:00", phone="+33387123456")
    elsewhere = make_presence(f"{LATER} 09:00", "17:00", place=make_place(), conseiller=make_staff("Hugo"))
    return propose(lose(lea, now=clock()), elsewhere, f"{LATER} 10:00", now=clock())


def say_yes(appointment_id: int, choice: str, clock: FrozenClock) -> None:
    appointment = db.session.get_one(Appointment, appointment_id)
    with transaction(appointment.conseiller_id):
        accept(appointment, choice, by=By.citizen(), now=clock())


def verbs(line: Displacement) -> list[str]:
    db.session.rollback()
    return [entry.what for entry in history((Subject.APPOINTMENT, line.appointment_id or 0))[0]]


def asked(line: Displacement) -> tuple[int, str]:
    assert line.appointment
    return line.appointment.id, choice_of(line.appointment)


@pytest.mark.parametrize("round_", range(sized(10)))
def test_several_workers_give_up_waiting_and_somebody_calls_once(
    app: Application, line: Displacement, clock: FrozenClock, round_: int
) -> None:
    clock.set(f"{DAY} 18:00")
    crowd(app, 4, lambda _: settle_unanswered(clock()))
    assert line_of(line).standing is Standing.TO_CALL
    assert len(db.session.scalars(select(Call)).all()) == 1
    assert verbs(line).count("unanswered") == 1


@pytest.mark.parametrize("round_", range(sized(10)))
def test_yes_as_the_time_to_answer_ends(app: Application, line: Displacement, clock: FrozenClock, round_: int) -> None:
    """Yes it is, and nobody is called."""
    number, choice = asked(line)
    clock.set(f"{DAY} 18:00")
    crowd(app, 4, lambda n: settle_unanswered(clock()) if n % 2 else say_yes(number, choice, clock))
    assert line_of(line).standing is Standing.ACCEPTED
    assert db.session.scalars(select(Call).where(Call.settled_at.is_(None))).all() == []
    assert verbs(line).count("accepted") == 1


@pytest.mark.parametrize("round_", range(sized(10)))
def test_yes_as_it_is_withdrawn(app: Application, line: Displacement, clock: FrozenClock, round_: int) -> None:
    """Either they said yes in time and it stays, or they read that it is not proposed any more."""
    number, choice = asked(line)

    def act(n: int) -> object:
        if n:
            return say_yes(number, choice, clock)
        return withdraw_unless_answered(line.id, clock)

    answers = crowd(app, 2, act)
    standing = line_of(line).standing
    said_no = isinstance(answers[1], NotProposed)
    assert (standing, said_no) in ((Standing.ACCEPTED, False), (Standing.OPEN, True))


def withdraw_unless_answered(line_id: int, clock: FrozenClock) -> bool:
    """As undoing a plan does: under the lock, what was answered is left."""
    line = db.session.get_one(Displacement, line_id)
    assert line.appointment
    with transaction(line.conseiller_id, line.appointment.conseiller_id):
        is_untouched = db.session.get_one(Displacement, line_id).standing is Standing.PROPOSED
        if is_untouched:
            take_away(line, now=clock())
    return is_untouched


@pytest.mark.parametrize("round_", range(sized(10)))
def test_yes_as_the_other_of_them_cancels(
    app: Application, line: Displacement, clock: FrozenClock, round_: int
) -> None:
    number, choice = asked(line)

    def act(n: int) -> object:
        if n:
            return say_yes(number, choice, clock)
        appointment = db.session.get_one(Appointment, number)
        with transaction(appointment.conseiller_id):
            cancel(appointment, by=By.citizen(), now=clock())
        return None

    answers = crowd(app, 2, act)
    assert line_of(line).standing in (Standing.ENDED, Standing.ACCEPTED)
    assert not db.session.get_one(Appointment, number).stands
    assert [each for each in answers if isinstance(each, Refusal)] in ([], [answers[1]])
