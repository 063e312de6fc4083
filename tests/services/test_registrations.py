"""Seats of workshops: never above capacity, in the order of the waiting list, one registration a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from cnapp.base.contacts import read_phone
from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.appointments import Booker, Origin, Told
from cnapp.domain.codes import is_taken
from cnapp.domain.kits import KitTaken
from cnapp.domain.outbox import Channel, Due, Letter
from cnapp.domain.registrations import (
    NoSeatToHave,
    RegisteredAlready,
    Registration,
    RegistrationOver,
    Standing,
    answer_within,
)
from cnapp.domain.workshops import (
    CountedByHand,
    Level,
    NothingToLend,
    RegistrationClosed,
    Workshop,
    WorkshopFull,
    WorkshopOver,
    WorkshopUnknown,
)
from cnapp.domain.workshops import Status as Stage
from cnapp.services import drafts, registrations, seats, waiting_list, workshop_programmes, workshops
from cnapp.services.journal import By
from cnapp.services.leadings import LeaderBusy
from cnapp.services.parties import Party, Someone
from cnapp.services.registrations import Application
from cnapp.services.waits import NotReachable
from cnapp.services.workshop_programmes import ProgrammeRefused
from cnapp.web.application import Application as Site
from tests.factories import (
    make_appointment,
    make_citizen,
    make_desk,
    make_kit,
    make_place,
    make_presence,
    make_registration,
    make_staff,
    make_workshop,
    metz,
)
from tests.support import MORNING, FrozenClock

NOW = metz(MORNING)


def someone(number: int = 1, **details: object) -> Party:
    phone = read_phone(f"06 39 98 00 {number:02}")
    values = {"origin": Origin.ONLINE, "booked_by": Booker.SELF, "told": Told.PERSON, **details}
    return Party(Someone(f"Personne {number}", phone=phone), **values)  # type: ignore[arg-type]


def register(
    app: Site, workshop: Workshop, party: Party, *, by: By | None = None, borrows: bool = False
) -> Registration:
    with transaction():
        return registrations.register(
            workshop.id, Application(party, borrows), by=by or By.citizen(), settings=app.settings, now=NOW
        )


def wait(app: Site, workshop: Workshop, party: Party) -> Registration:
    with transaction():
        return registrations.join_waiting_list(
            workshop.id, Application(party), by=By.citizen(), settings=app.settings, now=NOW
        )


def letters_about(registration: Registration) -> list[Letter]:
    mine = select(Due).where(Due.registration_id == registration.id).order_by(Due.id)
    return [due.letter for due in db.session.scalars(mine)]


def test_a_seat_is_taken_and_told(app: Site) -> None:
    workshop = make_workshop()

    registration = register(app, workshop, someone())

    db.session.refresh(workshop)
    assert (registration.status, workshop.taken) == (Standing.REGISTERED, 1)
    assert letters_about(registration) == [Letter.REGISTERED]


def test_the_last_seat_is_nobody_elses(app: Site) -> None:
    workshop = make_workshop(capacity=1)
    register(app, workshop, someone(1))

    with pytest.raises(WorkshopFull):
        register(app, workshop, someone(2))


def test_one_person_has_one_registration(app: Site) -> None:
    """C09. Another spelling of the name changes nothing: the telephone is the same."""
    workshop = make_workshop()
    register(app, workshop, someone(1))

    with pytest.raises(RegisteredAlready):
        register(app, workshop, Party(Someone("P. Une", phone=read_phone("+33639980001")), Origin.ONLINE))

    db.session.refresh(workshop)
    assert workshop.taken == 1


def test_who_has_no_contact_is_known_by_name(app: Site) -> None:
    workshop = make_workshop()
    register(app, workshop, Party(Someone("Élise  Martin"), Origin.ONLINE))

    with pytest.raises(RegisteredAlready):
        register(app, workshop, Party(Someone("martin elise"), Origin.ONLINE))


def test_a_held_seat_is_the_drafts_until_it_expires(app: Site, clock: FrozenClock) -> None:
    workshop = make_workshop(capacity=1)
    with transaction():
        first, second = drafts.start(now=NOW).id, drafts.start(now=NOW).id
        seats.hold_seat(seats.hold_still(workshop.id), first, now=NOW)
    with pytest.raises(WorkshopFull), transaction():
        seats.hold_seat(seats.hold_still(workshop.id), second, now=NOW)

    later = NOW + timedelta(minutes=15)
    with transaction():
        seats.hold_seat(seats.hold_still(workshop.id), second, now=later)

    with pytest.raises(WorkshopFull), transaction():
        application = Application(someone(1), draft_id=first)
        registrations.register(workshop.id, application, by=By.citizen(), settings=app.settings, now=later)


def test_one_submission_is_one_registration(app: Site) -> None:
    """C13."""
    workshop = make_workshop()
    with transaction():
        draft = drafts.start(now=NOW).id
        seats.hold_seat(seats.hold_still(workshop.id), draft, now=NOW)
    made = []
    for _ in range(2):
        with transaction():
            application = Application(someone(1), draft_id=draft)
            options = {"by": By.citizen(), "settings": app.settings, "now": NOW}
            made.append(registrations.register(workshop.id, application, **options).id)  # type: ignore[arg-type]

    db.session.refresh(workshop)
    assert made[0] == made[1]
    assert workshop.taken == 1


@pytest.mark.parametrize(
    ("columns", "refusal"),
    [
        ({"status": Stage.DRAFT}, WorkshopUnknown),
        ({"status": Stage.WITHDRAWN}, WorkshopUnknown),
        ({"closes_hours_before": 720}, RegistrationClosed),
    ],
)
def test_what_is_not_open_is_refused(app: Site, columns: dict[str, object], refusal: type[Refusal]) -> None:
    workshop = make_workshop(**columns)

    with pytest.raises(refusal):
        register(app, workshop, someone())


def test_what_has_begun_is_refused(app: Site) -> None:
    workshop = make_workshop("2026-11-30 07:30", "2026-12-07 07:30")

    with pytest.raises(WorkshopOver):
        register(app, workshop, someone())


def test_the_desk_registers_after_the_deadline(app: Site) -> None:
    workshop = make_workshop(closes_hours_before=720)
    desk = make_desk()

    register(app, workshop, someone(origin=Origin.COUNTER), by=By.staff(desk))


def test_a_freed_seat_is_offered_to_who_waits_longest(app: Site) -> None:
    """C07."""
    workshop = make_workshop(capacity=1)
    seated = register(app, workshop, someone(1))
    first, second = wait(app, workshop, someone(2)), wait(app, workshop, someone(3))
    assert waiting_list.position(second) == 2

    with transaction():
        registrations.cancel(seated, by=By.citizen(), settings=app.settings, now=NOW)

    db.session.refresh(workshop)
    assert [each.status for each in (seated, first, second)] == [Standing.EXCUSED, Standing.OFFERED, Standing.WAITING]
    assert workshop.taken == 1
    assert letters_about(first) == [Letter.WAITLISTED, Letter.SEAT_OFFERED]
    with pytest.raises(WorkshopFull):
        register(app, workshop, someone(4))


def test_an_offer_accepted_is_a_registration(app: Site) -> None:
    _, offered = offer_made(app)

    with transaction():
        assert waiting_list.accept(offered, by=By.citizen(), settings=app.settings, now=NOW)
    with transaction():
        assert waiting_list.accept(offered, by=By.citizen(), settings=app.settings, now=NOW)

    assert offered.status is Standing.REGISTERED
    assert letters_about(offered)[-1] is Letter.REGISTERED


def offer_made(app: Site, **columns: object) -> tuple[Workshop, Registration]:
    workshop = make_workshop(capacity=1, **columns)
    seated = register(app, workshop, someone(1))
    offered = wait(app, workshop, someone(2))
    with transaction():
        registrations.cancel(seated, by=By.citizen(), settings=app.settings, now=NOW)
    assert offered.status is Standing.OFFERED
    return workshop, offered


def test_an_offer_answered_too_late_goes_on(app: Site) -> None:
    workshop, offered = offer_made(app)
    following = wait(app, workshop, someone(3))
    assert offered.answer_by is not None
    late = offered.answer_by

    with transaction():
        assert not waiting_list.accept(offered, by=By.citizen(), settings=app.settings, now=late)

    assert (offered.status, following.status) == (Standing.EXPIRED, Standing.OFFERED)
    with pytest.raises(NoSeatToHave), transaction():
        waiting_list.accept(offered, by=By.citizen(), settings=app.settings, now=late)


def test_an_offer_declined_goes_on_and_its_person_may_wait_again(app: Site) -> None:
    workshop, offered = offer_made(app)
    following = wait(app, workshop, someone(3))

    with transaction():
        waiting_list.decline(offered, by=By.citizen(), settings=app.settings, now=NOW)
    assert (offered.status, following.status) == (Standing.DECLINED, Standing.OFFERED)

    with transaction():
        waiting_list.wait_again(offered, by=By.citizen(), settings=app.settings, now=NOW)
    assert waiting_list.position(offered) == 1


def test_time_alone_moves_the_list(app: Site) -> None:
    workshop, offered = offer_made(app)
    following = wait(app, workshop, someone(3))
    assert offered.answer_by is not None
    late = offered.answer_by
    assert waiting_list.to_sweep(now=NOW) == []
    assert waiting_list.to_sweep(now=late) == [workshop.id]

    with transaction():
        waiting_list.sweep(seats.hold_still(workshop.id), settings=app.settings, now=late)

    assert (offered.status, following.status) == (Standing.EXPIRED, Standing.OFFERED)


def test_nothing_is_offered_in_the_last_two_hours(app: Site) -> None:
    workshop = make_workshop("2026-11-30 09:55", capacity=1)
    seated = register(app, workshop, someone(1))
    waiting = wait(app, workshop, someone(2))

    with transaction():
        registrations.cancel(seated, by=By.citizen(), settings=app.settings, now=NOW)

    assert waiting.status is Standing.WAITING
    with pytest.raises(WorkshopFull):
        register(app, workshop, someone(3))
    register(app, workshop, someone(4, origin=Origin.COUNTER), by=By.staff(make_desk()))


@pytest.mark.parametrize(
    ("before", "answer"),
    [
        (timedelta(days=30), timedelta(hours=48)),
        (timedelta(days=2), timedelta(hours=12)),
        (timedelta(hours=6), timedelta(hours=1, minutes=30)),
        (timedelta(hours=2, minutes=30), timedelta(minutes=30)),
        (timedelta(hours=2), None),
        (timedelta(0), None),
    ],
)
def test_the_nearer_the_start_the_shorter_the_answer(before: timedelta, answer: timedelta | None) -> None:
    assert answer_within(NOW + before, NOW) == answer


def test_who_cannot_be_told_does_not_wait(app: Site) -> None:
    workshop = make_workshop(capacity=1)
    register(app, workshop, someone(1))

    with pytest.raises(NotReachable):
        wait(app, workshop, Party(Someone("Sans Contact"), Origin.ONLINE))


def test_moving_takes_the_new_seat_and_frees_the_old_one(app: Site) -> None:
    workshop, other = make_workshop(capacity=1), make_workshop("2026-12-11 14:00")
    registration = register(app, workshop, someone(1))

    with transaction():
        moved = registrations.move(registration, other.id, by=By.citizen(), settings=app.settings, now=NOW)

    assert (registration.status, moved.status, moved.workshop_id) == (Standing.EXCUSED, Standing.REGISTERED, other.id)
    assert moved.person_id == registration.person_id


def test_cancelled_twice_is_told_once(app: Site) -> None:
    """C17."""
    workshop = make_workshop()
    registration = register(app, workshop, someone())

    for _ in range(2):
        with transaction():
            registrations.cancel(registration, by=By.citizen(), settings=app.settings, now=NOW)

    assert letters_about(registration) == [Letter.REGISTERED, Letter.UNREGISTERED]


def test_what_has_begun_is_not_cancelled(app: Site) -> None:
    workshop = make_workshop("2026-11-30 07:30")
    registration = make_registration(workshop)

    with pytest.raises(RegistrationOver), transaction():
        registrations.cancel(registration, by=By.citizen(), settings=app.settings, now=NOW)


def test_devices_lent_never_exceed_the_kits(app: Site) -> None:
    workshop, kit = make_workshop(), make_kit(computers=1)
    with transaction():
        workshop_programmes.lend_kits(workshop, [kit])
    assert workshop.lendable == 1
    register(app, workshop, someone(1), borrows=True)

    with pytest.raises(NothingToLend):
        register(app, workshop, someone(2), borrows=True)
    with pytest.raises(NothingToLend), transaction():
        workshop_programmes.take_kits_back(db.session.merge(workshop))


def test_a_kit_is_at_one_place_at_a_time(app: Site) -> None:
    here, there = make_place(), make_place()
    kit = make_kit(here)
    morning, midday = make_workshop("2026-12-10 09:00", place=here), make_workshop("2026-12-10 10:40", place=there)
    same_place = make_workshop("2026-12-10 10:40", place=here)
    with transaction():
        workshop_programmes.lend_kits(morning, [kit])

    with pytest.raises(KitTaken), transaction():
        workshop_programmes.lend_kits(db.session.merge(midday), [db.session.merge(kit)])
    with transaction():
        workshop_programmes.lend_kits(db.session.merge(same_place), [db.session.merge(kit)])


def test_seats_are_counted_by_the_database_alone(app: Site) -> None:
    workshop = make_workshop()

    with pytest.raises(CountedByHand), transaction():
        db.session.execute(text("UPDATE workshops SET taken = 3 WHERE id = :id"), {"id": workshop.id})


def facts(place: object) -> workshops.Facts:
    return workshops.Facts("Mes photos", "Les trier", Level.BEGINNER, "email", place, 8)  # type: ignore[arg-type]


def test_a_cycle_is_prepared_with_the_time_of_its_leaders(app: Site) -> None:
    place, leader = make_place(), make_staff()
    presence = make_presence("2026-12-10 09:00", "12:00", conseiller=leader, place=place)
    spans = tuple(Span.lasting(metz(at), 90) for at in ("2026-12-17 09:30", "2026-12-10 09:30"))

    with transaction(leader.id):
        workshop = workshops.prepare(facts(place), workshops.Programme(spans, (leader,)), by=By.staff(leader), now=NOW)

    assert (workshop.starts_at, workshop.ends_at) == (spans[1].start, spans[0].end)
    first, second = workshop.sessions
    assert first.leadings[0].presence_id == presence.id
    assert second.leadings[0].presence_id != presence.id


def test_a_leader_who_is_busy_is_named(app: Site) -> None:
    """C10."""
    place, leader = make_place(), make_staff()
    presence = make_presence("2026-12-10 09:00", "12:00", conseiller=leader, place=place)
    make_appointment(presence, "2026-12-10 10:00")
    programme = workshops.Programme((Span.lasting(metz("2026-12-10 09:30"), 90),), (leader,))

    with pytest.raises(ProgrammeRefused) as refused, transaction(leader.id):
        workshops.prepare(facts(place), programme, by=By.staff(leader), now=NOW)

    (obstacle,) = refused.value.obstacles
    assert obstacle.leader == leader
    assert isinstance(obstacle.reason, LeaderBusy)


def test_cancelling_tells_everyone_and_frees_all(app: Site) -> None:
    workshop = make_workshop(capacity=1)
    registration, waiting = register(app, workshop, someone(1)), wait(app, workshop, someone(2))

    with transaction():
        told = workshops.cancel(workshop, by=By.citizen(), settings=app.settings, now=NOW)

    assert told == 2
    assert {registration.status, waiting.status} == {Standing.REVOKED}
    assert letters_about(waiting)[-1] is Letter.WORKSHOP_CANCELLED
    assert db.session.execute(text("SELECT COUNT(*) FROM commitments")).scalar() == 0


def test_a_code_is_never_given_twice(app: Site) -> None:
    workshop = make_workshop()
    registration = make_registration(workshop, person=make_citizen("Paul Klein"))

    assert db.session.scalar(is_taken(registration.code))


def test_at_night_the_time_to_answer_begins_when_a_telephone_may_ring(app: Site) -> None:
    workshop = make_workshop("2026-12-01 14:00")
    night = metz("2026-11-30 22:00")
    assert waiting_list.answer_until(workshop, Channel.SMS, night) == metz("2026-12-01 09:30")
    early = make_workshop("2026-12-01 08:30")
    assert waiting_list.answer_until(early, Channel.EMAIL, night) == metz("2026-12-01 06:30")


def test_an_offer_wakes_nobody() -> None:
    """Though it is due at once; an end of today does not wait."""
    night = metz("2026-11-30 22:00")
    offer, end = (
        Due(letter=letter, due_at=night, created_at=night)
        for letter in (Letter.SEAT_OFFERED, Letter.WORKSHOP_CANCELLED)
    )
    assert (offer.leaves_at_any_hour(night), end.leaves_at_any_hour(night)) == (False, True)
