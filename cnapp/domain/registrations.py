"""Registrations (inscriptions): who comes to a workshop, who waits for a seat, and to whom one is offered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Select,
    String,
    func,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.contacts import name_words
from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import fingerprint, show_code, signed_token
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.appointments import SHOWN_AFTER, Booker, Origin, Told
from cnapp.domain.citizens import Citizen
from cnapp.domain.seats import Seat
from cnapp.domain.workshop_sessions import Leading, WorkshopSession
from cnapp.domain.workshops import Workshop

LONGEST_ANSWER = timedelta(hours=48)
NO_OFFER_WITHIN = timedelta(hours=2)
"""So near the start nobody would read it in time: the desk calls."""
LEAST_ANSWER = timedelta(hours=1)
PERSON_KEY = 120


class RegistrationUnknown(Refusal):
    sentence = "Cette inscription n’existe pas."


class RegisteredAlready(Refusal):
    """Said to staff only: whoever registers online must not learn who is registered (RELIABILITY.md K04)."""

    sentence = "Cette personne est déjà inscrite à cet atelier, ou sur sa liste d’attente."
    guards = ("uq_registrations_active", "registrations.workshop_id, registrations.person_key")


class NoSeatToHave(Refusal):
    sentence = "Cette place n’est plus à prendre : le temps pour répondre est passé, ou vous aviez dit non."


class RegistrationOver(Refusal):
    sentence = "L’atelier a commencé, ou cette inscription est finie : elle ne peut plus changer."


class Standing(StrEnum):
    """Where a registration stands."""

    REGISTERED = "registered"
    OFFERED = "offered"
    """A seat is held for them, until they answer."""
    WAITING = "waiting"
    EXCUSED = "excused"
    """Cancelled by the citizen."""
    REVOKED = "revoked"
    """Cancelled by the service, or with its workshop."""
    DECLINED = "declined"
    """They did not want the seat that was offered."""
    EXPIRED = "expired"
    """They did not answer in time."""
    LEFT = "left"
    """They wait no more, by their own wish; or the workshop began without them."""


SEATED = (Standing.REGISTERED, Standing.OFFERED)
ACTIVE = (*SEATED, Standing.WAITING)
_ACTIVE = text("status IN ('registered', 'offered', 'waiting')")
_WAITING = text("status = 'waiting'")
_OFFERED = text("status = 'offered'")


class Registration(Base):
    """One person's registration for a whole workshop."""

    __tablename__ = "registrations"
    __table_args__ = (
        ForeignKeyConstraint(
            ["seat_id", "workshop_id"], ["seats.id", "seats.workshop_id"], name="fk_registrations_seat"
        ),
        CheckConstraint("(status IN ('registered', 'offered')) = (seat_id IS NOT NULL)", "registration_has_its_seat"),
        CheckConstraint("(status = 'offered') = (answer_by IS NOT NULL)", "registration_offered_until"),
        CheckConstraint("status <> 'waiting' OR waiting_since IS NOT NULL", "registration_waits_since"),
        CheckConstraint("(booked_by = 'self') = (booker_id IS NULL)", "registration_booker_known"),
        CheckConstraint("booker_id IS NOT NULL OR told = 'person'", "registration_told_exists"),
        Index(
            "uq_registrations_active",
            "workshop_id",
            "person_key",
            unique=True,
            sqlite_where=_ACTIVE,
            postgresql_where=_ACTIVE,
        ),
        Index(
            "ix_registrations_waiting",
            "workshop_id",
            "waiting_since",
            "id",
            sqlite_where=_WAITING,
            postgresql_where=_WAITING,
        ),
        Index("ix_registrations_offered", "answer_by", sqlite_where=_OFFERED, postgresql_where=_OFFERED),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    link_version: Mapped[int] = mapped_column(default=1)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    draft_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """One submission, one registration."""
    workshop_id: Mapped[int] = refers_to("workshops.id")
    person_id: Mapped[int] = refers_to("citizens.id")
    person_key: Mapped[str] = mapped_column(String(PERSON_KEY))
    """The phone, else the mailbox, else the name: one person, one active registration."""
    booked_by: Mapped[Booker] = one_of(Booker, "registration_booked_by")
    booker_id: Mapped[int | None] = refers_to("citizens.id")
    told: Mapped[Told] = one_of(Told, "registration_told")
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    borrows: Mapped[bool] = mapped_column(default=False)
    """They would borrow a device rather than bring their own; their seat says whether one is lent."""
    origin: Mapped[Origin] = one_of(Origin, "registration_origin")
    status: Mapped[Standing] = one_of(Standing, "registration_status")
    seat_id: Mapped[int | None] = mapped_column(unique=True)
    waiting_since: Mapped[Instant | None]
    answer_by: Mapped[Instant | None]
    reason: Mapped[str | None] = mapped_column(String(40))
    """Why it was cancelled, as a code."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each change that letters announce; also the SEQUENCE + 1 of calendars."""
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]

    workshop: Mapped[Workshop] = relationship()
    person: Mapped[Citizen] = relationship(foreign_keys=[person_id])
    booker: Mapped[Citizen | None] = relationship(foreign_keys=[booker_id])
    seat: Mapped[Seat | None] = relationship(
        foreign_keys=[seat_id], viewonly=True, primaryjoin="Registration.seat_id == Seat.id"
    )

    @property
    def shown_code(self) -> str:
        return show_code(self.code)

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE

    @property
    def is_seated(self) -> bool:
        return self.status in SEATED

    @property
    def is_offered(self) -> bool:
        return self.status is Standing.OFFERED

    @property
    def has_left_list(self) -> bool:
        return self.status is Standing.LEFT

    @property
    def is_lent(self) -> bool:
        return self.seat is not None and self.seat.borrows

    def can_be_changed(self, now: datetime) -> bool:
        """Cancelled, moved or answered, by the citizen or for them."""
        return self.is_active and self.workshop.stands and not self.workshop.is_past(now)

    def is_over(self, now: datetime) -> bool:
        """The day of the last session has ended."""
        return now >= span_of_day(day_of(self.workshop.ends_at)).end

    def address_answers(self, now: datetime) -> bool:
        return now < self.workshop.ends_at + SHOWN_AFTER

    def shows_its_person(self, now: datetime) -> bool:
        """Past or cancelled, the citizen's address says only that."""
        return self.is_active and not self.is_over(now)

    def link(self, key: str) -> str:
        """The citizen's token, which letters and slips can write again."""
        return signed_token(key, f"registration:{self.public_id}:{self.link_version}")

    def seal(self, key: str) -> None:
        self.link_hash = fingerprint(self.link(key))


def person_key(citizen: Citizen) -> str:
    """What tells one person from another: the phone, else the mailbox, else the words of the name, in any order."""
    contact = citizen.phone or citizen.mailbox
    return (contact or " ".join(sorted(name_words(citizen.name))) or citizen.name)[:PERSON_KEY]


def answer_within(starts_at: datetime, now: datetime) -> timedelta | None:
    """How long a seat is held for whoever waited: a quarter of the time that is left, from 1 to 48 hours, and never
    into the last two hours before the start; None when it is too late to offer anything."""
    left = starts_at - now
    if left <= NO_OFFER_WITHIN:
        return None
    return min(max(left / 4, LEAST_ANSWER), LONGEST_ANSWER, left - NO_OFFER_WITHIN)


def registrations_whole() -> Select[Registration]:
    """With everything that a page says of them."""
    workshop = joinedload(Registration.workshop)
    sessions = workshop.selectinload(Workshop.sessions).selectinload(WorkshopSession.leadings)
    return select(Registration).options(
        joinedload(Registration.person),
        joinedload(Registration.booker),
        joinedload(Registration.seat),
        workshop.joinedload(Workshop.place),
        sessions.joinedload(Leading.conseiller),
    )


def registration_linked(token: str) -> Select[Registration]:
    return registrations_whole().where(Registration.link_hash == fingerprint(token))


def registration_named(public_id: str) -> Select[Registration]:
    return registrations_whole().where(Registration.public_id == public_id)


def registration_numbered(number: int) -> Select[Registration]:
    """As the database knows it now, whatever was read of it before."""
    return registrations_whole().where(Registration.id == number).execution_options(populate_existing=True)


def registrations_numbered(numbers: Collection[int]) -> Select[Registration]:
    """As the database knows them now, the seats in their order."""
    these = select(Registration).where(Registration.id.in_(numbers)).order_by(Registration.id)
    return these.execution_options(populate_existing=True)


def registration_coded(code: str) -> Select[Registration]:
    return registrations_whole().where(Registration.code == code)


def registration_id_coded(code: str) -> Select[int]:
    return select(Registration.id).where(Registration.code == code)


def registration_drafted(draft_id: str) -> Select[Registration]:
    return select(Registration).where(Registration.draft_id == draft_id)


def registrations_for(workshop_id: int) -> Select[Registration]:
    """Those that are active: seated ones by name, then those who wait, in their order."""
    people = (joinedload(Registration.person), joinedload(Registration.booker), joinedload(Registration.seat))
    active = select(Registration).where(Registration.workshop_id == workshop_id, Registration.status.in_(ACTIVE))
    order = Registration.waiting_since.is_not(None), Registration.waiting_since, Registration.id
    return active.options(*people).order_by(*order)


def waiting_for(workshop_id: int) -> Select[Registration]:
    """The longest waiting first."""
    waits = Registration.workshop_id == workshop_id, Registration.status == Standing.WAITING
    whom = joinedload(Registration.person), joinedload(Registration.booker)
    return select(Registration).where(*waits).options(*whom).order_by(Registration.waiting_since, Registration.id)


def how_many_before(registration: Registration) -> Select[int]:
    """Who waits before this one."""
    here = Registration.workshop_id == registration.workshop_id, Registration.status == Standing.WAITING
    mine = tuple_(Registration.waiting_since, Registration.id) < (registration.waiting_since, registration.id)
    return select(func.count()).select_from(Registration).where(*here, mine)


def how_many_wait(workshop_ids: Collection[int]) -> Select[int, int]:
    """(workshop, how many wait for a seat)."""
    waits = Registration.workshop_id.in_(workshop_ids), Registration.status == Standing.WAITING
    return select(Registration.workshop_id, func.count()).where(*waits).group_by(Registration.workshop_id)


def offers_past(now: datetime) -> Select[Registration]:
    """Whoever did not answer in time."""
    return select(Registration).where(Registration.status == Standing.OFFERED, Registration.answer_by <= now)


def workshops_to_sweep(now: datetime) -> Select[int]:
    """Where a hold or an offer has ended, a seat is free while somebody waits, or people wait for what has begun."""
    held = select(Seat.workshop_id).where(Seat.expires_at <= now)
    offered = offers_past(now).with_only_columns(Registration.workshop_id)
    wait = select(Registration.workshop_id).where(Registration.status == Standing.WAITING)
    could = or_(Workshop.taken < Workshop.capacity, Workshop.starts_at <= now)
    in_vain = select(Workshop.id).where(Workshop.id.in_(wait), could)
    return select(Workshop.id).where(or_(Workshop.id.in_(held), Workshop.id.in_(offered), Workshop.id.in_(in_vain)))


def registrations_ahead(people: Select[int], now: datetime) -> Select[Registration]:
    """Active ones for what has not begun, that these come to or booked for somebody, in order."""
    theirs = or_(Registration.person_id.in_(people), Registration.booker_id.in_(people))
    coming = Registration.status.in_(ACTIVE), Registration.workshop.has(Workshop.starts_at > now)
    return registrations_whole().where(theirs, *coming).order_by(Registration.id)


def upcoming_with(keys: Collection[str], now: datetime) -> Select[int]:
    """How many active registrations for what has not begun have one of these phones or mailboxes."""
    people = select(Citizen.id).where(or_(Citizen.phone.in_(keys), Citizen.mailbox.in_(keys)))
    theirs = or_(Registration.person_id.in_(people), Registration.booker_id.in_(people))
    coming = Registration.status.in_(ACTIVE), Workshop.starts_at > now
    return select(func.count()).select_from(Registration).join(Workshop).where(theirs, *coming)
