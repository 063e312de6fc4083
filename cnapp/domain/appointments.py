"""Appointments (rendez-vous): who comes, for what, when; their states, and who may still change them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKeyConstraint,
    Index,
    Select,
    String,
    and_,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import fingerprint, show_code, signed_token
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.citizens import Citizen
from cnapp.domain.motifs import Motif
from cnapp.domain.people import Staff
from cnapp.domain.presences import Presence

SHOWN_AFTER = timedelta(days=30)
"""How long the address of a past appointment still answers."""


class AppointmentUnknown(Refusal):
    sentence = "Ce rendez-vous n’existe pas."


class NotUpcoming(Refusal):
    sentence = "Ce rendez-vous est passé ou annulé : il ne peut plus changer."


class DayClosed(Refusal):
    sentence = "Cela se note le jour du rendez-vous."


class NotYet(Refusal):
    sentence = "Le rendez-vous n’a pas encore commencé : la personne peut encore venir."


class NothingToUndo(Refusal):
    sentence = "Il n’y a rien à annuler."


class AnswersLost(Refusal):
    sentence = "Vos réponses ne sont plus là. Recommencez, s’il vous plaît : rien n’a été réservé."


class TimeGivenAway(Refusal):
    sentence = "Cette heure a été donnée à une autre personne depuis. Ajoutez la personne à une autre heure."


class TimeUsed(Refusal):
    sentence = (
        "Quelque chose est déjà noté pour le rendez-vous qui a été donné. "
        "Revenez d’abord en arrière sur ce rendez-vous, dans la journée."
    )


class Status(StrEnum):
    """Where an appointment stands."""

    BOOKED = "booked"
    ARRIVED = "arrived"
    SEEN = "seen"
    NOSHOW = "noshow"
    EXCUSED = "excused"
    """Cancelled by the citizen."""
    REVOKED = "revoked"
    """Cancelled by the service."""
    DISPLACED = "displaced"
    """Its conseiller is absent: it has no time and waits for a new one."""


STANDING = (Status.BOOKED, Status.ARRIVED, Status.SEEN)
NOTED = (Status.ARRIVED, Status.SEEN, Status.NOSHOW)
"""Somebody has said what became of it."""
CANCELLED = (Status.EXCUSED, Status.REVOKED)


class Origin(StrEnum):
    """The door it came by."""

    ONLINE = "online"
    COUNTER = "counter"
    PHONE = "phone"
    CONSEILLER = "conseiller"
    WALK_IN = "walk_in"


class Booker(StrEnum):
    """For whom somebody books."""

    SELF = "self"
    RELATIVE = "relative"
    PROFESSIONAL = "professional"


class Told(StrEnum):
    """Who is to be told of changes."""

    PERSON = "person"
    BOOKER = "booker"
    BOTH = "both"


class Appointment(Base):
    """Its time is its commitment's, held equal by the database; one that does not stand has no commitment."""

    __tablename__ = "appointments"
    __table_args__ = (
        ForeignKeyConstraint(
            ["commitment_id", "presence_id", "conseiller_id", "starts_at", "ends_at"],
            [
                "commitments.id",
                "commitments.presence_id",
                "commitments.conseiller_id",
                "commitments.starts_at",
                "commitments.ends_at",
            ],
            name="fk_appointments_commitment",
            onupdate="CASCADE",
        ),
        CheckConstraint(
            "(status IN ('booked', 'arrived', 'seen')) = (commitment_id IS NOT NULL)",
            "appointment_has_time_when_it_stands",
        ),
        CheckConstraint("(booked_by = 'self') = (booker_id IS NULL)", "appointment_booker_known"),
        CheckConstraint("booker_id IS NOT NULL OR told = 'person'", "appointment_told_exists"),
        Index("ix_appointments_presence_id", "presence_id", "starts_at"),
        Index("ix_appointments_conseiller_starts", "conseiller_id", "starts_at"),
        Index("ix_appointments_starts_at", "starts_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    link_version: Mapped[int] = mapped_column(default=1)
    """Raised to make the citizen's address die and another be born."""
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    draft_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """One submission, one booking."""

    motif_id: Mapped[int] = refers_to("motifs.id")
    person_id: Mapped[int] = refers_to("citizens.id")
    booked_by: Mapped[Booker] = one_of(Booker, "appointment_booked_by")
    booker_id: Mapped[int | None] = refers_to("citizens.id")
    told: Mapped[Told] = one_of(Told, "appointment_told")
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)

    presence_id: Mapped[int] = refers_to("presences.id", index=False)
    conseiller_id: Mapped[int] = refers_to("staff.id", index=False)
    commitment_id: Mapped[int | None] = mapped_column(unique=True)
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]

    status: Mapped[Status] = one_of(Status, "appointment_status")
    origin: Mapped[Origin] = one_of(Origin, "appointment_origin")
    reason: Mapped[str | None] = mapped_column(String(40))
    """Why it was cancelled, as a code."""
    arrived_at: Mapped[Instant | None]
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each change that letters announce; also the SEQUENCE + 1 of calendars."""
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]

    motif: Mapped[Motif] = relationship()
    person: Mapped[Citizen] = relationship(foreign_keys=[person_id])
    booker: Mapped[Citizen | None] = relationship(foreign_keys=[booker_id])
    presence: Mapped[Presence] = relationship(foreign_keys=[presence_id])
    conseiller: Mapped[Staff] = relationship(foreign_keys=[conseiller_id])

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def shown_code(self) -> str:
        return show_code(self.code)

    @property
    def stands(self) -> bool:
        return self.status in STANDING

    def is_upcoming(self, now: datetime) -> bool:
        return self.status is Status.BOOKED and now < self.starts_at

    @property
    def is_displaced(self) -> bool:
        return self.status is Status.DISPLACED

    def can_be_changed(self, now: datetime) -> bool:
        """Moved or cancelled, by the citizen or for them: whoever lost their time may choose another, also later."""
        return self.is_upcoming(now) or (self.is_displaced and self.address_answers(now))

    def is_its_day(self, now: datetime) -> bool:
        return day_of(self.starts_at) == day_of(now)

    def can_arrive(self, now: datetime) -> bool:
        return self.status is Status.BOOKED and self.is_its_day(now)

    def can_be_seen(self, now: datetime) -> bool:
        return self.status in (Status.BOOKED, Status.ARRIVED) and self.is_its_day(now)

    def can_be_missed(self, now: datetime) -> bool:
        return self.status is Status.BOOKED and self.is_its_day(now) and self.starts_at <= now

    @property
    def has_come(self) -> bool:
        return self.status in (Status.ARRIVED, Status.SEEN)

    @property
    def can_be_followed_up(self) -> bool:
        """The person is or was there, or did not come: another time can be given."""
        return self.status in NOTED

    def can_be_undone(self, now: datetime) -> bool:
        """Until the day closes, what a press noted can be taken back."""
        return self.status in NOTED and self.is_its_day(now)

    def address_answers(self, now: datetime) -> bool:
        return now < self.ends_at + SHOWN_AFTER

    def is_over(self, now: datetime) -> bool:
        """The day that it was for has ended."""
        return now >= span_of_day(day_of(self.starts_at)).end

    def shows_its_person(self, now: datetime) -> bool:
        """Past or cancelled, the citizen's address says only that (until the day of the visit has ended)."""
        return self.stands and not self.is_over(now)

    def link(self, key: str) -> str:
        """The citizen's token, which letters and slips can write again."""
        return signed_token(key, f"{self.public_id}:{self.link_version}")

    def seal(self, key: str) -> None:
        self.link_hash = fingerprint(self.link(key))


@cache
def appointments_whole() -> Select[Appointment]:
    """Appointments with everything that a page says of them, in one query."""
    return select(Appointment).options(
        joinedload(Appointment.motif),
        joinedload(Appointment.person),
        joinedload(Appointment.booker),
        joinedload(Appointment.conseiller),
        joinedload(Appointment.presence).joinedload(Presence.place),
        joinedload(Appointment.presence).joinedload(Presence.room),
    )


def appointment_linked(link_hash: str) -> Select[Appointment]:
    return appointments_whole().where(Appointment.link_hash == link_hash)


def appointment_numbered(number: int) -> Select[Appointment]:
    """As the database knows it now, whatever was read of it before."""
    return appointments_whole().where(Appointment.id == number).execution_options(populate_existing=True)


def appointment_named(public_id: str) -> Select[Appointment]:
    return appointments_whole().where(Appointment.public_id == public_id)


def appointment_coded(code: str) -> Select[Appointment]:
    return appointments_whole().where(Appointment.code == code)


def id_coded(code: str) -> Select[int]:
    return select(Appointment.id).where(Appointment.code == code)


def appointment_drafted(draft_id: str) -> Select[Appointment]:
    """Without what a page says of it: nearly always there is none."""
    return select(Appointment).where(Appointment.draft_id == draft_id)


def appointments_of(conseiller_id: int, during: Span) -> Select[Appointment]:
    """Whatever their state, in order."""
    return (
        appointments_whole()
        .where(
            Appointment.conseiller_id == conseiller_id,
            Appointment.starts_at < during.end,
            Appointment.starts_at >= during.start,
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )


def is_awaited(now: datetime) -> ColumnElement[bool]:
    """Still to come, or without a time, as long as its address answers."""
    ahead = Appointment.status == Status.BOOKED, Appointment.starts_at > now
    waits = Appointment.status == Status.DISPLACED, Appointment.ends_at > now - SHOWN_AFTER
    return or_(and_(*ahead), and_(*waits))


def upcoming_of(people: Select[int] | Sequence[int], now: datetime) -> Select[Appointment]:
    """Those that these come to, or booked for somebody, in order; also those that wait for another time."""
    theirs = or_(Appointment.person_id.in_(people), Appointment.booker_id.in_(people))
    return appointments_whole().where(theirs, is_awaited(now)).order_by(Appointment.starts_at, Appointment.id)


def upcoming_online_with(phones: Sequence[str], mailboxes: Sequence[str], now: datetime) -> Select[int]:
    """How many appointments booked online still lie ahead for any of these contacts."""
    reached = or_(Citizen.phone.in_(phones), Citizen.mailbox.in_(mailboxes))
    people = select(Citizen.id).where(reached)
    return (
        select(func.count())
        .select_from(Appointment)
        .where(
            or_(Appointment.person_id.in_(people), Appointment.booker_id.in_(people)),
            Appointment.status == Status.BOOKED,
            Appointment.origin == Origin.ONLINE,
            Appointment.booked_by != Booker.PROFESSIONAL,
            Appointment.starts_at > now,
        )
    )
