"""The roll call of a session: who came, how many came without being registered, and whether it was held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Delete, Select, delete, select
from sqlalchemy.orm import joinedload

from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.registrations import Registration, Standing
from cnapp.domain.workshop_sessions import Attendance, Outcome, WorkshopSession
from cnapp.domain.workshops import Status, Workshop

OPEN_FOR = timedelta(days=7)
"""After the day of the session."""


class RollCallTooEarly(Refusal):
    sentence = "L’appel s’ouvre le jour de la séance."


class RollCallOver(Refusal):
    sentence = "L’appel peut changer pendant 7 jours après la séance. Ce délai est passé."


class NotToBeHeld(Refusal):
    sentence = "Cet atelier est annulé ou n’est pas publié : il n’y a pas d’appel à faire."


class NobodyWasThere(Refusal):
    sentence = "Si la séance n’a pas eu lieu, personne n’est venu : ne cochez personne, et laissez 0."


@dataclass(frozen=True, slots=True)
class RollCall:
    """As it is noted: `listed` are the registrations that the page showed, `came` those of them who were there."""

    outcome: Outcome
    listed: frozenset[int]
    came: frozenset[int]
    drop_ins: int

    def refuse_impossible(self) -> None:
        """Raises NobodyWasThere."""
        if self.outcome is Outcome.NOT_HELD and (self.came or self.drop_ins):
            raise NobodyWasThere


def is_open(session: WorkshopSession, workshop: Workshop, now: datetime) -> bool:
    return obstacle(session, workshop, now) is None


def obstacle(session: WorkshopSession, workshop: Workshop, now: datetime) -> Refusal | None:
    """Why no roll call can be made, or changed, now."""
    if workshop.status not in (Status.PUBLISHED, Status.WITHDRAWN):
        return NotToBeHeld()
    day = day_of(session.starts_at)
    if day_of(now) < day:
        return RollCallTooEarly()
    return RollCallOver() if now >= span_of_day(day + OPEN_FOR).end else None


def registered_for(workshop_id: int) -> Select[Registration]:
    """Whoever has a place for good, with who they are, by name."""
    people = joinedload(Registration.person), joinedload(Registration.booker), joinedload(Registration.seat)
    theirs = Registration.workshop_id == workshop_id, Registration.status == Standing.REGISTERED
    return select(Registration).where(*theirs).options(*people)


def notes_of(session_id: int, registration_ids: frozenset[int]) -> Delete:
    return delete(Attendance).where(
        Attendance.session_id == session_id, Attendance.registration_id.in_(sorted(registration_ids))
    )
