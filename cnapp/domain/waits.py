"""The waiting list: who would come, for what, to which places, on which days; and how their waiting ends."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    Index,
    Select,
    String,
    and_,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.tokens import fingerprint, signed_token
from cnapp.base.workdays import day_of, span_of_day
from cnapp.domain.appointments import Appointment, Status
from cnapp.domain.citizens import Citizen, Need
from cnapp.domain.motifs import Motif
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence
from cnapp.domain.slots import Slot
from cnapp.domain.times import Half

LASTS = timedelta(days=60)
SHOWN_AFTER = timedelta(days=30)
"""How long the address of a wait that has ended still answers; then it is removed."""
WAITS_AT_MOST = 3
LISTED_AT_MOST = 100
_OPEN = text("ended_at IS NULL")


class WaitUnknown(Refusal):
    sentence = "Cette page de la liste d’attente n’existe pas ou plus."


class WaitOver(Refusal):
    sentence = "Vous n’êtes plus sur la liste d’attente. Rien n’a été changé."


class TooManyWaits(Refusal):
    sentence = (
        "Vous êtes déjà 3 fois sur la liste d’attente avec ce contact. "
        "Quittez d’abord une de ces attentes, ou demandez à l’accueil d’un de nos lieux."
    )


class WaitsAlready(Refusal):
    sentence = "Vous attendez déjà une heure plus tôt pour ce rendez-vous."
    guards = ("uq_waits_open_appointment", "waits.appointment_id")


class Ending(StrEnum):
    """How somebody's waiting ends."""

    LEFT = "left"
    SERVED = "served"
    EXPIRED = "expired"


class Wait(Base):
    """One person who waits for one subject. Without places, all of them suit; without weekdays, every day."""

    __tablename__ = "waits"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", "wait_ends_somehow"),
        CheckConstraint("ending IS NULL OR ending <> 'served' OR appointment_id IS NOT NULL", "wait_served_by_a_time"),
        CheckConstraint("notice_days BETWEEN 0 AND 2", "wait_notice"),
        Index("uq_waits_open_appointment", "appointment_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_waits_open", "created_at", "id", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    link_hash: Mapped[str] = mapped_column(String(64), unique=True)
    link_version: Mapped[int] = mapped_column(default=1)
    draft_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    """The form that it was made with: sent twice, it is one."""
    citizen_id: Mapped[int] = refers_to("citizens.id")
    """Who is told."""
    appointment_id: Mapped[int | None] = refers_to("appointments.id")
    """The one that they have and would have earlier; or, once they are served, the one that they took."""
    motif_id: Mapped[int] = refers_to("motifs.id")
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Of whoever comes; forgotten when the waiting ends."""
    weekdays: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Monday is 0."""
    half: Mapped[Half | None] = one_of(Half, "wait_half")
    notice_days: Mapped[int] = mapped_column(default=1)
    """How many days ahead they must know: 0 is the same day."""
    last_offered_on: Mapped[date | None]
    created_at: Mapped[Instant]
    ended_at: Mapped[Instant | None]
    ending: Mapped[Ending | None] = one_of(Ending, "wait_ending")

    citizen: Mapped[Citizen] = relationship()
    appointment: Mapped[Appointment | None] = relationship()
    motif: Mapped[Motif] = relationship()
    places: Mapped[list[Place]] = relationship(secondary="wait_places", order_by="Place.name")

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_for_earlier(self) -> bool:
        """Whether they have a time already, which they keep meanwhile."""
        return self.is_open and self.appointment_id is not None

    @property
    def is_own(self) -> bool:
        """Whether whoever is told is the person who comes."""
        return self.appointment is None or self.appointment.person is self.citizen

    @property
    def needed(self) -> tuple[Need, ...]:
        return tuple(Need(code) for code in self.needs)

    @property
    def languages(self) -> tuple[str, ...]:
        """Those who speak them come first."""
        spoken = [self.citizen.language] if self.citizen.language else []
        return tuple(spoken + (["fsl"] if Need.SIGN_LANGUAGE in self.needed else []))

    def first_day(self, now: datetime) -> date:
        """The first that they can come on."""
        return day_of(now) + timedelta(days=self.notice_days)

    def accepts(self, slot: Slot, now: datetime) -> bool:
        """Whether they would come then; places are judged apart."""
        day = day_of(slot.starts_at)
        is_theirs = not self.weekdays or day.weekday() in self.weekdays
        is_their_half = self.half is None or self.half.holds(slot.starts_at)
        is_earlier = self.appointment is None or slot.starts_at < self.appointment.starts_at
        return day >= self.first_day(now) and is_theirs and is_their_half and is_earlier

    def is_past(self, now: datetime) -> bool:
        """For too long, or the time that they have is today, past or cancelled."""
        has = self.appointment
        is_late = has is not None and (not has.is_upcoming(now) or has.is_its_day(now))
        return is_late or now >= self.created_at + LASTS

    def address_answers(self, now: datetime) -> bool:
        return self.ended_at is None or now < self.ended_at + SHOWN_AFTER

    def link(self, key: str) -> str:
        """Their token, which letters can write again."""
        return signed_token(key, f"wait:{self.public_id}:{self.link_version}")

    def seal(self, key: str) -> None:
        self.link_hash = fingerprint(self.link(key))

    def end(self, ending: Ending, *, now: datetime) -> None:
        self.ending, self.ended_at, self.needs = ending, now, []


class WaitPlace(Base):
    """A place that suits somebody who waits."""

    __tablename__ = "wait_places"

    wait_id: Mapped[int] = refers_to("waits.id", index=False, primary_key=True)
    place_id: Mapped[int] = refers_to("places.id", primary_key=True)


def waits_whole() -> Select[Wait]:
    """With all that offering and pages need."""
    return select(Wait).options(
        joinedload(Wait.citizen),
        joinedload(Wait.motif),
        joinedload(Wait.appointment).options(
            joinedload(Appointment.person), joinedload(Appointment.presence).joinedload(Presence.place)
        ),
        selectinload(Wait.places),
    )


def wait_linked(token: str) -> Select[Wait]:
    return waits_whole().where(Wait.link_hash == fingerprint(token))


def wait_named(public_id: str) -> Select[Wait]:
    return waits_whole().where(Wait.public_id == public_id)


def wait_numbered(number: int) -> Select[Wait]:
    """As the database knows it now, whatever was read of it before."""
    return waits_whole().where(Wait.id == number).execution_options(populate_existing=True)


def wait_drafted(draft_id: str) -> Select[Wait]:
    return select(Wait).where(Wait.draft_id == draft_id)


def wait_about(appointment_id: int) -> Select[Wait]:
    """Of whoever would have this appointment earlier."""
    return select(Wait).where(Wait.appointment_id == appointment_id, Wait.ended_at.is_(None))


def motifs_waited_for(now: datetime) -> Select[int]:
    """By whoever may be offered a time now."""
    return select(Wait.motif_id).where(*_is_quiet(now)).distinct().order_by(Wait.motif_id)


def waits_for(motif_ids: Collection[int], now: datetime) -> Select[Wait]:
    """Those who may be offered a time now, the longest waiting first."""
    return waits_open().where(Wait.motif_id.in_(motif_ids), *_is_quiet(now))


def _is_quiet(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """They still wait, and were not written to today."""
    today = day_of(now)
    is_new = or_(Wait.last_offered_on.is_(None), Wait.last_offered_on != today)
    return Wait.ended_at.is_(None), is_new, still_waits(now)


def waits_open() -> Select[Wait]:
    """The longest waiting first."""
    return waits_whole().where(Wait.ended_at.is_(None)).order_by(Wait.created_at, Wait.id)


def waits_at(place_ids: Sequence[int], now: datetime) -> Select[Wait]:
    """Those whom a time at one of these places would suit, the longest waiting first."""
    named = select(WaitPlace.wait_id)
    suits = or_(Wait.id.in_(named.where(WaitPlace.place_id.in_(place_ids))), Wait.id.not_in(named))
    return waits_open().where(suits, still_waits(now)).limit(LISTED_AT_MOST)


def still_waits(now: datetime) -> ColumnElement[bool]:
    """Not for too long, and not for an appointment that is today, past or cancelled; see Wait.is_past."""
    tomorrow = span_of_day(day_of(now)).end
    has_time = exists().where(
        Appointment.id == Wait.appointment_id, Appointment.status == Status.BOOKED, Appointment.starts_at >= tomorrow
    )
    return and_(Wait.created_at > now - LASTS, or_(Wait.appointment_id.is_(None), has_time))


def waits_past(now: datetime) -> Select[int]:
    return select(Wait.id).where(Wait.ended_at.is_(None), ~still_waits(now))


def waits_ended_before(instant: datetime) -> Select[int]:
    return select(Wait.id).where(Wait.ended_at <= instant)


def how_many_open(keys: Collection[str]) -> Select[int]:
    """With any of these phones or mailboxes."""
    reached = or_(Citizen.phone.in_(keys), Citizen.mailbox.in_(keys))
    people = select(Citizen.id).where(reached)
    return select(func.count()).select_from(Wait).where(Wait.ended_at.is_(None), Wait.citizen_id.in_(people))


def contacts_offered_on(day: date) -> Select[str | None, str | None]:
    """The phone and the mailbox of each who was written to that day."""
    return select(Citizen.phone, Citizen.mailbox).join(Wait).where(Wait.last_offered_on == day)


def waits_counted(now: datetime) -> Select[str | None, str, int]:
    """(place, subject, how many wait); the place is None for those to whom all places suit."""
    return (
        select(Place.name, Motif.title, func.count())
        .select_from(Wait)
        .join(Motif, Motif.id == Wait.motif_id)
        .outerjoin(WaitPlace, WaitPlace.wait_id == Wait.id)
        .outerjoin(Place, Place.id == WaitPlace.place_id)
        .where(Wait.ended_at.is_(None), still_waits(now))
        .group_by(Place.name, Motif.title)
        .order_by(Place.name.is_(None).desc(), Place.name, Motif.title)
    )
