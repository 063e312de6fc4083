"""Consultations: who of the team opened whose booking, and when. Never what was read, nor the name of who comes.

They stand apart from the journal, which tells what changed and is numbered without a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.workdays import span_of_day
from cnapp.domain.appointments import Appointment
from cnapp.domain.people import Staff
from cnapp.domain.presences import Presence


class Way(StrEnum):
    """What let somebody open it."""

    CODE = "code"
    """At another place, with its code and a name."""
    PLACE = "place"
    PHONE_LINE = "phone_line"
    OWN = "own"
    """Whoever receives the person."""


class Consultation(Base):
    """The first time in a day that the same hands open a booking."""

    __tablename__ = "consultations"

    id: Mapped[Key]
    appointment_id: Mapped[int] = refers_to("appointments.id")
    staff_id: Mapped[int] = refers_to("staff.id")
    hand: Mapped[str | None] = mapped_column(String(40))
    """First name of who stood at a shared desk."""
    way: Mapped[Way] = one_of(Way, "consultation_way")
    at: Mapped[Instant] = mapped_column(index=True)

    appointment: Mapped[Appointment] = relationship()
    staff: Mapped[Staff] = relationship()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them are looked for; None leaves a question open."""

    staff_id: int | None = None
    appointment_id: int | None = None
    day: date | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        asked = []
        if self.staff_id is not None:
            asked.append(Consultation.staff_id == self.staff_id)
        if self.appointment_id is not None:
            asked.append(Consultation.appointment_id == self.appointment_id)
        if self.day is not None:
            during = span_of_day(self.day)
            asked += [Consultation.at >= during.start, Consultation.at < during.end]
        return asked


def consultations(wanted: Wanted) -> Select[Consultation]:
    """Newest first, with the place of the booking and whose press it was."""
    place = joinedload(Consultation.appointment).joinedload(Appointment.presence).joinedload(Presence.place)
    found = select(Consultation).where(*wanted.conditions).options(place, joinedload(Consultation.staff))
    return found.order_by(Consultation.at.desc(), Consultation.id.desc())


def with_hand(wanted: Wanted, hand: str | None) -> Select[int]:
    """Those of these hands; None is nobody named."""
    return select(Consultation.id).where(*wanted.conditions, Consultation.hand.is_not_distinct_from(hand)).limit(1)


def consultations_before(instant: datetime) -> Select[int]:
    return select(Consultation.id).where(Consultation.at < instant)
