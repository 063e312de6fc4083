"""Making the roll call of a session, and correcting it during a week. Callers commit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from cnapp.base.contacts import name_words
from cnapp.base.database import db, write
from cnapp.base.workdays import day_of
from cnapp.domain.journal import Subject
from cnapp.domain.registrations import Registration
from cnapp.domain.roll_calls import RollCall, notes_of, obstacle, registered_for
from cnapp.domain.workshop_sessions import Attendance, Outcome, WorkshopSession, attendances_of
from cnapp.domain.workshops import Workshop
from cnapp.services.journal import By, record_about, refuse_if_changed
from cnapp.services.seats import hold_still

CALLED = "roll_called"


def people_of(workshop: Workshop) -> list[Registration]:
    """Whoever has a place for good, by the first word of the name."""
    people = db.session.scalars(registered_for(workshop.id)).all()
    return sorted(people, key=lambda each: (name_words(each.person.name), each.id))


def came_to(session: WorkshopSession) -> dict[int, bool]:
    """By registration; those of whom nothing is noted are absent."""
    return {each.registration_id: each.came for each in db.session.scalars(attendances_of(session.id))}


def note(session: WorkshopSession, call: RollCall, *, number: int, by: By, now: datetime) -> None:
    """Of whoever registered since the page was opened nothing is noted. What stands noted already changes nothing.

    `number`: of the last line of the workshop's journal that the page knew. Holds the workshop still.
    Raises NobodyWasThere, ChangedMeanwhile, NotToBeHeld, RollCallTooEarly, RollCallOver.
    """
    call.refuse_impossible()
    workshop = hold_still(session.workshop_id)
    db.session.refresh(session)
    refusal = obstacle(session, workshop, now)
    if refusal:
        raise refusal
    registered = frozenset(each.id for each in people_of(workshop))
    if _stands(session, call, registered):
        return
    refuse_if_changed((Subject.WORKSHOP, workshop.id), number)
    _write(session, call, registered & call.listed, now)
    detail = {"day": day_of(session.starts_at).isoformat(), "came": len(registered & call.came)}
    record_about(
        (Subject.WORKSHOP, workshop.id),
        CALLED,
        by=by,
        now=now,
        **detail,
        drop_ins=call.drop_ins,
        outcome=call.outcome.value,
    )


def _stands(session: WorkshopSession, call: RollCall, registered: frozenset[int]) -> bool:
    """Whether it is noted just so: the button was pressed twice."""
    if (session.outcome, session.drop_ins) != (call.outcome, call.drop_ins):
        return False
    noted = came_to(session)
    return _wanted(call, registered & call.listed) == {key: noted[key] for key in noted.keys() & call.listed}


def _wanted(call: RollCall, listed: frozenset[int]) -> dict[int, bool]:
    """Of a session that was not held nobody is said to have missed it."""
    return {each: each in call.came for each in listed} if call.outcome is Outcome.HELD else {}


def _write(session: WorkshopSession, call: RollCall, listed: frozenset[int], now: datetime) -> None:
    session.outcome, session.noted_at, session.drop_ins = call.outcome, now, call.drop_ins
    write(notes_of(session.id, frozenset(came_to(session)) if call.outcome is Outcome.NOT_HELD else listed))
    rows: Sequence[dict[str, object]] = [
        {"session_id": session.id, "registration_id": each, "came": came}
        for each, came in _wanted(call, listed).items()
    ]
    if rows:
        db.session.execute(insert(Attendance), rows)
    db.session.flush()
