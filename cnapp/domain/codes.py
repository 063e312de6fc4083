"""Codes reserved for appointment cards that a desk prints blank and fills in by hand."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Delete, Select, String, delete, exists, func, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import show_code
from cnapp.domain.appointments import Appointment
from cnapp.domain.places import Place
from cnapp.domain.registrations import Registration

HANDFULS_SHOWN = 10


class CodeNotReserved(Refusal):
    sentence = "Ce code n’est sur aucune de nos cartes, ou il a déjà servi. Vérifiez-le."


class ReservedCode(Base):
    """Given to no booking until the card is used; the row goes when it is."""

    __tablename__ = "reserved_codes"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(8), unique=True)
    place_id: Mapped[int] = refers_to("places.id")
    staff_id: Mapped[int] = refers_to("staff.id")
    reserved_at: Mapped[Instant] = mapped_column(index=True)

    place: Mapped[Place] = relationship()

    @property
    def shown_code(self) -> str:
        return show_code(self.code)


def is_taken(code: str) -> Select[bool]:
    """Whether a booking or a blank card has this code."""
    tables = Appointment, Registration, ReservedCode
    return select(or_(*(exists().where(table.code == code) for table in tables)))


def reservation_ended(code: str) -> Delete:
    return delete(ReservedCode).where(ReservedCode.code == code)


def codes_reserved_by(staff_id: int) -> Select[ReservedCode]:
    """Of the blank cards that an account had printed and nobody has used, newest first."""
    unused = select(ReservedCode).where(ReservedCode.staff_id == staff_id).options(joinedload(ReservedCode.place))
    return unused.order_by(ReservedCode.reserved_at.desc(), ReservedCode.id)


def handfuls_of(staff_id: int) -> Select[datetime, int]:
    """When an account made the cards that are still blank, and how many of each are left; newest first."""
    counted = select(ReservedCode.reserved_at, func.count()).where(ReservedCode.staff_id == staff_id)
    return counted.group_by(ReservedCode.reserved_at).order_by(ReservedCode.reserved_at.desc()).limit(HANDFULS_SHOWN)


def codes_reserved_before(instant: datetime) -> Select[int]:
    return select(ReservedCode.id).where(ReservedCode.reserved_at < instant)
