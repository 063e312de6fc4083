"""Presences laid out by hand: what is refused and why, what follows from a change, and what the journal keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from cnapp.base.database import db, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.appointments import Status
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.journal import Entry, Subject, entries_about
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, OpeningHours, Place
from cnapp.domain.planning import (
    BookingsInside,
    BookingUnderWay,
    KeptTooLong,
    NotInPost,
    OnHoliday,
    OutsideHours,
    PauseOutside,
    PlaceClosed,
    PlaceNotThere,
    Plan,
    PresenceIsOver,
    PresenceIsPast,
    PresenceTooFar,
    PresenceWithdrawn,
    ReceivesNobody,
    plan_of,
)
from cnapp.domain.presences import (
    Presence,
    PresenceHasBookings,
    PresenceTooLong,
    TooLittleTravel,
    TwoPlacesAtOnce,
)
from cnapp.services import planning
from cnapp.services.journal import By
from cnapp.web.application import Application
from tests.booking import aim, begin, hold
from tests.factories import (
    keep,
    make_appointment,
    make_commitment,
    make_motif,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    metz,
)
from tests.support import FrozenClock

LIBRARY = [OpeningHours(weekday=day, opens=time(9), closes=time(12)) for day in range(5)]
LIBRARY += [OpeningHours(weekday=day, opens=time(14), closes=time(18)) for day in range(5)]


def at(day: str, start: str, end: str) -> Span:
    return Span(metz(f"{day} {start}"), metz(f"{day} {end}"))


def plan(conseiller: Staff, place: Place, span: Span | None = None, **more: object) -> Plan:
    return Plan(conseiller, place, None, span or at("2026-12-03", "09:00", "12:00"), **more)  # type: ignore[arg-type]


@pytest.fixture
def nadia(app: Application) -> Staff:
    return make_staff()


@pytest.fixture
def anne(app: Application) -> By:
    return By.staff(make_staff("Anne", role="coordinator"))


def add(wished: Plan, by: By, clock: FrozenClock) -> Presence:
    with transaction(wished.conseiller.id):
        return planning.add(wished, by=by, now=clock())


def change(presence: Presence, by: By, clock: FrozenClock, **wished: object) -> None:
    with transaction(presence.conseiller_id):
        planning.change(presence, replace(plan_of(presence), **wished), by=by, now=clock())  # type: ignore[arg-type]


def withdraw(presence: Presence, by: By, clock: FrozenClock) -> None:
    with transaction(presence.conseiller_id):
        planning.withdraw(presence, by=by, now=clock())


def told(presence: Presence) -> list[Entry]:
    return list(db.session.scalars(entries_about(Subject.PRESENCE, presence.id)))


def test_a_presence_is_added_and_told(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = add(plan(nadia, make_place("Borny"), takes_walk_ins=True, walk_in_minutes=60), anne, clock)
    assert (presence.version, presence.edited_at, presence.rule_id) == (1, None, None)
    [entry] = told(presence)
    assert (entry.what, entry.staff_id) == ("added", anne.staff_id)
    assert entry.detail["becomes"] == {
        "place": "Borny",
        "place_id": presence.place_id,
        "room": None,
        "room_id": None,
        "starts_at": "2026-12-03T08:00:00+00:00",
        "ends_at": "2026-12-03T11:00:00+00:00",
        "pause": None,
        "takes_appointments": True,
        "takes_walk_ins": True,
        "walk_in_minutes": 60,
    }


@pytest.mark.parametrize(
    ("span", "reason"),
    [
        (at("2026-12-03", "06:00", "20:00"), PresenceTooLong),
        (at("2026-11-30", "06:00", "08:00"), PresenceIsPast),
        (at("2026-11-27", "09:00", "12:00"), PresenceIsPast),
        (at("2029-12-03", "09:00", "12:00"), PresenceTooFar),
        (at("2026-12-26", "09:00", "12:00"), OnHoliday),
        (at("2027-03-26", "09:00", "12:00"), OnHoliday),
        (at("2026-12-10", "09:00", "12:00"), PlaceClosed),
        (at("2026-12-04", "08:30", "12:00"), OutsideHours),
        (at("2026-12-04", "09:00", "15:00"), OutsideHours),
        (at("2026-12-05", "09:00", "12:00"), OutsideHours),
        (at("2026-12-15", "09:00", "12:00"), PlaceNotThere),
        (at("2026-12-02", "09:00", "12:00"), NotInPost),
    ],
)
def test_nobody_is_placed_where_nobody_can_be(anne: By, clock: FrozenClock, span: Span, reason: type[Refusal]) -> None:
    place = make_place(opening_hours=list(map(copy, LIBRARY)), valid_until=date(2026, 12, 12))
    if reason in (PresenceTooFar, OnHoliday):
        place = make_place()
    keep(Closure(place_id=place.id, starts_on=date(2026, 12, 10), ends_on=date(2026, 12, 10)))
    with pytest.raises(reason):
        add(plan(make_staff(in_post_from=date(2026, 12, 3)), place, span), anne, clock)
    assert db.session.query(Presence).count() == 0


def copy(hours: OpeningHours) -> OpeningHours:
    return OpeningHours(weekday=hours.weekday, opens=hours.opens, closes=hours.closes)


def test_today_may_have_begun(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    clock.set("2026-11-30 10:00")
    assert add(plan(nadia, make_place(), at("2026-11-30", "09:00", "12:00")), anne, clock)


def test_a_pause_may_pass_over_midday(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    library = make_place(opening_hours=list(map(copy, LIBRARY)))
    whole_day = at("2026-12-03", "09:00", "18:00")
    assert add(plan(nadia, library, whole_day, pause=at("2026-12-03", "12:00", "14:00")), anne, clock)


@pytest.mark.parametrize("pause", [("08:00", "10:00"), ("11:30", "12:30"), ("09:00", "10:00")])
def test_a_pause_lies_inside(nadia: Staff, anne: By, clock: FrozenClock, pause: tuple[str, str]) -> None:
    with pytest.raises(PauseOutside):
        add(plan(nadia, make_place(), pause=at("2026-12-03", *pause)), anne, clock)


def test_more_minutes_than_there_are_cannot_be_kept(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    with pytest.raises(KeptTooLong):
        add(plan(nadia, make_place(), takes_walk_ins=True, walk_in_minutes=181), anne, clock)


def test_who_receives_nobody_or_is_gone_is_not_placed(anne: By, clock: FrozenClock) -> None:
    with pytest.raises(ReceivesNobody):
        add(plan(make_staff(receives=False), make_place()), anne, clock)
    with pytest.raises(NotInPost):
        add(plan(make_staff(disabled_at=clock()), make_place()), anne, clock)


def test_two_places_at_once_names_the_other(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    other = make_presence("2026-12-03 10:00", "11:00", conseiller=nadia)
    wished = plan(nadia, make_place())
    with pytest.raises(TwoPlacesAtOnce) as refused:
        add(wished, anne, clock)
    found = planning.in_the_way(refused.value, wished)
    assert found and found.presence.id == other.id


@pytest.mark.parametrize(("hours", "is_before"), [(("08:00", "08:45"), True), (("12:15", "14:00"), False)])
def test_too_little_travel_names_the_neighbour_and_the_minutes(
    nadia: Staff, anne: By, clock: FrozenClock, hours: tuple[str, str], is_before: bool
) -> None:
    borny, sablon = make_place("Borny"), make_place("Sablon")
    make_travel(borny, sablon, 25)
    other = make_presence(f"2026-12-03 {hours[0]}", hours[1], conseiller=nadia, place=sablon)
    wished = plan(nadia, borny)
    with pytest.raises(TooLittleTravel) as refused:
        add(wished, anne, clock)
    found = planning.in_the_way(refused.value, wished)
    assert found and (found.presence.id, found.minutes, found.is_before(wished)) == (other.id, 25, is_before)


def test_where_nobody_entered_the_minutes_the_usual_ones_hold(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    make_presence("2026-12-03 12:20", "14:00", conseiller=nadia)
    wished = plan(nadia, make_place())
    with pytest.raises(TooLittleTravel) as refused:
        add(wished, anne, clock)
    found = planning.in_the_way(refused.value, wished)
    assert found and found.minutes == 30


def test_a_change_is_told_and_the_roster_leaves_it_alone(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia, place=make_place("Borny"))
    change(presence, anne, clock, span=at("2026-12-03", "09:00", "12:30"))
    assert (presence.version, presence.edited_at, presence.updated_at) == (2, clock(), clock())
    [entry] = told(presence)
    assert entry.detail == {
        "was": {"ends_at": "2026-12-03T11:00:00+00:00"},
        "becomes": {"ends_at": "2026-12-03T11:30:00+00:00"},
        "was_edited": False,
    }


def test_the_same_again_changes_nothing(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia)
    change(presence, anne, clock)
    assert (presence.version, presence.edited_at, told(presence)) == (1, None, [])


def test_hours_that_still_hold_the_bookings_may_change(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia)
    make_appointment(presence, "2026-12-03 10:00")
    change(presence, anne, clock, span=at("2026-12-03", "09:30", "11:00"))
    assert presence.span == at("2026-12-03", "09:30", "11:00")


def test_what_would_lose_a_booking_is_refused_with_the_list(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia)
    early = make_appointment(presence, "2026-12-03 09:00")
    late = make_appointment(presence, "2026-12-03 11:00")
    with pytest.raises(BookingsInside) as refused:
        change(presence, anne, clock, span=at("2026-12-03", "09:30", "12:00"))
    assert [each.id for each in refused.value.appointments] == [early.id]
    for wished in ({"place": make_place()}, {"pause": at("2026-12-03", "09:10", "11:15")}):
        with pytest.raises(BookingsInside) as refused:
            change(presence, anne, clock, **wished)
        assert [each.id for each in refused.value.appointments] == [early.id, late.id]
    with pytest.raises(BookingsInside):
        withdraw(presence, anne, clock)
    assert (presence.version, told(presence)) == (1, [])


def test_a_pause_that_stands_already_is_not_judged_again(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia, pause="10:00-10:30")
    make_appointment(presence, "2026-12-03 10:00")
    change(presence, anne, clock, span=at("2026-12-03", "09:00", "12:30"))
    assert presence.version == 2


def test_who_is_booking_right_now_is_waited_for(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    place, motif = make_place(), make_motif()
    presence = make_presence(conseiller=nadia, place=place)
    hold(begin(now=clock()), aim(motif, place, "2026-12-03 09:00"), now=clock())
    with pytest.raises(BookingUnderWay):
        withdraw(presence, anne, clock)
    clock.advance(minutes=15)
    withdraw(presence, anne, clock)
    assert presence.withdrawn_at == clock()


def test_time_promised_to_something_else_is_kept_too(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia)
    make_commitment(presence, "2026-12-03 10:00")
    with pytest.raises(PresenceHasBookings):
        withdraw(presence, anne, clock)


def test_a_withdrawn_presence_is_told_and_changes_no_more(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia)
    withdraw(presence, anne, clock)
    withdraw(presence, anne, clock)
    assert (presence.withdrawn_at, presence.version) == (clock(), 2)
    assert [entry.what for entry in told(presence)] == ["withdrawn"]
    with pytest.raises(PresenceWithdrawn):
        change(presence, anne, clock, span=at("2026-12-03", "09:00", "11:00"))


def test_cancelled_appointments_hold_nothing_back(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia)
    gone = make_appointment(presence)
    with transaction():
        commitment, gone.status, gone.commitment_id = gone.commitment_id, Status.REVOKED, None
        db.session.flush()
        db.session.delete(db.session.get_one(Commitment, commitment))
    withdraw(presence, anne, clock)
    assert presence.withdrawn_at


def test_the_past_is_not_rewritten(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia)
    clock.set("2026-12-03 12:00")
    with pytest.raises(PresenceIsOver):
        change(presence, anne, clock, span=at("2026-12-03", "09:00", "14:00"))
    with pytest.raises(PresenceIsOver):
        withdraw(presence, anne, clock)


def test_an_expired_hold_is_swept_away(nadia: Staff, anne: By, clock: FrozenClock) -> None:
    presence = make_presence(conseiller=nadia)
    times = {"kind": Kind.HOLD, "draft_id": "d", "expires_at": clock()}
    make_commitment(presence, "2026-12-03 09:00", **times)
    change(presence, anne, clock, span=at("2026-12-03", "10:00", "12:00"))
    assert presence.span.start == metz("2026-12-03 10:00")
