"""Consultations: who of the team opened whose booking, and when. Never what was read, nor the name of who comes.

They stand apart from the journal, which tells what changed and is numbered without a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, Select, String, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.workdays import span_of_day
from cnapp.domain.appointments import Appointment
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.domain.registrations import Registration
from cnapp.domain.workshops import Workshop


class Way(StrEnum):
    """What let somebody open it."""

    CODE = "code"
    """At another place, with its code and a name."""
    PLACE = "place"
    PHONE_LINE = "phone_line"
    OWN = "own"
    """Whoever receives the person."""


@dataclass(frozen=True, slots=True)
class Booking:
    """What was opened: one of the two."""

    appointment_id: int | None = None
    registration_id: int | None = None

    @classmethod
    def of(cls, row: Appointment | Registration) -> Booking:
        return cls(appointment_id=row.id) if isinstance(row, Appointment) else cls(registration_id=row.id)


class Consultation(Base):
    """The first time in a day that the same hands open a booking."""

    __tablename__ = "consultations"
    __table_args__ = (
        CheckConstraint("(appointment_id IS NULL) <> (registration_id IS NULL)", "consultation_of_one_booking"),
    )

    id: Mapped[Key]
    appointment_id: Mapped[int | None] = refers_to("appointments.id")
    registration_id: Mapped[int | None] = refers_to("registrations.id")
    staff_id: Mapped[int] = refers_to("staff.id")
    hand: Mapped[str | None] = mapped_column(String(40))
    """First name of who stood at a shared desk."""
    way: Mapped[Way] = one_of(Way, "consultation_way")
    at: Mapped[Instant] = mapped_column(index=True)

    appointment: Mapped[Appointment | None] = relationship()
    registration: Mapped[Registration | None] = relationship()
    staff: Mapped[Staff] = relationship()

    @property
    def booking(self) -> Appointment | Registration | None:
        return self.appointment or self.registration

    @property
    def place(self) -> Place | None:
        if self.appointment:
            return self.appointment.presence.place
        return self.registration.workshop.place if self.registration else None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of them are looked for; None leaves a question open."""

    staff_id: int | None = None
    booking: Booking | None = None
    day: date | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        asked = []
        if self.staff_id is not None:
            asked.append(Consultation.staff_id == self.staff_id)
        if self.booking is not None:
            asked.append(Consultation.appointment_id.is_not_distinct_from(self.booking.appointment_id))
            asked.append(Consultation.registration_id.is_not_distinct_from(self.booking.registration_id))
        if self.day is not None:
            during = span_of_day(self.day)
            asked += [Consultation.at >= during.start, Consultation.at < during.end]
        return asked


def consultations(wanted: Wanted) -> Select[Consultation]:
    """Newest first, with the place of the booking and whose press it was."""
    place = joinedload(Consultation.appointment).joinedload(Appointment.presence).joinedload(Presence.place)
    other = joinedload(Consultation.registration).joinedload(Registration.workshop).joinedload(Workshop.place)
    found = select(Consultation).where(*wanted.conditions).options(place, other, joinedload(Consultation.staff))
    return found.order_by(Consultation.at.desc(), Consultation.id.desc())


def with_hand(wanted: Wanted, hand: str | None) -> Select[int]:
    """Those of these hands; None is nobody named."""
    return select(Consultation.id).where(*wanted.conditions, Consultation.hand.is_not_distinct_from(hand)).limit(1)


def consultations_before(instant: datetime) -> Select[int]:
    return select(Consultation.id).where(Consultation.at < instant)
