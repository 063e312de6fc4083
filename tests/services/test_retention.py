"""What is past its time goes, with all that knew it, and nothing else does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from cnapp.base.database import Base, db, transaction
from cnapp.domain.accounts import Attempt, PasswordLink, SignIn, Try
from cnapp.domain.appointments import Appointment, Booker, Origin, Status
from cnapp.domain.calls import Answer, Call, CallAttempt, Ending, Reason
from cnapp.domain.citizens import Citizen
from cnapp.domain.codes import ReservedCode
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.consultations import Consultation
from cnapp.domain.drafts import Draft
from cnapp.domain.journal import Entry
from cnapp.domain.kits import Loan
from cnapp.domain.offers import Answer as OfferAnswer
from cnapp.domain.offers import Offer
from cnapp.domain.outbox import Channel, Due, Letter, Outcome
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.seats import Seat
from cnapp.domain.visits import State, Visit
from cnapp.domain.waits import Ending as WaitEnding
from cnapp.domain.waits import Wait, WaitPlace
from cnapp.domain.workshop_sessions import Attendance, Leading, WorkshopSession
from cnapp.domain.workshops import Workshop
from cnapp.services.retention import LOT, Kept, removals
from tests.factories import (
    LONG_AGO,
    keep,
    make_appointment,
    make_call,
    make_callback,
    make_citizen,
    make_commitment,
    make_consultation,
    make_due,
    make_kit,
    make_motif,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_visit,
    make_wait,
    make_workshop,
    metz,
)
from tests.support import FrozenClock, count_queries

pytestmark = pytest.mark.usefixtures("app")
KEPT = Kept(citizens_months=24, needs_days=30)


def purge(clock: FrozenClock) -> dict[str, int]:
    """What the command does."""
    gone: dict[str, int] = {}
    for removal in removals(KEPT, now=clock()):
        for lot in removal.lots():
            with transaction():
                gone[removal.what] = gone.get(removal.what, 0) + removal.remove(lot)
    return gone


def rows(table: type[Base]) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_an_appointment_goes_after_24_months_with_all_that_knew_it(clock: FrozenClock) -> None:
    helper = make_citizen("Léa Martin")
    old = make_appointment(at="2026-12-03 09:00", booked_by=Booker.RELATIVE, booker_id=helper.id)
    make_appointment(at="2026-12-04 09:00", name="Paul Roth")
    keep(Draft(id="d" * 43, answers={}, moves_id=old.id, created_at=clock(), expires_at=clock() + timedelta(days=900)))
    clock.set("2028-12-03 12:00")

    assert purge(clock) == {"rendez-vous": 1, "usagers": 2}

    assert [rows(table) for table in (Appointment, Commitment, Citizen, Due, Entry, Draft)] == [1, 1, 1, 1, 1, 0]


def test_the_day_before_nothing_goes(clock: FrozenClock) -> None:
    make_appointment(at="2026-12-03 09:00")
    clock.set("2028-12-03 09:00")

    assert purge(clock) == {}
    assert rows(Appointment) == 1


def test_cancelled_appointments_go_too(clock: FrozenClock) -> None:
    appointment = make_appointment()
    with transaction():
        found = db.session.get_one(Appointment, appointment.id)
        time = db.session.get_one(Commitment, found.commitment_id)
        found.status, found.commitment_id = Status.EXCUSED, None
        db.session.flush()
        db.session.delete(time)
    clock.set("2029-01-01 08:00")

    assert purge(clock) == {"rendez-vous": 1, "usagers": 1}


def test_somebody_with_a_later_appointment_stays(clock: FrozenClock) -> None:
    person = make_citizen()
    make_appointment(at="2026-12-03 09:00", person=person)
    make_appointment(at="2028-12-01 09:00", person=person)
    clock.set("2028-12-05 08:00")

    assert purge(clock) == {"rendez-vous": 1}
    assert rows(Citizen) == 1


def test_an_appointment_takes_its_calls_with_it(clock: FrozenClock) -> None:
    """Also those made of its letter, with all that was tried, and the address of the person."""
    old, staff = make_appointment(person=make_citizen(phone="+33387123456", address="1 rue des Roses")), make_staff()
    call = make_call(make_due(old, clock()), old)
    keep(CallAttempt(call_id=call.id, number=1, at=clock(), staff_id=staff.id, answer=Answer.NO_ANSWER))
    clock.set("2028-12-03 12:00")

    assert purge(clock) == {"rendez-vous": 1, "usagers": 1}
    assert [rows(table) for table in (Call, CallAttempt, Due, Citizen)] == [0, 0, 0, 0]


def test_who_asked_to_be_called_back_is_forgotten_a_month_after_the_call(clock: FrozenClock) -> None:
    made, never, fresh = (
        make_citizen(name, phone="+33387123456") for name in ("Paul Roth", "Léa Martin", "Zoé Muller")
    )
    asked = clock()
    for person, days, settled in ((made, 31, True), (never, 61, False), (fresh, 59, False)):
        at = asked - timedelta(days=days)
        ended = {"settled_at": at, "outcome": Ending.REACHED} if settled else {}
        make_callback(person, at, **ended)

    assert purge(clock) == {"appels": 2}
    assert [each.id for each in db.session.scalars(select(Citizen))] == [fresh.id]


def test_needs_are_forgotten_a_month_after_the_visit(clock: FrozenClock) -> None:
    seen = make_appointment(at="2026-12-03 09:00", needs=["wheelchair"])
    coming = make_appointment(at="2026-12-10 09:00", needs=["child"])
    clock.set("2027-01-03 08:00")

    assert purge(clock) == {"besoins oubliés": 1}
    assert db.session.get_one(Appointment, seen.id).needs == []
    assert db.session.get_one(Appointment, coming.id).needs == ["child"]


def test_the_first_name_of_a_visit_is_forgotten_a_month_later_and_the_visit_is_still_counted(
    clock: FrozenClock,
) -> None:
    make_visit(at="2026-11-30 09:00", first_name="Marie")
    make_visit(at="2026-12-01 09:00", first_name="Marie")
    clock.set("2026-12-31 02:00")

    assert purge(clock) == {"prénoms de passage oubliés": 1}
    assert db.session.scalars(select(Visit.first_name).order_by(Visit.day)).all() == [None, "Marie"]


def test_a_visit_outlives_the_appointment_that_was_given(clock: FrozenClock) -> None:
    given = make_appointment(at="2026-12-03 09:00", origin=Origin.COUNTER)
    make_visit(at="2026-11-30 09:00", appointment_id=given.id, state=State.DONE, ended_at=metz("2026-11-30 09:05"))
    clock.set("2028-12-03 12:00")

    assert purge(clock) == {"rendez-vous": 1, "usagers": 1}
    assert db.session.scalars(select(Visit.appointment_id)).all() == [None]


def test_cards_never_used_are_forgotten_after_a_year_and_links_a_month_after_they_ended(clock: FrozenClock) -> None:
    staff, place = make_staff(), make_place()
    for number, days in enumerate((365, 366)):
        at = clock() - timedelta(days=days)
        keep(ReservedCode(code=f"CARD000{number}", place_id=place.id, staff_id=staff.id, reserved_at=at))
    for number, days in enumerate((30, 31)):
        ended = clock() - timedelta(days=days, minutes=1)
        times = {"created_at": ended, "expires_at": ended}
        keep(PasswordLink(staff_id=staff.id, made_by_id=staff.id, token_hash=f"{number:064}", **times))

    assert purge(clock) == {"liens de mot de passe échus": 1, "codes de carte jamais utilisés": 1}


def test_consultations_are_forgotten_after_twelve_months_and_the_booking_stays(clock: FrozenClock) -> None:
    """P12."""
    appointment, staff = make_appointment(at="2026-12-03 09:00"), make_staff()
    for at in ("2026-12-03 08:59", "2026-12-03 09:00", "2026-12-03 09:01"):
        make_consultation(appointment, staff, at)
    clock.set("2027-12-03 09:00")

    assert purge(clock) == {"consultations": 1}
    assert (rows(Consultation), rows(Appointment)) == (2, 1)


def test_an_appointment_takes_its_consultations_with_it(clock: FrozenClock) -> None:
    """P12: also those that are younger than twelve months."""
    old, recent = make_appointment(at="2026-12-03 09:00"), make_appointment(at="2028-12-01 09:00")
    for appointment in (old, recent):
        make_consultation(appointment, make_staff(), "2028-12-01 09:00")
    clock.set("2028-12-04 09:00")

    assert purge(clock) == {"rendez-vous": 1, "usagers": 1}
    assert db.session.scalars(select(Consultation.appointment_id)).all() == [recent.id]


def test_a_second_run_finds_nothing(clock: FrozenClock) -> None:
    make_appointment(needs=["wheelchair"])
    clock.set("2029-01-01 08:00")

    assert purge(clock)
    assert purge(clock) == {}


def test_abandoned_drafts_and_holds_go_and_living_ones_stay(clock: FrozenClock) -> None:
    presence = make_presence()
    for number, minutes in enumerate((-1, 0, 1)):
        until = clock() + timedelta(minutes=minutes)
        keep(Draft(id=f"draft-{number}", answers={}, created_at=clock(), expires_at=until))
        hold = {"kind": Kind.HOLD, "draft_id": f"draft-{number}", "expires_at": until}
        make_commitment(presence, f"2026-12-03 {9 + number:02}:00", **hold)

    assert purge(clock) == {"réservations abandonnées": 2, "pré-réservations échues": 2}
    assert (rows(Draft), rows(Commitment)) == (1, 1)


def test_tries_are_forgotten_after_a_day_and_sign_ins_when_they_end(clock: FrozenClock) -> None:
    staff = make_staff()
    for hours in (-25, -24, -23):
        keep(Attempt(what=Try.PASSWORD, who="0" * 64, at=clock() + timedelta(hours=hours)))
    for number in (-1, 0, 1):
        until = clock() + timedelta(minutes=number)
        keep(SignIn(staff_id=staff.id, token_hash=f"{number:064}", created_at=clock(), expires_at=until))

    assert purge(clock) == {"essais comptés": 2, "connexions échues": 2}
    assert (rows(Attempt), rows(SignIn)) == (1, 1)


def test_many_rows_go_in_lots(clock: FrozenClock) -> None:
    with transaction():
        tries = [Attempt(what=Try.CODE, who="0" * 64, at=clock() - timedelta(days=2)) for _ in range(2 * LOT + 1)]
        db.session.add_all(tries)

    with count_queries() as asked:
        assert purge(clock) == {"essais comptés": 2 * LOT + 1}

    assert sum(statement.startswith("DELETE") for statement in asked) == 3


def test_what_was_renewed_meanwhile_is_left(clock: FrozenClock) -> None:
    hold = {"kind": Kind.HOLD, "draft_id": "draft", "expires_at": clock()}
    held = make_commitment(make_presence(), "2026-12-03 09:00", **hold)
    removal = next(each for each in removals(KEPT, now=clock()) if each.what == "pré-réservations échues")
    lots = list(removal.lots())
    with transaction():
        db.session.get_one(Commitment, held.id).expires_at = clock() + timedelta(minutes=15)

    with transaction():
        assert [removal.remove(lot) for lot in lots] == [0]

    assert rows(Commitment) == 1


def test_somebody_who_was_told_a_code_goes_with_that_letter(clock: FrozenClock) -> None:
    person = make_citizen("Léa Martin", email="lea@exemple.fr")
    about = {"key": "codes/1", "letter": Letter.CODES, "citizen_id": person.id}
    keep(Due(**about, due_at=clock(), created_at=clock()))
    clock.set("2028-12-03 12:00")
    assert purge(clock)["usagers"] == 1
    assert rows(Due) == rows(Citizen) == 0


def test_a_letter_about_no_appointment_goes_a_month_after_it_ended(clock: FrozenClock) -> None:
    about = {"key": "password/1", "letter": Letter.PASSWORD, "staff_id": make_staff().id}
    sent = {"settled_at": clock(), "outcome": Outcome.SENT, "channel": Channel.EMAIL}
    keep(Due(**about, **sent, due_at=clock(), created_at=clock()))
    clock.advance(days=29)
    purge(clock)
    assert rows(Due) == 1
    clock.advance(days=3)
    assert purge(clock)["lettres sans rendez-vous"] == 1
    assert rows(Due) == 0


def make_offer(wait: Wait, clock: FrozenClock) -> Offer:
    """Open, with the hold that keeps its time."""
    presence = make_presence()
    until = clock() + timedelta(hours=2)
    held = {"kind": Kind.HOLD, "draft_id": wait.public_id, "expires_at": until}
    make_commitment(presence, "2026-12-03 09:00", **held)
    where = {"presence_id": presence.id, "place_id": presence.place_id, "starts_at": presence.starts_at}
    about = {"public_id": wait.public_id, "draft_id": wait.public_id, "channel": "call"}
    made = {**about, "created_at": clock(), "expires_at": until}
    return keep(Offer(wait_id=wait.id, **where, **made))


def test_waiting_ends_after_60_days_and_a_month_later_nothing_is_left_of_it(clock: FrozenClock) -> None:
    citizen = make_citizen("Léa Martin", phone="+33387123456")
    wait = make_wait(make_motif(), citizen, make_place(), at="2026-11-30 08:00", needs=["child"])
    about = {"citizen_id": citizen.id, "due_at": clock(), "created_at": clock()}
    keep(Due(key="offered/x/0", letter=Letter.OFFERED, **about))
    clock.set("2027-01-29 07:59")
    assert purge(clock) == {}
    clock.set("2027-01-29 08:00")
    make_offer(wait, clock)
    assert purge(clock) == {"attentes finies": 1}
    db.session.rollback()
    db.session.refresh(wait)
    assert (wait.ending, wait.needs, rows(Offer), rows(Commitment)) == (WaitEnding.EXPIRED, [], 1, 0)
    clock.set("2027-02-28 07:59")
    assert "attentes effacées" not in purge(clock)
    clock.set("2027-02-28 08:00")
    assert purge(clock)["attentes effacées"] == 1
    assert [rows(table) for table in (Wait, WaitPlace, Offer, Citizen, Due)] == [0, 0, 0, 0, 0]


def test_waiting_for_an_earlier_time_ends_on_the_day_of_the_appointment(clock: FrozenClock) -> None:
    has = make_appointment(at="2026-12-03 09:00")
    make_wait(has.motif, has.person, appointment_id=has.id)
    clock.set("2026-12-02 23:59")
    assert purge(clock) == {}
    clock.set("2026-12-03 00:00")
    assert purge(clock) == {"attentes finies": 1}
    clock.set("2027-01-10 09:00")
    assert purge(clock) == {"attentes effacées": 1}
    assert [rows(table) for table in (Wait, Appointment, Citizen)] == [0, 1, 1]


def test_an_appointment_goes_with_whoever_waited_for_it(clock: FrozenClock) -> None:
    has = make_appointment(at="2026-12-03 09:00")
    wait = make_wait(has.motif, has.person, make_place(), appointment_id=has.id, ended_at=clock(), ending="served")
    make_offer(wait, clock)
    with transaction():
        for offer in db.session.scalars(select(Offer)):
            offer.settle(OfferAnswer.TAKEN, now=clock())
        [lot] = [each for each in removals(KEPT, now=metz("2028-12-04 12:00")) if each.what == "rendez-vous"]
        assert lot.remove([has.id]) == 1
    assert [rows(table) for table in (Wait, WaitPlace, Offer, Appointment)] == [0, 0, 0, 0]


def test_whoever_waits_is_kept(clock: FrozenClock) -> None:
    make_wait(make_motif(), make_citizen(phone="+33387123456"), at="2026-11-30 08:00")
    assert purge(clock) == {} and rows(Citizen) == 1


def a_workshop_of_long_ago() -> Workshop:
    """With a kit, somebody who was lent a device and whom the desk called, one who waited, and who came."""
    workshop = make_workshop("2026-12-03 09:00", "2026-12-04 09:00", capacity=1)
    kit, session = make_kit(), workshop.sessions[0]
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    keep(Loan(kit_id=kit.id, session_id=session.id, workshop_id=workshop.id, place_id=workshop.place_id, **times))
    seated = make_registration(workshop, phone="+33387123456", needs=["wheelchair"])
    make_registration(workshop, "Léa", email="lea@exemple.fr", status=Standing.WAITING)
    keep(Attendance(session_id=session.id, registration_id=seated.id, came=True))
    due = db.session.scalars(select(Due).where(Due.registration_id == seated.id)).one()
    about: dict[str, Any] = {
        "registration_id": seated.id,
        "citizen_id": seated.person_id,
        "place_id": workshop.place_id,
    }
    about |= {"reason": Reason.LETTER, "due_id": due.id, "due_at": LONG_AGO, "created_at": LONG_AGO}
    call = keep(Call(public_id="c" * 32, **about))
    keep(CallAttempt(call_id=call.id, number=1, at=LONG_AGO, staff_id=make_staff().id, answer=Answer.NO_ANSWER))
    decision = {"letter": Letter.TOO_FEW, "workshop_id": workshop.id, "staff_id": make_staff().id}
    keep(Due(key="too_few/1", due_at=workshop.starts_at, created_at=workshop.starts_at, **decision))
    return workshop


def test_a_workshop_goes_after_24_months_with_whoever_was_registered(clock: FrozenClock) -> None:
    a_workshop_of_long_ago()
    later = make_workshop("2026-12-06 09:00")
    stays = make_registration(later, "Paul Roth")
    clock.set("2028-12-04 12:00")

    gone = purge(clock)

    assert {each: gone[each] for each in ("ateliers", "usagers", "besoins d’inscrits oubliés")} == {
        "ateliers": 1,
        "usagers": 2,
        "besoins d’inscrits oubliés": 1,
    }
    assert db.session.scalars(select(Registration.id)).all() == [stays.id]
    left = (Workshop, WorkshopSession, Leading, Commitment, Seat, Due, Citizen)
    assert [rows(table) for table in left] == [1, 1, 1, 1, 1, 1, 1]
    assert [rows(table) for table in (Loan, Attendance, Call, CallAttempt)] == [0, 0, 0, 0]
    assert purge(clock) == {}


def test_letters_and_calls_about_a_workshop_stay_as_long_as_it_does(clock: FrozenClock) -> None:
    """Neither is « about nothing », though no appointment knows them."""
    a_workshop_of_long_ago()
    clock.set("2027-03-01 12:00")
    assert purge(clock) == {"besoins d’inscrits oubliés": 1}
    assert (rows(Call), rows(Registration), rows(Citizen)) == (1, 2, 2)
