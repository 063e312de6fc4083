"""The outbox: which letter about what is due when. It is written when it is sent, from the state of that moment."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.domain.appointments import Appointment, Told

SECOND = "/booker"


class Letter(StrEnum):
    """What somebody is told."""

    CONFIRMED = "confirmed"
    MOVED = "moved"
    CANCELLED = "cancelled"
    REVOKED = "revoked"


class Due(Base):
    """One letter to be. `key` makes it unique: letter, appointment, version, and whether it is the second of two."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_due", "sent_at", "due_at"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    letter: Mapped[Letter] = one_of(Letter, "outbox_letter")
    appointment_id: Mapped[int] = refers_to("appointments.id")
    version: Mapped[int]
    due_at: Mapped[Instant]
    sent_at: Mapped[Instant | None]
    created_at: Mapped[Instant]

    @property
    def is_second(self) -> bool:
        """When both are told of one change, the first letter is the person's and this one the booker's."""
        return self.key.endswith(SECOND)


def letter_keys(letter: Letter, appointment: Appointment) -> list[str]:
    """One letter for each who is to be told."""
    first = f"{letter}/{appointment.public_id}/{appointment.version}"
    return [first, first + SECOND] if appointment.told is Told.BOTH else [first]
