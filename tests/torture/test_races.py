"""Two people, or sixty-four, at the same instant (RELIABILITY.md C01, C02, C13, C17, C18, B01, N10)."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.delivery.errands import enlist_reminders
from cnapp.delivery.worker import PostOffice, work_off
from cnapp.domain.appointments import Appointment, NotUpcoming, Status
from cnapp.domain.citizens import TooManyUpcoming
from cnapp.domain.commitments import Commitment, Kind, SlotTaken
from cnapp.domain.outbox import REMINDERS, Channel, Due
from cnapp.domain.places import Place
from cnapp.services import appointments
from cnapp.services.holds import TooManyHolds
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.booking import Aim, aim, begin, book, confirm, hold, party, reload
from tests.delivery.postmen import Postman, packed
from tests.factories import make_appointment, make_motif, make_place, make_presence, metz
from tests.support import MORNING, FrozenClock
from tests.torture.crowd import crowd, sized

pytestmark = pytest.mark.torture
CLIENTS = 32


def kinds(answers: list[Any]) -> Counter[type]:
    return Counter(type(answer) for answer in answers)


def rows(kind: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(kind)) or 0


def test_random_overlapping_promises_never_overlap(app: Application) -> None:
    """C01: whatever 64 writers try, the accepted ones are disjoint and as many as were acknowledged."""
    presences = [make_presence(at="2026-12-03 08:00", until="20:00") for _ in range(7)]
    known = [(presence.id, presence.conseiller_id) for presence in presences]
    start = metz("2026-12-03 08:00")

    def try_many(number: int) -> int:
        dice, accepted = random.Random(number), 0
        for _ in range(sized(20_000) // 64):
            presence_id, conseiller_id = dice.choice(known)
            at = start + timedelta(minutes=5 * dice.randrange(140))
            span = {"starts_at": at, "ends_at": at + timedelta(minutes=5 * dice.randrange(1, 4))}
            owner = {"presence_id": presence_id, "conseiller_id": conseiller_id, "kind": Kind.WORKSHOP}
            try:
                with transaction(conseiller_id):
                    db.session.execute(insert(Commitment).values(**owner, **span, buffer_minutes=0))
                accepted += 1
            except SlotTaken:
                pass
        return accepted

    accepted = crowd(app, 64, try_many)
    assert rows(Commitment) == sum(each for each in accepted if isinstance(each, int)) > 0


def test_one_of_thirty_two_gets_the_time(app: Application, clock: FrozenClock) -> None:
    """C02, without deadlock and without anything but « vient d’être prise » for the others."""
    motif = make_motif()
    for _ in range(sized(200)):
        place = make_place()
        make_presence(place=place)
        what = aim(motif, place, "2026-12-03 09:00")
        answers = crowd(app, CLIENTS, lambda _, what=what: book(what, now=clock()).id)  # type: ignore[misc]
        assert kinds(answers) == {int: 1, SlotTaken: CLIENTS - 1}


def test_the_same_answers_sent_eight_times_book_once(app: Application, clock: FrozenClock) -> None:
    """C13: one booking, eight identical answers, one letter."""
    motif = make_motif()
    for _ in range(sized(100)):
        place = make_place()
        make_presence(place=place)
        what, draft_id = aim(motif, place, "2026-12-03 09:00"), begin(now=clock())
        hold(draft_id, what, now=clock())
        send = partial(confirm, draft_id, what, party(), now=clock())
        answers = crowd(app, 8, lambda _, send=send: send().public_id)  # type: ignore[misc]
        assert len(set(answers)) == 1 and isinstance(answers[0], str)
    assert rows(Due) == rows(Appointment) == sized(100)
    postman = Postman()
    work_off(PostOffice(packed(postman)), clock=lambda: clock() + timedelta(minutes=2))
    assert len(postman.carried) == len(set(postman.carried)) == sized(100)


def test_cancelling_and_moving_at_once_leaves_one_state(app: Application, clock: FrozenClock) -> None:
    """C17: whoever comes second is told, and no time is lost or kept twice."""
    motif = make_motif()
    for _ in range(sized(100)):
        presence = make_presence()
        place = db.session.get_one(Place, presence.place_id)
        appointment = make_appointment(presence, motif=motif)
        what, draft_id = aim(motif, place, "2026-12-03 10:30"), begin(now=clock())
        hold(draft_id, what, now=clock())
        one = partial(change, appointment.id, appointment.conseiller_id, draft_id, what, now=clock())
        answers = crowd(app, 2, one)
        after = reload(appointment)
        assert after.status is Status.EXCUSED
        assert isinstance(answers[1], NotUpcoming) or after.version == 3
        assert promised_in(presence.id) == 0


def change(appointment_id: int, conseiller_id: int, draft_id: str, what: Aim, number: int, *, now: datetime) -> None:
    """Moves for the first caller's odd number, cancels for the other."""
    taking = what.taking(draft_id)
    with transaction(conseiller_id):
        appointment = db.session.get_one(Appointment, appointment_id)
        if number:
            appointments.move(appointment, taking, by=By.citizen(), now=now)
        else:
            appointments.cancel(appointment, by=By.citizen(), now=now)


def promised_in(presence_id: int) -> int:
    appointment = (Commitment.presence_id == presence_id, Commitment.kind == Kind.APPOINTMENT)
    return db.session.scalar(select(func.count()).select_from(Commitment).where(*appointment)) or 0


def test_an_expired_hold_goes_to_one_of_two(app: Application, clock: FrozenClock) -> None:
    """C18: its owner confirms while somebody else takes the time; one wins, one reads why."""
    motif = make_motif()
    for _ in range(sized(100)):
        place = make_place()
        make_presence(place=place)
        what, draft_id = aim(motif, place, "2026-12-03 09:00"), begin(now=clock())
        hold(draft_id, what, now=clock())
        later = clock() + timedelta(minutes=16)
        mine = partial(confirm, draft_id, what, party(), now=later)
        theirs = partial(book, what, now=later)
        answers = crowd(app, 2, lambda n, both=(mine, theirs): both[n]().id)  # type: ignore[misc]
        assert kinds(answers) == {int: 1, SlotTaken: 1}


def test_nobody_has_more_than_three_ahead_with_one_contact(app: Application, clock: FrozenClock) -> None:
    """B01: ten browsers, one telephone, ten free conseillers."""
    motif = make_motif()
    for number in range(sized(60)):
        aims = [aim(motif, make_presence().place, "2026-12-03 09:00") for _ in range(10)]
        call = partial(book, now=clock(), phone=f"06 39 98 {number:02} 00")
        answers = crowd(app, 10, lambda n, aims=aims, call=call: call(aims[n]).id)  # type: ignore[misc]
        assert kinds(answers) == {int: 3, TooManyUpcoming: 7}


def test_a_crowd_of_holds_leaves_a_part_of_a_presence_to_others(app: Application, clock: FrozenClock) -> None:
    """B03: holds that nobody confirms never close a morning, and are gone after a quarter of an hour."""
    motif, place = make_motif(duration_minutes=30), make_place()
    make_presence(at="2026-12-03 09:00", until="12:00", place=place)
    aims = [aim(motif, place, f"2026-12-03 {hour}:{minute}") for hour in ("09", "10", "11") for minute in ("00", "30")]
    answers = [try_to_hold(each, clock()) for each in aims]
    assert answers == [None] * 4 + [TooManyHolds] * 2
    clock.advance(minutes=16)
    assert try_to_hold(aims[0], clock()) is None


def try_to_hold(what: Aim, now: datetime) -> type[Refusal] | None:
    try:
        hold(begin(now=now), what, now=now)
    except Refusal as refusal:
        return type(refusal)
    return None


def test_many_nodes_that_enlist_at_once_write_each_reminder_once(app: Application) -> None:
    """N10."""
    for hour in range(9, 16):
        make_appointment(at=f"2026-12-03 {hour:02}:00", email="lea@exemple.fr")
    db.session.rollback()
    crowd(app, 8, lambda _: enlist_reminders([Channel.EMAIL], metz(MORNING)))
    keys = db.session.scalars(select(Due.key).where(Due.letter.in_(REMINDERS))).all()
    assert len(keys) == len(set(keys)) == 14
