"""What people were told of a time that they lost, and which letters about it are news to them: queries."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from cnapp.domain.appointments import Appointment
from cnapp.domain.calls import Call
from cnapp.domain.outbox import CHANGES, SECOND, Due, Letter, Outcome
from cnapp.domain.plans import ANSWERABLE, Displacement
from cnapp.domain.presences import Presence

LEFT_OPEN = (Letter.DISPLACED, Letter.REPLACED)
"""After them, somebody believes that the time of before is not theirs any more."""


def told_before(due: Due) -> Select[Letter, bool]:
    """The changes of its appointment that were to be told to the same reader, and whether each was; the last first."""
    theirs = Due.key.endswith(SECOND) if due.is_second else ~Due.key.endswith(SECOND)
    earlier = Due.appointment_id == due.appointment_id, Due.version < due.version, Due.letter.in_(CHANGES)
    return select(Due.letter, _was_told(Due)).where(*earlier, theirs).order_by(Due.version.desc())


def _was_told(due: type[Due]) -> ColumnElement[bool]:
    """Written, or somebody of the team was asked to."""
    return or_(due.outcome.in_((Outcome.SENT, Outcome.ENTRUSTED)), exists().where(Call.due_id == due.id))


def is_news() -> ColumnElement[bool]:
    """Whether it says what somebody must know: not where time and place are what they still believe."""
    earlier = aliased(Due)
    same_thing = earlier.appointment_id == Due.appointment_id, earlier.version < Due.version
    had_lost = exists().where(*same_thing, earlier.letter.in_(LEFT_OPEN), _was_told(earlier))
    is_back = or_(Due.letter == Letter.REINSTATED, and_(Due.letter == Letter.REPLACED, _is_unmoved()))
    return or_(~is_back, had_lost)


def _is_unmoved() -> ColumnElement[bool]:
    """With somebody else, but at the time and the place of before."""
    line, appointment, presence = aliased(Displacement), aliased(Appointment), aliased(Presence)
    return (
        exists()
        .where(line.appointment_id == Due.appointment_id, line.applied_version == Due.version)
        .where(appointment.id == line.appointment_id, appointment.starts_at == line.starts_at)
        .where(presence.id == appointment.presence_id, presence.place_id == line.place_id)
    )


def last_lines_of(appointment_ids: Collection[int]) -> Select[Displacement]:
    """Each appointment's displacements in order, so that the last of each stands last."""
    whole = joinedload(Displacement.plan), joinedload(Displacement.place)
    theirs = select(Displacement).where(Displacement.appointment_id.in_(appointment_ids))
    return theirs.options(*whole).order_by(Displacement.id)


def letters_asking(appointment: Appointment) -> Select[Due]:
    """Those by which its people are asked about the time that it has, the person's own first."""
    asked = Due.appointment_id == appointment.id, Due.letter == Letter.REPLACED, Due.version == appointment.version
    return select(Due).where(*asked).order_by(Due.id)


def calls_asking(appointment_id: int) -> tuple[ColumnElement[bool], ...]:
    """Open ones of an appointment, by which its people are asked."""
    asked = select(Due.id).where(Due.appointment_id == appointment_id, Due.letter == Letter.REPLACED)
    return Call.due_id.in_(asked), Call.settled_at.is_(None)


def awaiting_answer(appointment_id: int) -> Select[Displacement]:
    """The line whose new time nobody has said yes to."""
    mine = Displacement.appointment_id == appointment_id, Displacement.standing.in_(ANSWERABLE)
    return select(Displacement).where(*mine).order_by(Displacement.id.desc()).limit(1)
