"""Letters taken in hand, and what becomes of them (RELIABILITY.md N02, N05)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from cnapp.base.database import db, transaction
from cnapp.domain.outbox import FIRST_DELAY, LONGEST_DELAY, TOLD_WITHIN, Channel, Due, Letter, Outcome, delay_after
from cnapp.services import post
from cnapp.services.post import LEASE, Claim, ClaimLost
from tests.factories import keep, make_appointment, make_due, metz
from tests.support import MORNING

pytestmark = pytest.mark.usefixtures("app")
NOW = metz(MORNING)
MINUTE = timedelta(minutes=1)


def claim(now: datetime = NOW) -> Claim | None:
    with transaction():
        return post.claim(now)


def claimed(now: datetime = NOW) -> Claim:
    found = claim(now)
    assert found is not None
    return found


def settle(claim: Claim, outcome: Outcome = Outcome.SENT, error: str | None = None) -> None:
    with transaction():
        post.settle(claim, outcome, channel=Channel.EMAIL, error=error, now=NOW)


def put_off(claim: Claim, chance: float = 0.5, now: datetime = NOW) -> None:
    with transaction():
        post.put_off(claim, error="smtp_451", chance=chance, now=now)


def end_lease(claim: Claim) -> None:
    """As when its worker has been away for too long, by whatever clock the lease is measured."""
    with transaction():
        long_ago = NOW - timedelta(days=365)
        db.session.execute(update(Due).where(Due.id == claim.due_id).values(claimed_until=long_ago))


def kept(claim: Claim) -> Due:
    db.session.rollback()
    return db.session.get_one(Due, claim.due_id)


def why_unsent(due: Due, now: datetime = NOW) -> Outcome | None:
    return post.why_unsent(db.session.get_one(Due, due.id), now=now)


def test_what_is_due_is_taken_once_and_the_oldest_first() -> None:
    later, older = make_due(make_appointment(), NOW), make_due(make_appointment(), NOW - MINUTE)
    make_due(make_appointment(), NOW + MINUTE)
    assert [claimed().due_id, claimed().due_id, claim()] == [older.id, later.id, None]


def test_a_letter_that_left_is_taken_no_more() -> None:
    make_due(make_appointment(), NOW)
    mine = claimed()
    settle(mine)
    assert claim(NOW + LEASE * 2) is None
    due = kept(mine)
    assert (due.outcome, due.settled_at, due.tries, due.last_error) == (Outcome.SENT, NOW, 1, None)


def test_a_letter_whose_worker_is_gone_comes_back_after_the_lease() -> None:
    """N02."""
    make_due(make_appointment(), NOW)
    first = claimed()
    assert claim() is None
    end_lease(first)
    second = claimed()
    assert second.due_id == first.due_id and second.token != first.token
    assert kept(second).tries == 2


def test_a_late_mark_is_refused() -> None:
    """Whoever was away for too long says nothing more, whether another has it in hand or is done with it."""
    make_due(make_appointment(), NOW)
    late = claimed()
    end_lease(late)
    mine = claimed()
    for _ in range(2):
        with pytest.raises(ClaimLost):
            settle(late, Outcome.GIVEN_UP, "smtp_550")
        with pytest.raises(ClaimLost):
            put_off(late)
        with pytest.raises(ClaimLost):
            post.letter_in_hand(late)
        if kept(mine).settled_at is None:
            settle(mine)
    assert (kept(mine).outcome, kept(mine).put_off_until, kept(mine).last_error) == (Outcome.SENT, None, None)


def test_a_lease_that_ended_is_still_ours_while_nobody_else_has_come() -> None:
    make_due(make_appointment(), NOW)
    mine = claimed()
    end_lease(mine)
    settle(mine)
    assert kept(mine).outcome is Outcome.SENT


def test_letters_of_an_appointment_leave_in_their_order() -> None:
    """N05: while the first is in hand or put off the second waits, and nobody else's does."""
    appointment = make_appointment()
    first, second = make_due(appointment, NOW - MINUTE * 10), make_due(appointment, NOW - MINUTE * 5)
    mine = claimed()
    assert mine.due_id == first.id and claim() is None
    put_off(mine)
    other = make_due(make_appointment(), NOW)
    assert claimed().due_id == other.id and claim() is None

    again = claimed(NOW + MINUTE)
    assert again.due_id == first.id
    settle(again, Outcome.PARKED, "KeyError")
    assert claimed(NOW + MINUTE).due_id == second.id


def test_a_letter_for_later_holds_up_none_that_is_due() -> None:
    """As a reminder written with the booking will."""
    appointment = make_appointment()
    make_due(appointment, NOW, due_at=NOW + timedelta(days=2))
    due = make_due(appointment, NOW)
    assert claimed().due_id == due.id


def test_letters_on_the_same_state_do_not_wait_for_one_another() -> None:
    """Of the person and of whoever booked for them, one may have a mailbox that refuses."""
    person = make_due(make_appointment(), NOW)
    about = {"appointment_id": person.appointment_id, "version": person.version}
    booker = keep(Due(key="booker/2", letter=person.letter, **about, due_at=NOW, created_at=NOW))
    assert [claimed().due_id, claimed().due_id] == [person.id, booker.id]


def test_what_failed_is_tried_later_and_later() -> None:
    make_due(make_appointment(), NOW)
    mine, moment = claimed(), NOW
    for minutes in (1, 2, 4, 8, 16, 30, 30):
        put_off(mine, now=moment)
        due = kept(mine)
        assert due.put_off_until == moment + minutes * MINUTE and due.last_error == "smtp_451"
        assert claim(moment + minutes * MINUTE - timedelta(seconds=1)) is None
        moment += minutes * MINUTE
        mine = claimed(moment)


def test_delays_spread_by_chance_and_never_run_away() -> None:
    assert [delay_after(1, chance) / FIRST_DELAY for chance in (0, 0.5, 1)] == [0.5, 1, 1.5]
    assert delay_after(10_000, 0.5) == LONGEST_DELAY


def test_a_change_of_mind_within_a_minute_sends_the_last_state_once() -> None:
    appointment = make_appointment()
    at = [NOW - timedelta(seconds=seconds) for seconds in (200, 100, 40, 0)]
    letters = [make_due(appointment, each) for each in at]
    assert [why_unsent(each) for each in letters] == [None, Outcome.OVERTAKEN, Outcome.OVERTAKEN, None]


def test_another_letter_on_the_same_state_overtakes_nothing() -> None:
    confirmed = make_due(make_appointment(), NOW)
    about = {"appointment_id": confirmed.appointment_id, "version": confirmed.version}
    keep(Due(key="reminder/1", letter=Letter.CONFIRMED, **about, due_at=NOW, created_at=NOW))
    assert why_unsent(confirmed) is None


def test_what_could_not_leave_for_a_week_is_no_news() -> None:
    due = make_due(make_appointment(), NOW)
    assert why_unsent(due, NOW + TOLD_WITHIN) is None
    assert why_unsent(due, NOW + TOLD_WITHIN + MINUTE) is Outcome.TOO_LATE


@pytest.mark.parametrize("outcome", [Outcome.GIVEN_UP, Outcome.PARKED])
def test_a_failure_says_why(outcome: Outcome) -> None:
    make_due(make_appointment(), NOW)
    mine = claimed()
    with pytest.raises(IntegrityError):
        settle(mine, outcome)
    settle(mine, outcome, "x" * 100)
    assert kept(mine).last_error == "x" * 40


@pytest.mark.parametrize(
    "values",
    [
        {"outcome": Outcome.SENT},
        {"settled_at": NOW},
        {"claim": "mine"},
        {"claimed_until": NOW},
        {"claim": "mine", "claimed_until": NOW, "settled_at": NOW, "outcome": Outcome.UNNEEDED},
        {"settled_at": NOW, "outcome": Outcome.SENT},
        {"settled_at": NOW, "outcome": Outcome.ENTRUSTED},
        {"appointment_id": None},
        {"tries": -1},
    ],
)
def test_the_database_refuses_what_cannot_be(values: dict[str, object]) -> None:
    due = make_due(make_appointment(), NOW)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(Due).where(Due.id == due.id).values(values))


def test_the_lag_is_that_of_the_oldest_letter_and_of_the_last_look() -> None:
    assert post.lag(NOW) == post.Lag(None, None)
    make_due(make_appointment(), NOW - MINUTE * 20)
    put_off(claimed())
    for moment in (NOW - MINUTE * 2, NOW - MINUTE):
        with transaction():
            post.beat(moment)
    assert post.lag(NOW) == post.Lag(oldest_due_seconds=1200, last_beat_seconds=60)
    settle(claimed(NOW + MINUTE))
    assert post.lag(NOW).oldest_due_seconds is None
