"""What the database refuses by itself, whoever writes: insert, update, delete and cascade, on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError

from cnapp.base.database import Base, db, guard_of, transaction
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import new_public_id
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.commitments import Commitment, Kind, OutsidePresence, SlotTaken
from cnapp.domain.presences import Presence, PresenceHasBookings, PresenceTooLong, TooLittleTravel, TwoPlacesAtOnce
from cnapp.web.application import Application
from tests.factories import (
    LONG_AGO,
    make_absence,
    make_appointment,
    make_commitment,
    make_place,
    make_presence,
    make_staff,
    make_travel,
    metz,
)

pytestmark = pytest.mark.usefixtures("app")


def write(statement: Any) -> None:
    """Raw SQL that knows nothing of services."""
    with transaction():
        db.session.execute(statement)


def refused(refusal: type[Refusal], statement: Any) -> None:
    with pytest.raises(refusal):
        write(statement)


def raw_commitment(presence: Presence, start: str, end: str, **columns: Any) -> Any:
    values = {"conseiller_id": presence.conseiller_id, "presence_id": presence.id, "kind": Kind.WORKSHOP}
    times = {"starts_at": metz(f"2026-12-03 {start}"), "ends_at": metz(f"2026-12-03 {end}")}
    return insert(Commitment).values(**{**values, **times, "buffer_minutes": 0, **columns})


def raw_presence(presence: Presence, start: str, end: str, **columns: Any) -> Any:
    values = {
        "public_id": new_public_id(),
        "conseiller_id": presence.conseiller_id,
        "place_id": presence.place_id,
        "starts_at": metz(start),
        "ends_at": metz(end),
        "takes_appointments": True,
        "takes_walk_ins": False,
        "walk_in_minutes": 0,
        "version": 1,
        "updated_at": LONG_AGO,
    }
    return insert(Presence).values(**{**values, **columns})


@pytest.mark.parametrize(
    ("start", "end"),
    [("09:00", "09:45"), ("09:30", "10:15"), ("08:45", "09:15"), ("09:10", "09:20"), ("08:30", "12:00")],
)
def test_a_conseiller_is_never_promised_twice(start: str, end: str) -> None:
    presence = make_presence(at="2026-12-03 08:00")
    make_commitment(presence, "2026-12-03 09:00")
    refused(SlotTaken, raw_commitment(presence, start, end))


def test_one_commitment_may_begin_when_another_ends() -> None:
    presence = make_presence()
    make_commitment(presence, "2026-12-03 09:45")
    write(raw_commitment(presence, "09:00", "09:45"))
    write(raw_commitment(presence, "10:30", "11:00"))


def test_an_appointment_a_workshop_a_hold_and_an_absence_meet_in_one_table() -> None:
    presence = make_presence()
    make_commitment(presence, "2026-12-03 09:00", kind=Kind.WORKSHOP)
    refused(SlotTaken, raw_commitment(presence, "09:15", "10:00"))
    refused(SlotTaken, raw_commitment(presence, "09:15", "10:00", kind=Kind.HOLD, expires_at=LONG_AGO))
    refused(SlotTaken, raw_commitment(presence, "00:00", "23:59", kind=Kind.ABSENCE, presence_id=None))


def test_moving_a_commitment_onto_another_is_refused() -> None:
    presence = make_presence()
    make_commitment(presence, "2026-12-03 09:00")
    second = make_commitment(presence, "2026-12-03 10:00")
    earlier = update(Commitment).where(Commitment.id == second.id).values(starts_at=metz("2026-12-03 09:30"))
    refused(SlotTaken, earlier)
    db.session.refresh(second)
    assert second.starts_at == metz("2026-12-03 10:00")


def test_a_commitment_lies_inside_its_presence() -> None:
    presence = make_presence()
    refused(OutsidePresence, raw_commitment(presence, "08:30", "09:15"))
    refused(OutsidePresence, raw_commitment(presence, "11:30", "12:15"))
    inside = make_commitment(presence, "2026-12-03 11:00")
    longer = update(Commitment).where(Commitment.id == inside.id)
    refused(OutsidePresence, longer.values(ends_at=metz("2026-12-03 12:01")))


def test_a_commitment_belongs_to_the_conseiller_of_its_presence() -> None:
    presence, somebody = make_presence(), make_staff()
    with pytest.raises((IntegrityError, OutsidePresence)):
        write(raw_commitment(presence, "09:00", "09:45", conseiller_id=somebody.id))


def test_nothing_is_promised_in_a_withdrawn_presence() -> None:
    presence = make_presence(withdrawn_at=LONG_AGO)
    refused(OutsidePresence, raw_commitment(presence, "09:00", "09:45"))


def test_a_presence_cannot_shrink_or_go_under_its_commitments() -> None:
    presence = make_presence()
    make_commitment(presence, "2026-12-03 09:00")
    here = update(Presence).where(Presence.id == presence.id)
    refused(PresenceHasBookings, here.values(starts_at=metz("2026-12-03 09:15")))
    refused(PresenceHasBookings, here.values(ends_at=metz("2026-12-03 09:30")))
    refused(PresenceHasBookings, here.values(withdrawn_at=LONG_AGO))
    with pytest.raises((IntegrityError, OutsidePresence)):
        write(delete(Presence).where(Presence.id == presence.id))


def test_a_conseiller_is_never_at_two_places() -> None:
    presence = make_presence()
    refused(TwoPlacesAtOnce, raw_presence(presence, "2026-12-03 11:59", "2026-12-03 14:00", place_id=make_place().id))
    refused(TwoPlacesAtOnce, raw_presence(presence, "2026-12-03 08:00", "2026-12-03 13:00"))
    later = make_presence(at="2026-12-03 14:00", until="17:00", conseiller=presence.conseiller, place=presence.place)
    refused(TwoPlacesAtOnce, update(Presence).where(Presence.id == later.id).values(starts_at=metz("2026-12-03 11:00")))


def test_there_is_time_to_travel_before_and_after() -> None:
    presence = make_presence()
    other = make_place()
    make_travel(presence.place, other, 25)
    refused(TooLittleTravel, raw_presence(presence, "2026-12-03 12:24", "2026-12-03 15:00", place_id=other.id))
    refused(TooLittleTravel, raw_presence(presence, "2026-12-03 07:00", "2026-12-03 08:36", place_id=other.id))
    write(raw_presence(presence, "2026-12-03 12:25", "2026-12-03 15:00", place_id=other.id))
    write(raw_presence(presence, "2026-12-03 07:00", "2026-12-03 08:35", place_id=other.id))


def test_half_an_hour_is_kept_between_places_that_nobody_has_measured() -> None:
    presence = make_presence()
    refused(TooLittleTravel, raw_presence(presence, "2026-12-03 12:29", "2026-12-03 15:00", place_id=make_place().id))
    write(raw_presence(presence, "2026-12-03 12:30", "2026-12-03 15:00", place_id=make_place().id))


def test_the_same_place_allows_edge_to_edge() -> None:
    presence = make_presence()
    write(raw_presence(presence, "2026-12-03 12:00", "2026-12-03 15:00"))


def three_in_a_row() -> tuple[Presence, Presence, Presence]:
    """From one end of the town to the other by way of the middle: taking the middle away leaves too little time."""
    nadia, west, middle, east = make_staff(), make_place(), make_place(), make_place()
    make_travel(west, middle, 10)
    make_travel(middle, east, 10)
    make_travel(west, east, 90)
    first = make_presence("2026-12-03 09:00", "10:00", conseiller=nadia, place=west)
    second = make_presence("2026-12-03 10:10", "10:50", conseiller=nadia, place=middle)
    third = make_presence("2026-12-03 11:00", "12:00", conseiller=nadia, place=east)
    return first, second, third


def test_taking_the_middle_one_away_makes_new_neighbours() -> None:
    _, middle, _ = three_in_a_row()
    refused(TooLittleTravel, update(Presence).where(Presence.id == middle.id).values(withdrawn_at=LONG_AGO))
    refused(TooLittleTravel, delete(Presence).where(Presence.id == middle.id))
    elsewhere = update(Presence).where(Presence.id == middle.id)
    refused(TooLittleTravel, elsewhere.values(conseiller_id=make_staff().id))
    tomorrow = {"starts_at": metz("2026-12-04 10:10"), "ends_at": metz("2026-12-04 10:50")}
    refused(TooLittleTravel, elsewhere.values(**tomorrow))


def test_moving_a_presence_to_a_place_too_far_is_refused() -> None:
    first, _, _ = three_in_a_row()
    refused(TooLittleTravel, update(Presence).where(Presence.id == first.id).values(place_id=make_place().id))


def test_a_presence_lasts_twelve_hours_at_most() -> None:
    presence = make_presence()
    refused(PresenceTooLong, raw_presence(presence, "2026-12-04 07:00", "2026-12-04 19:01"))
    refused(PresenceTooLong, raw_presence(presence, "2026-12-04 09:00", "2026-12-04 09:00"))
    write(raw_presence(presence, "2026-12-04 07:00", "2026-12-04 19:00"))


def test_an_appointment_that_stands_has_its_time_and_one_that_does_not_has_none() -> None:
    appointment = make_appointment()
    row = update(Appointment).where(Appointment.id == appointment.id)
    for values in ({"status": Status.EXCUSED}, {"commitment_id": None}):
        with pytest.raises(Exception, match="appointment_has_time_when_it_stands"):
            write(row.values(**values))
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        write(delete(Commitment).where(Commitment.id == appointment.commitment_id))
    with pytest.raises(Exception, match=r"(?i)foreign key"):
        write(row.values(starts_at=metz("2026-12-03 09:15")))


def test_handing_a_presence_over_carries_its_appointments_along() -> None:
    appointment, hugo = make_appointment(), make_staff("Hugo")
    write(update(Presence).where(Presence.id == appointment.presence_id).values(conseiller_id=hugo.id))
    db.session.expire_all()
    commitment = db.session.get_one(Commitment, appointment.commitment_id)
    assert (appointment.conseiller_id, commitment.conseiller_id) == (hugo.id, hugo.id)


def test_handing_a_presence_over_to_somebody_taken_fails_whole() -> None:
    appointment = make_appointment()
    hugo = make_staff("Hugo")
    make_absence(hugo, "2026-12-03 00:00", "2026-12-03 23:59")
    refused(SlotTaken, update(Presence).where(Presence.id == appointment.presence_id).values(conseiller_id=hugo.id))
    db.session.expire_all()
    assert appointment.conseiller_id != hugo.id


def test_moving_the_time_of_a_commitment_carries_its_appointment_along() -> None:
    appointment = make_appointment()
    later = {"starts_at": metz("2026-12-03 11:00"), "ends_at": metz("2026-12-03 11:45")}
    write(update(Commitment).where(Commitment.id == appointment.commitment_id).values(**later))
    db.session.expire_all()
    assert appointment.starts_at == later["starts_at"]


def test_a_naive_instant_is_no_instant() -> None:
    with pytest.raises(Exception, match="naive"), transaction():
        db.session.execute(text("SELECT 1"))
        db.session.add(Commitment(kind=Kind.HOLD, starts_at=metz("2026-12-03 09:00").replace(tzinfo=None)))
        db.session.flush()


def test_every_check_and_key_of_the_schema_has_a_name(app: Application) -> None:
    unnamed = [str(each) for table in Base.metadata.tables.values() for each in table.constraints if not each.name]
    assert unnamed == []
    assert guard_of.__doc__ and app
