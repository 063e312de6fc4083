"""The people who help: conseillers, desk agents, coordinators; what they speak and what they may do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, Select, String, UniqueConstraint, and_, or_, select
from sqlalchemy.orm import Mapped, mapped_column, relationship, selectinload

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import new_public_id
from cnapp.domain.places import Place


class StaffUnknown(Refusal):
    sentence = "Cette personne n’est pas dans l’équipe."


class EmailTaken(Refusal):
    sentence = "Quelqu’un de l’équipe a déjà cette adresse e-mail. Écrivez-en une autre."
    guards = ("uq_staff_email", "staff.email")


class HabilitationUnknown(Refusal):
    sentence = "Cette habilitation n’existe pas ou plus."


class HabilitationTwice(Refusal):
    sentence = "Une habilitation de cette personne commence déjà ce jour-là. Modifiez celle-là."
    guards = ("uq_habilitations_staff_id_valid_from", "habilitations.staff_id, habilitations.valid_from")


class Role(StrEnum):
    """What an account opens."""

    CONSEILLER = "conseiller"
    COORDINATOR = "coordinator"
    DESK = "desk"


class Staff(Base):
    """Someone of the team. Nothing that changes at each sign-in stands here: this row is what bookings lock."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint("in_post_until IS NULL OR in_post_from <= in_post_until", "staff_dates_in_order"),
        CheckConstraint("role <> 'desk' OR NOT receives", "desk_receives_nobody"),
        CheckConstraint("role = 'desk' OR NOT phone_line", "phone_line_is_a_desk"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    first_name: Mapped[str] = mapped_column(String(80))
    last_name: Mapped[str] = mapped_column(String(80))
    email: Mapped[str] = mapped_column(String(254), unique=True)
    """In lower case."""
    role: Mapped[Role] = one_of(Role, "staff_role")
    receives: Mapped[bool] = mapped_column(default=True)
    """Whether citizens can have an appointment with them."""
    phone_line: Mapped[bool] = mapped_column(default=False)
    """A desk that answers the telephone for every place."""
    in_post_from: Mapped[date]
    in_post_until: Mapped[date | None]
    disabled_at: Mapped[Instant | None]
    schedule_letters: Mapped[bool] = mapped_column(default=True)
    """Whether they are written to when their next 24 hours change."""
    updated_at: Mapped[Instant]

    languages: Mapped[list[StaffLanguage]] = relationship()
    habilitations: Mapped[list[Habilitation]] = relationship()
    places: Mapped[list[Place]] = relationship(secondary="staff_places", order_by="Place.name")
    """Where somebody works at the desk; the phone line has none, and works for all."""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    def is_in_training(self, day: date) -> bool:
        """Not bookable yet."""
        return day < self.in_post_from

    def is_in_post(self, day: date) -> bool:
        """Bookable that day: not before training has ended, nor after leaving."""
        until = self.in_post_until
        return self.disabled_at is None and self.in_post_from <= day and (until is None or day <= until)


class StaffLanguage(Base):
    """A language somebody can help in, besides French: ISO 639 code, `fsl` for French Sign Language."""

    __tablename__ = "staff_languages"

    staff_id: Mapped[int] = refers_to("staff.id", index=False, primary_key=True)
    code: Mapped[str] = mapped_column(String(3), primary_key=True)


class StaffPlace(Base):
    """A place where somebody works at the desk."""

    __tablename__ = "staff_places"

    staff_id: Mapped[int] = refers_to("staff.id", index=False, primary_key=True)
    place_id: Mapped[int] = refers_to("places.id", primary_key=True)


class Habilitation(Base):
    """The right to act for a person (Aidants Connect), in some perimeters, between two days, both included."""

    __tablename__ = "habilitations"
    __table_args__ = (
        UniqueConstraint("staff_id", "valid_from"),
        CheckConstraint("valid_from <= valid_until", "habilitation_dates_in_order"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
    staff_id: Mapped[int] = refers_to("staff.id")
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    perimeters: Mapped[list[str]] = mapped_column(JSON)
    """Codes of Aidants Connect: papiers, famille, social, travail, logement, transports, argent, justice, …"""

    def allows(self, perimeter: str, day: date) -> bool:
        return self.valid_from <= day <= self.valid_until and perimeter in self.perimeters


def team(day: date) -> Select[Staff]:
    """Those who receive and are in post on a day, by first name."""
    return (
        select(Staff)
        .where(
            Staff.receives,
            Staff.disabled_at.is_(None),
            Staff.in_post_from <= day,
            or_(Staff.in_post_until.is_(None), Staff.in_post_until >= day),
        )
        .order_by(Staff.first_name)
    )


def team_ever() -> Select[Staff]:
    """Everybody, by name, disabled accounts and desks too, with all that their page says."""
    whole = selectinload(Staff.languages), selectinload(Staff.places), selectinload(Staff.habilitations)
    return names_ever().options(*whole)


def names_ever() -> Select[Staff]:
    """The same without what their page says."""
    return select(Staff).order_by(Staff.first_name, Staff.last_name, Staff.id)


def staff_named(public_id: str) -> Select[Staff]:
    return select(Staff).where(Staff.public_id == public_id)


def receivers() -> Select[int]:
    """Whoever may have presences, in the order in which they are locked."""
    return select(Staff.id).where(Staff.role != Role.DESK).order_by(Staff.id)


def team_or_named(public_ids: Collection[str]) -> Select[Staff]:
    """Whoever receives with an account that is open, and those who are named, by name."""
    receives = and_(Staff.role != Role.DESK, Staff.receives, Staff.disabled_at.is_(None))
    named = and_(Staff.role != Role.DESK, Staff.public_id.in_(public_ids))
    return names_ever().where(or_(receives, named))


def habilitations_of(staff_id: int) -> Select[Habilitation]:
    return select(Habilitation).where(Habilitation.staff_id == staff_id)


def desks_of(place_id: int) -> Select[Staff]:
    """Accounts that work at the desk of a place, by name; not the phone line, which works for all."""
    at_place = select(StaffPlace.staff_id).where(StaffPlace.place_id == place_id)
    return (
        select(Staff)
        .where(Staff.role == Role.DESK, Staff.disabled_at.is_(None), Staff.id.in_(at_place))
        .order_by(Staff.first_name, Staff.last_name, Staff.id)
    )


def staff_with_email(email: str) -> Select[Staff]:
    return select(Staff).where(Staff.email == email.casefold())


def public_ids_of(staff_ids: Sequence[int]) -> Select[int, str]:
    """By what each is called outside the database."""
    return select(Staff.id, Staff.public_id).where(Staff.id.in_(staff_ids))


def coordinators() -> Select[Staff]:
    return select(Staff).where(Staff.role == Role.COORDINATOR)
