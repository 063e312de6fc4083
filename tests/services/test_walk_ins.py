"""What a desk can offer whoever comes, and what becomes of a visit."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from cnapp.base.database import db, transaction
from cnapp.domain.appointments import Appointment, Origin, Status, TimeUsed
from cnapp.domain.commitments import SlotTaken
from cnapp.domain.journal import ChangedMeanwhile, Entry, Subject
from cnapp.domain.motifs import Mode, Motif, Word, motif_to_begin_with, motifs_for
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.slots import Choice
from cnapp.domain.visits import ANOTHER_SERVICE, SERVICES, State, Visit, VisitDayClosed
from cnapp.services import appointments, visits, walk_ins
from cnapp.services.journal import By
from cnapp.services.possibilities import Possible, possible_now
from cnapp.services.walk_ins import Arrival, Giving, Outcome
from cnapp.web.application import Application
from tests.factories import (
    LINK_KEY,
    make_appointment,
    make_desk,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    make_visit,
    metz,
)
from tests.support import FrozenClock


@pytest.fixture
def borny(app: Application) -> Place:
    return make_place("Borny", slug="borny")


@pytest.fixture
def desk(borny: Place) -> Staff:
    return make_desk(borny)


@pytest.fixture
def motif(app: Application) -> Motif:
    return make_motif(duration_minutes=30)


@pytest.fixture
def waiting(borny: Place, desk: Staff) -> Visit:
    """Came at 8."""
    with transaction():
        arrival = Arrival("x" * 27, Word.EMAIL, "Rosa")
        return walk_ins.welcome(arrival, borny, by=By.staff(desk), now=metz("2026-11-30 08:00"))


def offered(visit: Visit, motif: Motif, clock: FrozenClock) -> Possible:
    return possible_now(visit, motif, now=clock())


def give(
    visit: Visit, motif: Motif, who: Staff, at: str, *, place: Place | None = None, clock: FrozenClock
) -> Appointment:
    place = place or visit.place
    giving = Giving(motif, place, Choice(place.slug, metz(at)), who.id)
    by = By.staff(db.session.get_one(Staff, visit.staff_id))
    with transaction(who.id):
        held = walk_ins.held(visit.public_id)
        assert held
        return walk_ins.give(held, giving, by=by, link_key=LINK_KEY, now=clock())


def test_each_conseiller_who_is_here_has_a_first_time(
    waiting: Visit, motif: Motif, borny: Place, clock: FrozenClock
) -> None:
    nadia, hugo = make_staff("Nadia"), make_staff("Hugo")
    busy = make_presence("2026-11-30 08:00", "12:00", conseiller=nadia, place=borny)
    make_appointment(busy, "2026-11-30 08:00", motif=motif)
    make_presence("2026-11-30 08:30", "12:00", conseiller=hugo, place=borny)
    make_presence("2026-11-30 08:00", "12:00", conseiller=make_staff("Inès"))
    found = offered(waiting, motif, clock).here
    assert [(each.slot.conseiller_name, each.slot.starts_at, each.conseiller) for each in found] == [
        ("Hugo", metz("2026-11-30 08:30"), hugo.public_id),
        ("Nadia", metz("2026-11-30 08:30"), nadia.public_id),
    ], "at the same time, who has least that day"


def test_minutes_and_presences_kept_for_walk_ins_are_for_them(
    waiting: Visit, motif: Motif, borny: Place, clock: FrozenClock
) -> None:
    make_presence("2026-11-30 08:00", "08:30", conseiller=make_staff("Nadia"), place=borny, walk_in_minutes=30)
    without = {"takes_appointments": False}
    make_presence(
        "2026-11-30 08:00", "09:00", conseiller=make_staff("Hugo"), place=borny, takes_walk_ins=True, **without
    )
    make_presence("2026-11-30 08:00", "09:00", conseiller=make_staff("Elif"), place=borny, **without)
    assert [each.slot.conseiller_name for each in offered(waiting, motif, clock).here] == ["Nadia", "Hugo"]


def test_another_day_here_is_offered_too(waiting: Visit, motif: Motif, borny: Place, clock: FrozenClock) -> None:
    make_presence("2026-12-21 09:00", "12:00", conseiller=make_staff("Hugo"), place=borny)
    found = offered(waiting, motif, clock)
    assert not found.here
    assert found.later
    assert found.later.slot.starts_at == metz("2026-12-21 09:00")


def test_the_nearest_place_is_one_that_can_still_be_reached(
    waiting: Visit, motif: Motif, borny: Place, clock: FrozenClock
) -> None:
    near, far = make_place("Sablon"), make_place("Magny")
    make_travel(borny, near, 10)
    make_travel(borny, far, 40)
    make_presence("2026-11-30 08:00", "09:30", place=far)
    assert place_elsewhere(waiting, motif, clock) == ("Magny", metz("2026-11-30 09:00"), 40)
    make_presence("2026-11-30 08:00", "08:30", place=near)
    assert place_elsewhere(waiting, motif, clock) == ("Magny", metz("2026-11-30 09:00"), 40)
    make_presence("2026-11-30 11:00", "12:00", place=near)
    assert place_elsewhere(waiting, motif, clock) == ("Sablon", metz("2026-11-30 11:00"), 10)


def place_elsewhere(visit: Visit, motif: Motif, clock: FrozenClock) -> tuple[object, ...]:
    found = offered(visit, motif, clock).elsewhere
    assert found
    assert found.distance
    return found.slot.place_name, found.slot.starts_at, found.distance.minutes


def test_nothing_is_offered_where_nobody_is(waiting: Visit, motif: Motif, clock: FrozenClock) -> None:
    assert offered(waiting, motif, clock).is_nothing


def test_a_word_begins_with_its_shortest_motif(app: Application) -> None:
    online = [
        make_motif(word=Word.PROCEDURE, duration_minutes=60),
        make_motif(word=Word.PROCEDURE, duration_minutes=45),
        make_motif(word=Word.PROCEDURE, duration_minutes=30, mode=Mode.FOR, perimeter="argent"),
        make_motif(word=Word.PROCEDURE, duration_minutes=15, online=False),
    ]
    other = make_motif(word=Word.EMAIL, duration_minutes=10)
    motifs = [*online, other]
    assert motif_to_begin_with(motifs_for(Word.PROCEDURE, motifs)) is online[1]
    assert motifs_for(Word.SCAMS, motifs) == motifs
    assert motif_to_begin_with(motifs_for(Word.SCAMS, [online[2]])) is online[2]
    assert motif_to_begin_with([]) is None


@pytest.fixture
def nadia(borny: Place) -> Staff:
    """At Borny all day."""
    staff = make_staff("Nadia")
    make_presence("2026-11-30 08:00", "17:00", conseiller=staff, place=borny)
    return staff


def test_a_time_given_here_today_is_a_walk_in(waiting: Visit, motif: Motif, nadia: Staff, clock: FrozenClock) -> None:
    made = give(waiting, motif, nadia, "2026-11-30 08:30", clock=clock)
    assert (made.origin, made.person.name, made.status) == (Origin.WALK_IN, "Rosa", Status.BOOKED)
    assert (waiting.state, waiting.appointment_id, waiting.motif_id) == (State.DONE, made.id, motif.id)


def test_given_twice_it_is_one_appointment(waiting: Visit, motif: Motif, nadia: Staff, clock: FrozenClock) -> None:
    first = give(waiting, motif, nadia, "2026-11-30 08:30", clock=clock)
    assert give(waiting, motif, nadia, "2026-11-30 08:30", clock=clock) is first
    with pytest.raises(ChangedMeanwhile):
        give(waiting, motif, nadia, "2026-11-30 09:00", clock=clock)
    assert len(db.session.scalars(select(Appointment)).all()) == 1


def test_elsewhere_or_another_day_it_is_a_booking_at_the_counter(
    borny: Place, desk: Staff, motif: Motif, nadia: Staff, clock: FrozenClock
) -> None:
    sablon, hugo = make_place("Sablon"), make_staff("Hugo")
    make_presence("2026-11-30 09:00", "12:00", conseiller=hugo, place=sablon)
    make_presence("2026-12-01 09:00", "12:00", conseiller=nadia, place=borny)
    one, other = make_visit(borny, desk=desk, ticket=3), make_visit(borny, desk=desk, ticket=4)
    assert give(one, motif, hugo, "2026-11-30 09:00", place=sablon, clock=clock).origin is Origin.COUNTER
    made = give(other, motif, nadia, "2026-12-01 09:00", clock=clock)
    assert (made.origin, made.person.name) == (Origin.COUNTER, "Passage n°\N{NO-BREAK SPACE}4")


def test_a_time_taken_meanwhile_is_given_to_nobody_else(
    waiting: Visit, motif: Motif, nadia: Staff, borny: Place, clock: FrozenClock
) -> None:
    make_presence("2026-11-30 08:00", "12:00", conseiller=make_staff("Hugo"), place=borny)
    other = make_visit(borny)
    give(other, motif, nadia, "2026-11-30 08:30", clock=clock)
    with pytest.raises(SlotTaken):
        give(waiting, motif, nadia, "2026-11-30 08:30", clock=clock)
    assert waiting.state is State.WAITING


def end(visit: Visit, outcome: Outcome, clock: FrozenClock) -> None:
    with transaction():
        held = walk_ins.held(visit.public_id)
        assert held
        walk_ins.end(held, outcome, by=By.staff(db.session.get_one(Staff, held.staff_id)), now=clock())


def undo(visit: Visit, noted: State, clock: FrozenClock) -> None:
    with transaction():
        held = walk_ins.held(visit.public_id)
        assert held
        walk_ins.undo(held, noted, by=By.staff(db.session.get_one(Staff, held.staff_id)), now=clock())


def lines(visit: Visit) -> list[str]:
    about = select(Entry).where(Entry.subject == Subject.VISIT, Entry.subject_id == visit.id).order_by(Entry.number)
    return [entry.detail["becomes"] for entry in db.session.scalars(about)]


def test_an_end_is_noted_once_and_taken_back_once(waiting: Visit, clock: FrozenClock) -> None:
    for _ in range(2):
        end(waiting, Outcome(State.ELSEWHERE, "CAF"), clock)
    assert (waiting.state, waiting.sent_to) == (State.ELSEWHERE, "CAF")
    for _ in range(2):
        undo(waiting, State.ELSEWHERE, clock)
    assert (waiting.state, waiting.sent_to, waiting.ended_at) == (State.WAITING, None, None)
    assert lines(waiting) == ["waiting", "elsewhere", "waiting"]


def test_the_second_of_two_desks_is_told_what_the_first_noted(waiting: Visit, clock: FrozenClock) -> None:
    end(waiting, Outcome(State.NO_ROOM), clock)
    with pytest.raises(ChangedMeanwhile) as told:
        end(waiting, Outcome(State.ELSEWHERE, "CAF"), clock)
    assert [entry.detail["becomes"] for entry in told.value.entries] == ["no_room"]
    with pytest.raises(ChangedMeanwhile):
        undo(waiting, State.ELSEWHERE, clock)
    assert waiting.state is State.NO_ROOM


def test_a_time_taken_back_is_free_again_even_once_it_has_begun(
    waiting: Visit, motif: Motif, nadia: Staff, clock: FrozenClock
) -> None:
    made = give(waiting, motif, nadia, "2026-11-30 08:30", clock=clock)
    clock.set("2026-11-30 08:35")
    undo(waiting, State.DONE, clock)
    assert (made.status, made.reason, made.commitment_id) == (Status.REVOKED, walk_ins.TAKEN_BACK, None)
    assert (waiting.state, waiting.appointment) == (State.WAITING, None)
    clock.set("2026-11-30 08:00")
    assert offered(waiting, motif, clock).here[0].slot.starts_at == metz("2026-11-30 08:00")


def test_a_time_that_was_used_is_not_taken_back(waiting: Visit, motif: Motif, nadia: Staff, clock: FrozenClock) -> None:
    made = give(waiting, motif, nadia, "2026-11-30 08:30", clock=clock)
    with transaction(nadia.id):
        visits.arrive(made, by=By.staff(nadia), now=clock())
    with pytest.raises(TimeUsed):
        undo(waiting, State.DONE, clock)
    assert waiting.appointment_id == made.id


def test_a_time_that_the_person_cancelled_is_left_alone(
    waiting: Visit, motif: Motif, nadia: Staff, clock: FrozenClock
) -> None:
    made = give(waiting, motif, nadia, "2026-11-30 08:30", clock=clock)
    with transaction(nadia.id):
        appointments.cancel(made, by=By.citizen(), now=clock())
    undo(waiting, State.DONE, clock)
    assert (made.status, waiting.state) == (Status.EXCUSED, State.WAITING)


def test_yesterday_is_closed(waiting: Visit, motif: Motif, nadia: Staff, clock: FrozenClock) -> None:
    over = make_visit(waiting.place, state=State.NO_ROOM, ended_at=clock())
    clock.set("2026-12-01 08:00")
    for press in (
        lambda: end(waiting, Outcome(State.LEFT), clock),
        lambda: give(waiting, motif, nadia, "2026-12-01 09:00", clock=clock),
        lambda: undo(over, State.NO_ROOM, clock),
    ):
        with pytest.raises(VisitDayClosed):
            press()


def test_services_used_here_come_first(borny: Place, desk: Staff, clock: FrozenClock) -> None:
    for ticket, service in enumerate(("Agora", "CAF", "Agora", ANOTHER_SERVICE), 1):
        sent = {"state": State.ELSEWHERE, "sent_to": service, "ended_at": clock()}
        make_visit(borny, desk=desk, ticket=ticket, **sent)
    told = walk_ins.services_told(borny, now=clock())
    assert told[:2] == ["Agora", "CAF"]
    assert sorted(told) == sorted({"Agora", *SERVICES})
