"""The post worker sees each letter to its end, whatever its writer and its carrier do (RELIABILITY.md N02, N05–N07)."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from cnapp.base.database import db, transaction
from cnapp.delivery.carriers import Permanent, Temporary
from cnapp.delivery.worker import PostOffice, work, work_off, work_once
from cnapp.domain.appointments import Appointment
from cnapp.domain.outbox import TOLD_WITHIN, Due, Outcome
from cnapp.services import post
from tests.delivery.postmen import Postman, Writer, packed, write_letter
from tests.factories import make_appointment, make_due, metz
from tests.support import MORNING, FrozenClock

pytestmark = pytest.mark.usefixtures("app")
NOW = metz(MORNING)
MINUTE = timedelta(minutes=1)


def office(postman: Postman, writer: Writer = write_letter) -> PostOffice:
    return PostOffice(packed(postman, writer), chance=lambda: 0.5)


def refuses(fault: Exception) -> Postman:
    def refuse() -> None:
        raise fault

    return Postman(refuse)


def after(due: Due) -> Due:
    db.session.rollback()
    return db.session.get_one(Due, due.id)


def ends(due: Due) -> tuple[Outcome | None, str | None]:
    return after(due).outcome, after(due).last_error


def message_ids(*letters: Due) -> list[str]:
    return [str(write_letter(each, NOW)["Message-ID"]) for each in letters]  # type: ignore[index]


def test_a_letter_is_handed_over_and_marked() -> None:
    due, postman = make_due(make_appointment(), NOW), Postman()
    assert work_once(office(postman), NOW)
    assert postman.carried == message_ids(due) and ends(due) == (Outcome.SENT, None)
    assert not work_once(office(postman), NOW)


def test_no_transaction_is_open_while_the_carrier_takes_its_time() -> None:
    """Whoever books meanwhile waits for nothing."""
    due = make_due(make_appointment(), NOW)
    open_ones = []
    postman = Postman(lambda: open_ones.append(db.session().in_transaction()))
    work_once(office(postman), NOW)
    assert open_ones == [False] and ends(due) == (Outcome.SENT, None)


def test_what_may_go_better_later_waits_and_leaves_then() -> None:
    due = make_due(make_appointment(), NOW)
    work_off(office(refuses(Temporary("smtp 451"))), clock=lambda: NOW)
    assert ends(due) == (None, "smtp 451") and after(due).put_off_until == NOW + MINUTE

    postman = Postman()
    assert not work_once(office(postman), NOW) and work_once(office(postman), NOW + MINUTE)
    assert postman.carried == message_ids(due) and after(due).outcome is Outcome.SENT


def test_what_is_refused_for_good_is_given_up() -> None:
    """N06."""
    due = make_due(make_appointment(), NOW)
    work_once(office(refuses(Permanent("smtp 550"))), NOW)
    assert ends(due) == (Outcome.GIVEN_UP, "smtp 550")


def test_what_cannot_be_written_is_parked_and_the_queue_goes_on() -> None:
    bad, good = make_due(make_appointment(), NOW - MINUTE), make_due(make_appointment(), NOW)

    def writer(due: Due, now: datetime) -> EmailMessage | None:
        if due.id == bad.id:
            raise KeyError("Marie Schmitt")
        return write_letter(due, now)

    postman = Postman()
    work_off(office(postman, writer), clock=lambda: NOW)
    assert ends(bad) == (Outcome.PARKED, "KeyError")
    assert postman.carried == message_ids(good)


def test_a_carrier_that_is_mistaken_holds_up_nobody_else() -> None:
    due, other = make_due(make_appointment(), NOW - MINUTE), make_due(make_appointment(), NOW)
    work_off(office(refuses(ValueError("marie@exemple.fr"))), clock=lambda: NOW)
    assert ends(due) == ends(other) == (Outcome.PARKED, "ValueError")


def test_a_mistake_before_letters_are_looked_for_holds_up_none() -> None:
    def stumble(_now: datetime) -> None:
        raise KeyError("Marie Schmitt")

    due, postman = make_due(make_appointment(), NOW), Postman()
    work_off(PostOffice(packed(postman), errands=[stumble]), clock=lambda: NOW)
    assert postman.carried == message_ids(due) and ends(due) == (Outcome.SENT, None)


def test_nothing_to_say_is_settled_without_a_word() -> None:
    """N07."""
    due, postman = make_due(make_appointment(), NOW), Postman()
    work_once(office(postman, lambda due, now: None), NOW)
    assert ends(due) == (Outcome.UNNEEDED, None) and postman.carried == []


def test_a_change_of_mind_within_a_minute_sends_the_last_state_once() -> None:
    appointment, postman = make_appointment(), Postman()
    first, last = make_due(appointment, NOW - MINUTE), make_due(appointment, NOW)
    work_off(office(postman), clock=lambda: NOW)
    assert postman.carried == message_ids(last) and ends(first) == (Outcome.OVERTAKEN, None)


def test_old_news_is_not_told() -> None:
    """As when letters begin to leave in a town that has worked without them."""
    due, postman = make_due(make_appointment(), NOW - TOLD_WITHIN - MINUTE), Postman()
    work_off(office(postman), clock=lambda: NOW)
    assert postman.carried == [] and ends(due) == (Outcome.TOO_LATE, None)


def test_after_six_hours_without_a_mail_server_all_leave_once_and_in_order(clock: FrozenClock) -> None:
    """N05."""
    back_at, postman = NOW + timedelta(hours=6), Postman()

    def answer() -> None:
        if clock() < back_at:
            raise Temporary("timeout")

    postman.before = answer
    booked = [make_appointment(at=f"2026-12-{day:02} 09:00") for day in range(1, 6)]
    changes = [[make_due(each, NOW + timedelta(hours=hour)) for hour in range(4)] for each in booked]
    for _ in range(8 * 60):
        work_off(office(postman), clock=clock)
        clock.advance(minutes=1)
    for letters in changes:
        mine = message_ids(*letters)
        assert [each for each in postman.carried if each in mine] == mine
    assert len(postman.carried) == 20
    assert after(changes[0][0]).tries > 10


def test_a_worker_that_was_frozen_too_long_marks_nothing() -> None:
    """Another has taken the letter meanwhile: it went twice, as it must, and the mark is the other's."""
    due, other = make_due(make_appointment(), NOW), Postman()

    def freeze() -> None:
        with transaction():
            long_ago = NOW - timedelta(days=365)
            db.session.execute(update(Due).where(Due.id == due.id).values(claimed_until=long_ago))
        assert work_once(office(other), NOW + MINUTE)
        raise Permanent("smtp 550")

    assert work_once(office(Postman(freeze)), NOW)
    assert other.carried == message_ids(due)
    assert ends(due) == (Outcome.SENT, None) and after(due).settled_at == NOW + MINUTE


def test_a_letter_whose_appointment_is_gone_by_then_is_nobodys() -> None:
    """What is past its time may be removed while a letter about it is on its way."""
    make_due(make_appointment(), NOW)
    changes = select(Due.id).where(Due.version > 1)

    def remove() -> None:
        with transaction():
            db.session.execute(delete(Due).where(Due.version > 1))
            db.session.execute(update(Appointment).values(version=1))

    assert work_once(office(Postman(remove)), NOW)
    db.session.rollback()
    assert db.session.scalars(changes).all() == []


def test_a_database_that_fails_is_no_fault_of_the_letter() -> None:
    due = make_due(make_appointment(), NOW)

    def writer(due: Due, now: datetime) -> EmailMessage | None:
        raise OperationalError("SELECT", {}, Exception("server closed the connection"))

    with pytest.raises(OperationalError):
        work_once(office(Postman(), writer), NOW)
    assert ends(due) == (None, None) and after(due).claim is not None


def test_a_worker_works_until_it_is_over_and_beats(clock: FrozenClock) -> None:
    letters = [make_due(make_appointment(at=f"2026-12-0{day} 09:00"), NOW) for day in (1, 2, 3)]
    postman = Postman()
    work(office(postman), clock=clock, is_over=lambda: len(postman.carried) == 2)
    assert postman.carried == message_ids(*letters[:2])
    assert post.lag(NOW + MINUTE) == post.Lag(oldest_due_seconds=60, last_beat_seconds=60)
