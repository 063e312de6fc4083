"""Laying out presences by hand: adding one, changing it, withdrawing it. Callers lock the conseiller, and commit.

The database refuses two places at once and too little travel; `in_the_way` then finds which presence it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from cnapp.base.database import db, write
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment
from cnapp.domain.commitments import LET_GO, Commitment, Kind, expired_holds
from cnapp.domain.journal import Subject
from cnapp.domain.neighbours import InTheWay, overlapping, presences_around, too_near
from cnapp.domain.offers import drafts_offered
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place, closures_between, hours_on, travels_among
from cnapp.domain.planning import (
    BookingsInside,
    BookingUnderWay,
    Plan,
    PresenceIsOver,
    PresenceUnknown,
    PresenceWithdrawn,
    WorkshopsInside,
    appointments_inside,
    commitments_inside,
    misfits,
    people_to_place,
    places_to_choose,
    plan_of,
    presence_named,
    refuse_impossible,
)
from cnapp.domain.presences import Presence, PresenceHasBookings, TooLittleTravel, TwoPlacesAtOnce
from cnapp.domain.travels import by_pair
from cnapp.domain.workshop_days import Gathering
from cnapp.services import workshop_days
from cnapp.services.journal import By, Thing, record_about

Facts = dict[str, Any]


def find(public_id: str) -> Presence:
    """Raises PresenceUnknown."""
    presence = db.session.scalar(presence_named(public_id))
    if presence is None:
        raise PresenceUnknown
    return presence


def to_choose(*, now: datetime) -> tuple[Sequence[Staff], Sequence[Place]]:
    """Whom and where to place from today on."""
    today = day_of(now)
    return db.session.scalars(people_to_place(today)).all(), db.session.scalars(places_to_choose(today)).all()


def appointments_of(presence: Presence) -> Sequence[Appointment]:
    """Those that stand inside it, in order."""
    return db.session.scalars(appointments_inside(presence.id)).all()


def workshops_of(presence: Presence) -> list[Gathering]:
    """Sessions that are led inside it, in order."""
    return workshop_days.inside(presence.id)


def warnings_about(presence: Presence, *, now: datetime) -> list[Refusal]:
    """Why a presence that is still to come could not be added today: its place has closed since, or its person left."""
    if not presence.can_be_changed(now):
        return []
    plan = plan_of(presence)
    return list(misfits(plan, _closures(plan), hours_on(plan.place.opening_hours, plan.day)))


def subject_of(presence: Presence) -> Thing:
    return Subject.PRESENCE, presence.id


def add(plan: Plan, *, by: By, now: datetime, **origin: str) -> Presence:
    """`origin`: what the journal says of where it comes from, if not from a form.

    Raises what `refuse_impossible` does, TwoPlacesAtOnce, TooLittleTravel.
    """
    _refuse_impossible(plan, now)
    presence = Presence(public_id=new_public_id(), updated_at=now, **plan.columns)
    db.session.add(presence)
    db.session.flush()
    record_about(subject_of(presence), "added", by=by, now=now, becomes=facts(plan), **origin)
    return presence


def change(presence: Presence, plan: Plan, *, by: By, now: datetime, **origin: int) -> None:
    """The roster leaves it alone from then on. What is booked must still be inside; the same again changes nothing.

    Raises what `add` does, and PresenceWithdrawn, PresenceIsOver, BookingsInside, WorkshopsInside, BookingUnderWay.
    """
    refuse_ended(presence, now=now)
    was, becomes = facts(plan_of(presence)), facts(plan)
    if was == becomes:
        return
    _refuse_impossible(plan, now)
    _refuse_promised(presence, plan, now)
    for name, value in plan.columns.items():
        setattr(presence, name, value)
    _touch(presence, now)
    was_edited, presence.edited_at = presence.edited_at is not None, now
    db.session.flush()
    different = [name for name in was if was[name] != becomes[name]]
    detail = {"was": {name: was[name] for name in different}, "becomes": {name: becomes[name] for name in different}}
    record_about(subject_of(presence), "changed", by=by, now=now, was_edited=was_edited, **detail, **origin)


def withdraw(presence: Presence, *, by: By, now: datetime, **origin: int) -> None:
    """Nobody is there any more; a second press changes nothing.

    Raises PresenceIsOver, BookingsInside, WorkshopsInside, BookingUnderWay, TooLittleTravel.
    """
    if presence.withdrawn_at:
        return
    refuse_ended(presence, now=now)
    _refuse_promised(presence, None, now)
    _touch(presence, now)
    presence.withdrawn_at = now
    db.session.flush()
    record_about(subject_of(presence), "withdrawn", by=by, now=now, was=facts(plan_of(presence)), **origin)


def restore(presence: Presence, *, by: By, now: datetime, **origin: int) -> None:
    """What was withdrawn stands again, as it was; where it stands, nothing changes. Raises what `add` does."""
    if presence.withdrawn_at is None:
        return
    plan = plan_of(presence)
    _refuse_impossible(plan, now)
    _touch(presence, now)
    presence.withdrawn_at = None
    db.session.flush()
    record_about(subject_of(presence), "restored", by=by, now=now, becomes=facts(plan), **origin)


def in_the_way(refusal: Refusal, plan: Plan, presence: Presence | None = None) -> InTheWay | None:
    """The other presence because of which the database refused; None when it is gone again."""
    others = db.session.scalars(presences_around(plan, presence.id if presence else None)).all()
    if isinstance(refusal, TwoPlacesAtOnce):
        return overlapping(plan, others)
    if isinstance(refusal, TooLittleTravel):
        places = sorted({plan.place.id, *(other.place_id for other in others)})
        return too_near(plan, others, by_pair(db.session.scalars(travels_among(places))))
    return None


def facts(plan: Plan) -> Facts:
    """What the journal keeps of a presence: plain values, and no name of anybody."""
    return {
        "place": plan.place.name,
        "place_id": plan.place.id,
        "room": plan.room.name if plan.room else None,
        "room_id": plan.room.id if plan.room else None,
        "starts_at": plan.span.start.isoformat(),
        "ends_at": plan.span.end.isoformat(),
        "pause": [plan.pause.start.isoformat(), plan.pause.end.isoformat()] if plan.pause else None,
        "takes_appointments": plan.takes_appointments,
        "takes_walk_ins": plan.takes_walk_ins,
        "walk_in_minutes": plan.walk_in_minutes,
    }


def _touch(presence: Presence, now: datetime) -> None:
    presence.version += 1
    presence.updated_at = now


def _refuse_impossible(plan: Plan, now: datetime) -> None:
    refuse_impossible(plan, _closures(plan), now)


def _closures(plan: Plan) -> Sequence[Closure]:
    return db.session.scalars(closures_between(plan.day, plan.day)).all()


def refuse_ended(presence: Presence, *, now: datetime) -> None:
    """Raises PresenceWithdrawn, PresenceIsOver."""
    if presence.withdrawn_at:
        raise PresenceWithdrawn
    if presence.ends_at <= now:
        raise PresenceIsOver


def _refuse_promised(presence: Presence, plan: Plan | None, now: datetime) -> None:
    """Where something promised would no longer fit into the plan; everything, when there is none."""
    db.session.execute(expired_holds([presence.conseiller_id], presence.span, now))
    promised = db.session.scalars(commitments_inside(presence.id)).all()
    lost = _without_offers([each for each in promised if plan is None or not fits(each, presence, plan)])
    kinds = {each.kind for each in lost}
    if Kind.APPOINTMENT in kinds:
        ids = {each.id for each in lost}
        appointments = db.session.scalars(appointments_inside(presence.id)).all()
        raise BookingsInside([each for each in appointments if each.commitment_id in ids])
    if Kind.WORKSHOP in kinds:
        raise WorkshopsInside(_led_then(presence, lost))
    if Kind.HOLD in kinds:
        raise BookingUnderWay
    if kinds:
        raise PresenceHasBookings


def _led_then(presence: Presence, lost: Sequence[Commitment]) -> list[Gathering]:
    """The sessions whose time these are: nothing else stands in the same stretch."""
    spans = {each.span for each in lost}
    return [each for each in workshop_days.inside(presence.id) if each.span in spans]


def _without_offers(lost: Sequence[Commitment]) -> list[Commitment]:
    """What is only offered to somebody who waits gives way: whoever takes it reads that it is gone."""
    offered = set(db.session.scalars(drafts_offered())) if any(each.draft_id for each in lost) else set()
    for draft_id in offered.intersection(each.draft_id for each in lost):
        write(LET_GO, {"of_draft": draft_id})
    return [each for each in lost if each.draft_id not in offered]


def fits(commitment: Commitment, presence: Presence, plan: Plan) -> bool:
    """At the same place, within its hours, and not in a new pause."""
    if plan.place.id != presence.place_id or not plan.span.covers(commitment.span):
        return False
    return plan.pause is None or plan.pause == presence.pause or not plan.pause.overlaps(commitment.span)
