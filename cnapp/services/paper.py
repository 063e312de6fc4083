"""Letters that the team prints and posts, and those that reached nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, update

from cnapp.base.database import db, write
from cnapp.domain.appointments import Appointment
from cnapp.domain.call_lists import (
    Reach,
    is_untold,
    letters_on_appointments,
    letters_on_registrations,
    waits_for_post,
)
from cnapp.domain.journal import Subject, last_of
from cnapp.domain.outbox import OF_A_PLAN, Channel, Due, Letter
from cnapp.domain.people import Staff
from cnapp.domain.plan_letters import is_news, last_lines_of
from cnapp.domain.plans import Displacement
from cnapp.domain.registrations import Registration
from cnapp.services.asked import asked_of
from cnapp.services.entrusting import CHANGED, MUST_BE_TOLD
from cnapp.services.journal import By
from cnapp.services.reach import reach_of
from cnapp.services.similar_workshops import next_similar
from cnapp.services.tellings import Telling, reader_of

Conditions = tuple[ColumnElement[bool], ...]


def untold(reach: Reach, now: datetime) -> list[Telling]:
    """Without what the person did or was there for."""
    found = _letters(reach, now, (*is_untold(MUST_BE_TOLD), is_news()))
    cancelled = [each for each in found if each.letter is Letter.WORKSHOP_CANCELLED]
    changed = [each.appointment for each in found if each.letter in CHANGED]
    known = _known(changed, CHANGED.values(), Subject.APPOINTMENT)
    known += _known([each.registration for each in cancelled], ["revoked"], Subject.REGISTRATION)
    return [each for each in found if (each.appointment or each.registration) not in known]


def _known(things: Iterable[Any], verbs: Iterable[str], subject: Subject) -> list[Any]:
    """Those of which the person knew at once."""
    told = {each.id: each for each in things if each}
    entries = db.session.scalars(last_of(list(told), list(verbs), subject)) if told else ()
    return [told[each.subject_id] for each in entries if each.is_known]


def how_many_to_post(reach: Reach, now: datetime) -> int:
    return len(_letters(reach, now, waits_for_post()))


def letters_for_post(staff: Staff, *, now: datetime) -> list[Telling]:
    return _letters(reach_of(staff, now=now), now, waits_for_post())


def letter_for_post(staff: Staff, key: str, *, now: datetime) -> Telling | None:
    """None: it is another desk's, it is posted, or true no more."""
    found = _letters(reach_of(staff, now=now), now, (*waits_for_post(), Due.key == key))
    return next((_whole(each, now) for each in found), None)


def mark_posted(key: str, *, by: By, now: datetime) -> None:
    """Somebody has put it into the post; again changes nothing."""
    waits = Due.key == key, Due.channel == Channel.PAPER, Due.printed_at.is_(None)
    write(update(Due).where(*waits).values(printed_at=now, printed_by_id=by.staff_id))


def _letters(reach: Reach, now: datetime, which: Conditions) -> list[Telling]:
    """About appointments, then about workshops; in a fixed number of queries."""
    rows: list[Any] = [
        *db.session.execute(letters_on_appointments(reach, now).where(*which)),
        *db.session.execute(letters_on_registrations(reach, now).where(*which)),
    ]
    lines = _lines(rows)
    return [_telling(due, about, lines) for due, about in rows]


def _lines(rows: Sequence[Any]) -> Mapping[int | None, Displacement]:
    """How those that lost their time did, by appointment."""
    lost = [due.appointment_id for due, _ in rows if due.letter in OF_A_PLAN]
    found = db.session.scalars(last_lines_of(lost)) if lost else ()
    return {line.appointment_id: line for line in found}


def _telling(due: Due, about: Appointment | Registration, lines: Mapping[int | None, Displacement]) -> Telling:
    reader, more = reader_of(due, about), {"key": due.key}
    if isinstance(about, Appointment):
        line = lines.get(about.id) if due.letter in OF_A_PLAN else None
        return Telling(due.letter, reader, about, more, displacement=line)
    return Telling(due.letter, reader, more=more, registration=about)


def _whole(told: Telling, now: datetime) -> Telling:
    """With what only its sheet says."""
    if told.registration:
        return replace(told, more={**told.more, "similar": next_similar(told.registration.workshop, now=now)})
    if told.letter is Letter.REPLACED and told.appointment and told.displacement:
        asked = asked_of(told.displacement, told.appointment, now=now)
        return replace(told, more={**told.more, "asked": asked})
    return told
