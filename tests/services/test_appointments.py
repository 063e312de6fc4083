"""Booking, moving, cancelling, finding again: one change, one line in the journal, one letter."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.accounts import TooManyTries
from cnapp.domain.appointments import (
    AnswersLost,
    Appointment,
    AppointmentUnknown,
    Booker,
    NotUpcoming,
    Origin,
    Status,
    Told,
)
from cnapp.domain.citizens import TooManyUpcoming
from cnapp.domain.commitments import Commitment, SlotTaken
from cnapp.domain.drafts import Draft
from cnapp.domain.journal import Subject, entries_about
from cnapp.domain.outbox import Due, Letter
from cnapp.domain.slots import Door, Wish
from cnapp.services import appointments
from cnapp.services.journal import By
from cnapp.services.parties import Party, Someone
from cnapp.services.retrieval import retrieve
from tests.booking import Aim, aim, begin, book, confirm, hold, party, reload
from tests.factories import LINK_KEY, make_appointment, make_motif, make_presence, make_staff, metz
from tests.support import FrozenClock

pytestmark = pytest.mark.usefixtures("app")
MOMENT = "2026-12-03 09:00"


@pytest.fixture
def morning() -> Aim:
    return aim(make_motif(), make_presence().place, MOMENT)


def story_of(appointment: Appointment) -> list[str]:
    return [entry.what for entry in db.session.scalars(entries_about(Subject.APPOINTMENT, appointment.id))]


def letters_about(appointment: Appointment) -> list[Letter]:
    mine = select(Due.letter).where(Due.appointment_id == appointment.id).order_by(Due.version)
    return list(db.session.scalars(mine))


@pytest.mark.parametrize(("told", "seconds"), [(Told.PERSON, []), (Told.BOOKER, []), (Told.BOTH, [True])])
def test_each_who_is_to_be_told_has_a_letter_of_their_own(
    morning: Aim, clock: FrozenClock, told: Told, seconds: list[bool]
) -> None:
    draft_id = begin(now=clock())
    hold(draft_id, morning, now=clock())
    helper = Someone("Paul Weber")
    who = Party(Someone("Léa"), Origin.ONLINE, Booker.RELATIVE, booker=helper, told=told)
    made = confirm(draft_id, morning, who, now=clock())
    rows = db.session.scalars(select(Due).where(Due.appointment_id == made.id).order_by(Due.id))
    assert [row.is_second for row in rows] == [False, *seconds]


def commitments() -> list[Commitment]:
    return list(db.session.scalars(select(Commitment)))


def test_a_booking_takes_its_time_and_is_written_down(morning: Aim, clock: FrozenClock) -> None:
    made = book(morning, now=clock())
    assert made.status is Status.BOOKED and made.starts_at == metz(MOMENT)
    assert [each.id for each in commitments()] == [made.commitment_id]
    assert story_of(made) == ["booked"] and letters_about(made) == [Letter.CONFIRMED]
    assert db.session.scalars(select(Draft)).all() == []


def test_its_link_opens_it_and_no_other_does(morning: Aim, clock: FrozenClock) -> None:
    made = book(morning, now=clock())
    assert appointments.by_link(made.link(LINK_KEY), now=clock()).id == made.id
    for token in ("", "x" * 27, made.link("another key")):
        with pytest.raises(AppointmentUnknown):
            appointments.by_link(token, now=clock())


def test_its_link_dies_thirty_days_after_it(morning: Aim, clock: FrozenClock) -> None:
    made = book(morning, now=clock())
    token, end = made.link(LINK_KEY), made.ends_at
    assert appointments.by_link(token, now=end + timedelta(days=29, hours=23))
    with pytest.raises(AppointmentUnknown):
        appointments.by_link(token, now=end + timedelta(days=30))


def test_sent_again_it_is_the_same(morning: Aim, clock: FrozenClock) -> None:
    draft_id = begin(now=clock())
    hold(draft_id, morning, now=clock())
    first = confirm(draft_id, morning, party(), now=clock())
    assert confirm(draft_id, morning, party("Somebody Else"), now=clock()).id == first.id
    assert story_of(first) == ["booked"]


def test_an_expired_hold_that_nobody_took_may_be_confirmed(morning: Aim, clock: FrozenClock) -> None:
    draft_id = begin(now=clock())
    hold(draft_id, morning, now=clock())
    clock.advance(hours=5)
    assert confirm(draft_id, morning, party(), now=clock()).starts_at == metz(MOMENT)


def test_an_expired_hold_that_somebody_took_is_refused_and_the_answers_stay(morning: Aim, clock: FrozenClock) -> None:
    draft_id = begin(now=clock())
    hold(draft_id, morning, now=clock())
    clock.advance(minutes=16)
    book(morning, now=clock())
    with pytest.raises(SlotTaken):
        confirm(draft_id, morning, party(), now=clock())
    assert db.session.get(Draft, draft_id) is not None


def test_a_time_that_has_passed_is_not_confirmed(morning: Aim, clock: FrozenClock) -> None:
    draft_id = begin(now=clock())
    hold(draft_id, morning, now=clock())
    with pytest.raises((SlotTaken, AnswersLost)):
        confirm(draft_id, morning, party(), now=metz(MOMENT))


def test_answers_are_kept_a_day(morning: Aim, clock: FrozenClock) -> None:
    draft_id = begin(now=clock())
    clock.advance(hours=24)
    with pytest.raises(AnswersLost):
        confirm(draft_id, morning, party(), now=clock())


def test_choosing_another_time_frees_the_first(clock: FrozenClock) -> None:
    motif, place = make_motif(), make_presence().place
    draft_id = begin(now=clock())
    hold(draft_id, aim(motif, place, MOMENT), now=clock())
    hold(draft_id, aim(motif, place, "2026-12-03 10:30"), now=clock())
    assert [each.starts_at for each in commitments()] == [metz("2026-12-03 10:30")]


def test_the_fourth_with_one_contact_is_sent_to_the_desk(clock: FrozenClock) -> None:
    motif = make_motif()
    aims = [aim(motif, make_presence().place, MOMENT) for _ in range(5)]
    for each in aims[:3]:
        book(each, now=clock(), phone="06 39 98 12 34")
    with pytest.raises(TooManyUpcoming):
        book(aims[3], now=clock(), phone="+33 6 39 98 12 34")
    book(aims[4], now=clock(), phone="06 39 98 00 00")


def test_plus_addresses_are_one_contact(clock: FrozenClock) -> None:
    motif = make_motif()
    aims = [aim(motif, make_presence().place, MOMENT) for _ in range(4)]
    for number, each in enumerate(aims):
        draft_id = begin(now=clock())
        hold(draft_id, each, now=clock())
        who = Party(Someone("Léa", email=f"lea+{number}@exemple.fr"), Origin.ONLINE)
        if number < 3:
            confirm(draft_id, each, who, now=clock())
        else:
            with pytest.raises(TooManyUpcoming):
                confirm(draft_id, each, who, now=clock())


def test_a_professional_may_book_for_as_many_as_need_it(clock: FrozenClock) -> None:
    motif = make_motif()
    helper = Someone("Anne Weber", email="anne@exemple.fr", structure="Mission locale")
    who = Party(Someone("Karim"), Origin.ONLINE, Booker.PROFESSIONAL, helper, Told.BOOKER)
    for _ in range(5):
        each, draft_id = aim(motif, make_presence().place, MOMENT), begin(now=clock())
        hold(draft_id, each, now=clock())
        made = confirm(draft_id, each, who, now=clock())
    assert made.booker and made.booker.structure == "Mission locale" and made.person.name == "Karim"


def move(appointment: Appointment, what: Aim, draft_id: str, *, now: datetime) -> None:
    taking = what.taking(draft_id)
    with transaction(appointment.conseiller_id, *appointments.people_concerned(taking)):
        appointments.move(appointment, taking, by=By.citizen(), now=now)


def test_moving_keeps_the_old_time_until_the_new_one_is_confirmed(clock: FrozenClock) -> None:
    motif, presence = make_motif(), make_presence()
    made = make_appointment(presence, MOMENT, motif=motif)
    other = aim(motif, presence.place, "2026-12-03 10:30")
    draft_id = begin(now=clock())
    hold(draft_id, other, now=clock())
    assert {each.starts_at for each in commitments()} == {metz(MOMENT), metz("2026-12-03 10:30")}
    move(made, other, draft_id, now=clock())
    assert [each.starts_at for each in commitments()] == [metz("2026-12-03 10:30")]
    assert reload(made).starts_at == metz("2026-12-03 10:30") and made.version == 2
    assert story_of(made) == ["booked", "moved"] and letters_about(made) == [Letter.CONFIRMED, Letter.MOVED]


def test_cancelling_frees_the_time_at_once_and_twice_is_once(clock: FrozenClock) -> None:
    made = make_appointment()
    for _ in range(2):
        with transaction(made.conseiller_id):
            appointments.cancel(made, by=By.citizen(), reason="better", now=clock())
    assert commitments() == [] and reload(made).status is Status.EXCUSED
    assert story_of(made) == ["booked", "cancelled"] and letters_about(made) == [Letter.CONFIRMED, Letter.CANCELLED]


def test_the_service_may_cancel_too(clock: FrozenClock) -> None:
    made, nadia = make_appointment(), make_staff()
    with transaction(made.conseiller_id):
        appointments.revoke(made, by=By.staff(nadia), now=clock())
    assert reload(made).status is Status.REVOKED and letters_about(made)[-1] is Letter.REVOKED


def test_what_has_begun_can_no_longer_be_cancelled() -> None:
    made = make_appointment()
    with pytest.raises(NotUpcoming), transaction(made.conseiller_id):
        appointments.cancel(made, by=By.citizen(), now=made.starts_at)
    assert reload(made).status is Status.BOOKED


def test_staff_book_in_one_go_without_least_notice(clock: FrozenClock) -> None:
    motif, presence, nadia = make_motif(least_notice_minutes=9999), make_presence(), make_staff()
    wish = Wish(motif, (presence.place_id,), door=Door.STAFF)
    who = Party(Someone("Karim"), Origin.CONSEILLER)
    what = aim(motif, presence.place, MOMENT).choice
    now = metz("2026-12-03 08:30")
    with transaction(presence.conseiller_id):
        made = appointments.book_directly(wish, what, party=who, by=By.staff(nadia), link_key=LINK_KEY, now=now)
    assert made.origin is Origin.CONSEILLER and reload(made).created_at == now != clock()


def find(code: str, letters: str, *, at: FrozenClock, address: str = "192.0.2.1") -> Appointment | None:
    with transaction():
        return retrieve(code, letters, address=address, now=at())


@pytest.mark.parametrize("letters", ["sch", "SCHMITT", "él", "Elo", " Sch "])
def test_a_code_and_three_letters_of_any_word_open_a_booking(letters: str, clock: FrozenClock) -> None:
    made = make_appointment(name="Élodie Schmitt")
    is_enough = len(letters.strip()) >= 3
    found = find(made.shown_code.lower(), letters, at=clock)
    assert (found is not None) == is_enough


def test_a_short_name_is_given_whole(clock: FrozenClock) -> None:
    made = make_appointment(name="Bo Li")
    assert find(made.code, "li", at=clock)
    assert not find(made.code, "b", at=clock)


def test_a_code_is_tried_five_times_a_quarter_of_an_hour(clock: FrozenClock) -> None:
    made = make_appointment(name="Marie Schmitt")
    for _ in range(5):
        assert find(made.code, "xyz", at=clock) is None
    with pytest.raises(TooManyTries):
        find(made.code, "sch", at=clock, address="198.51.100.7")
    clock.advance(minutes=15, seconds=1)
    assert find(made.code, "sch", at=clock)


def test_codes_that_do_not_exist_are_counted_by_address(clock: FrozenClock) -> None:
    for number in range(200):
        assert find(f"AAAA{number:04}".translate(str.maketrans("01", "XY")), "sch", at=clock) is None
    with pytest.raises(TooManyTries):
        find("BBBBBBBB", "sch", at=clock)
    assert find("BBBBBBBB", "sch", at=clock, address="198.51.100.7") is None
