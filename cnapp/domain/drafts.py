"""Drafts: the answers of a booking under way, kept on our side for 24 hours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, String, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from cnapp.base.database import Base, Instant, refers_to

KEPT = timedelta(hours=24)


class Draft(Base):
    """Its id is the key under which the booking is made once, however often it is submitted."""

    __tablename__ = "drafts"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    answers: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Changed by ANSWERED alone, whole."""
    moves_id: Mapped[int | None] = refers_to("appointments.id")
    """The appointment that a new time is sought for."""
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]

    @property
    def has_time(self) -> bool:
        """Whether a time was chosen: only then is one held."""
        return "time" in self.answers

    @property
    def is_registration(self) -> bool:
        """Whether a workshop was chosen: only then may a seat be held."""
        return "workshop" in self.answers

    def is_alive(self, now: datetime) -> bool:
        return now < self.expires_at


_THIS = Draft.id == bindparam("draft_id")
READ = select(Draft.answers, Draft.expires_at).where(_THIS)
WHOLE = select(Draft).where(_THIS)
ANSWERED = update(Draft).where(_THIS).values(answers=bindparam("all_answers"), expires_at=bindparam("until"))
"""What each step of a booking does, ready to be sent: an eighth of the work of a whole booking is spared by it."""
