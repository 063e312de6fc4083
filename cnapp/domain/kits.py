"""Kits d'inclusion numérique: devices that are lent as a whole to workshops, and travel with them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.domain.people import Staff
from cnapp.domain.places import Place


class KitUnknown(Refusal):
    sentence = "Ce kit n’existe pas ou plus."


class KitTaken(Refusal):
    sentence = (
        "Ce kit est déjà promis à un autre atelier à ce moment-là, ou n’a pas le temps d’aller d’un lieu à l’autre."
    )
    guards = ("kits_promised_once",)


class KitNotReady(Refusal):
    sentence = "Ce kit est en panne ou en réparation. Choisissez-en un autre."


class KitTwice(Refusal):
    sentence = "Un autre kit a déjà ce nom. Choisissez un autre nom."
    guards = ("uq_kits_name", "kits.name")


class KitEmpty(Refusal):
    sentence = "Écrivez au moins un appareil : un ordinateur, une tablette ou un vidéoprojecteur."


class KitPromised(Refusal):
    sentence = "Ce kit est promis à des ateliers à venir. Retirez-le d’abord de ces ateliers."


class KitTooSmall(Refusal):
    """People were promised devices of it: it must keep `needed` of them."""

    sentence = "Des personnes doivent emprunter plus d’appareils que cela."

    def __init__(self, needed: int) -> None:
        super().__init__()
        self.needed = needed


class DevicesPromised(Refusal):
    """`lent` devices are promised to people; these kits bring `devices`."""

    sentence = "Ces kits apportent moins d’ordinateurs que les gens n’en empruntent."

    def __init__(self, lent: int, devices: int) -> None:
        super().__init__()
        self.lent, self.devices = lent, devices


class State(StrEnum):
    """Whether a kit can be used."""

    READY = "ready"
    BROKEN = "broken"
    REPAIR = "repair"


class Kit(Base):
    """What is in the case, and where it is kept."""

    __tablename__ = "kits"
    __table_args__ = (
        CheckConstraint(
            "computers BETWEEN 0 AND 50 AND tablets BETWEEN 0 AND 50 AND projectors BETWEEN 0 AND 10", "kit_devices"
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    computers: Mapped[int] = mapped_column(default=0)
    tablets: Mapped[int] = mapped_column(default=0)
    projectors: Mapped[int] = mapped_column(default=0)
    others: Mapped[str] = mapped_column(String(200), default="")
    """What else is in it, in words."""
    state: Mapped[State] = one_of(State, "kit_state")
    note: Mapped[str] = mapped_column(String(200), default="")
    """What is broken, who repairs it."""
    place_id: Mapped[int] = refers_to("places.id")
    """Where it is kept."""
    holder_id: Mapped[int | None] = refers_to("staff.id")
    """Who of the team has it now, when somebody said so."""
    retired_at: Mapped[Instant | None]
    updated_at: Mapped[Instant]

    place: Mapped[Place] = relationship()
    holder: Mapped[Staff | None] = relationship()

    @property
    def devices(self) -> int:
        """What people can borrow."""
        return self.computers + self.tablets


class Loan(Base):
    """A kit promised to a session. Its time is the session's, held equal by the database."""

    __tablename__ = "loans"
    __table_args__ = (
        UniqueConstraint("kit_id", "session_id"),
        ForeignKeyConstraint(
            ["session_id", "starts_at", "ends_at"],
            ["workshop_sessions.id", "workshop_sessions.starts_at", "workshop_sessions.ends_at"],
            name="fk_loans_session",
        ),
        ForeignKeyConstraint(
            ["workshop_id", "place_id"], ["workshops.id", "workshops.place_id"], name="fk_loans_place"
        ),
        Index("ix_loans_kit_starts", "kit_id", "starts_at"),
        Index("ix_loans_session_id", "session_id"),
        Index("ix_loans_workshop_id", "workshop_id"),
    )

    id: Mapped[Key]
    kit_id: Mapped[int] = refers_to("kits.id", index=False)
    session_id: Mapped[int]
    workshop_id: Mapped[int]
    place_id: Mapped[int]
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]

    kit: Mapped[Kit] = relationship()

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)


def kits_in_use() -> Select[Kit]:
    """Not the retired ones; by name, with where they are kept and who has them."""
    return (
        select(Kit)
        .where(Kit.retired_at.is_(None))
        .options(joinedload(Kit.place), joinedload(Kit.holder))
        .order_by(Kit.name)
    )


def kit_named(public_id: str) -> Select[Kit]:
    return select(Kit).where(Kit.public_id == public_id).options(joinedload(Kit.place), joinedload(Kit.holder))


def loans_of(workshop_id: int) -> Select[Loan]:
    return select(Loan).where(Loan.workshop_id == workshop_id).options(joinedload(Loan.kit)).order_by(Loan.starts_at)


def loans_after(kit_id: int, now: datetime) -> Select[Loan]:
    """What a kit is promised to from now on, in order."""
    return select(Loan).where(Loan.kit_id == kit_id, Loan.ends_at > now).order_by(Loan.starts_at)


def loans_of_kits(kit_ids: Collection[int], during: Span) -> Select[Loan]:
    """What they are promised to within a stretch of time."""
    then = Loan.ends_at > during.start, Loan.starts_at < during.end
    return select(Loan).where(Loan.kit_id.in_(kit_ids), *then).order_by(Loan.starts_at, Loan.id)


def kits_retired() -> Select[Kit]:
    places = joinedload(Kit.place), joinedload(Kit.holder)
    return select(Kit).where(Kit.retired_at.is_not(None)).options(*places).order_by(Kit.name)


def loans_ahead(now: datetime) -> Select[Loan]:
    """Of all kits, in order."""
    return select(Loan).where(Loan.ends_at > now).order_by(Loan.starts_at, Loan.id)
