"""Workshops (ateliers): what is learnt, for whom, how many can come; one registers for a whole one, cycle or not."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Select, String, UniqueConstraint, case, false, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of
from cnapp.domain.places import Place
from cnapp.domain.workshop_sessions import Leading, WorkshopSession

CAPACITY_AT_MOST = 100
"""A conference; a workshop at computers has four to twelve seats."""


class WorkshopUnknown(Refusal):
    sentence = "Cet atelier n’existe pas ou plus."


class WorkshopOver(Refusal):
    sentence = "Cet atelier est passé ou annulé : on ne peut plus s’y inscrire."


class RegistrationClosed(Refusal):
    sentence = "Les inscriptions à cet atelier sont closes. Appelez-nous, ou choisissez un autre atelier."


class WorkshopFull(Refusal):
    sentence = "Cet atelier est complet. Vous pouvez vous inscrire sur la liste d’attente."
    guards = ("workshop_never_over_capacity",)


class NothingToLend(Refusal):
    sentence = "Tous les ordinateurs à prêter sont pris. Apportez le vôtre, ou choisissez un autre atelier."
    guards = ("workshop_lends_what_it_has",)


class CountedByHand(Refusal):
    sentence = "Les places d’un atelier se comptent d’elles-mêmes."
    guards = ("workshops_count_their_seats",)


class CapacityTooSmall(Refusal):
    """`taken` seats are somebody's already; `registered` of them are neither held nor offered."""

    sentence = "Plus de personnes sont inscrites que cela."

    def __init__(self, taken: int, registered: int) -> None:
        super().__init__()
        self.taken, self.registered = taken, registered


class WorkshopBegun(Refusal):
    sentence = "L’atelier a commencé : son lieu ne change plus. Préparez un autre atelier pour la suite."


class Status(StrEnum):
    """Where a workshop stands."""

    DRAFT = "draft"
    """Being prepared: its leaders' time is promised already."""
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    """No longer shown; whoever is registered stays so."""
    CANCELLED = "cancelled"


class Level(StrEnum):
    """How much one must know already."""

    BEGINNER = "beginner"
    INTERMEDIATE = "intermediate"
    ADVANCED = "advanced"


class Workshop(Base):
    """`taken` and `borrowed` are counted by the database alone, from the seats."""

    __tablename__ = "workshops"
    __table_args__ = (
        UniqueConstraint("id", "place_id"),
        CheckConstraint(f"capacity BETWEEN 1 AND {CAPACITY_AT_MOST}", "workshop_capacity"),
        CheckConstraint("at_least BETWEEN 1 AND capacity", "workshop_at_least"),
        CheckConstraint("taken BETWEEN 0 AND capacity", "workshop_never_over_capacity"),
        CheckConstraint("borrowed BETWEEN 0 AND lendable", "workshop_lends_what_it_has"),
        CheckConstraint("closes_hours_before BETWEEN 0 AND 720", "workshop_registration_deadline"),
        CheckConstraint("starts_at < ends_at", "workshop_ends_after_it_starts"),
        CheckConstraint("(status = 'cancelled') = (cancelled_at IS NOT NULL)", "workshop_cancelled_when"),
        Index("ix_workshops_starts_at", "starts_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    series_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The same for workshops that repeat one another « par séance »."""
    title: Mapped[str] = mapped_column(String(100))
    learn: Mapped[str] = mapped_column(String(400))
    """What one learns, in up to three lines."""
    level: Mapped[Level] = one_of(Level, "workshop_level")
    prerequisite: Mapped[str] = mapped_column(String(200), default="")
    """In words: « Vous savez utiliser la souris »."""
    bring: Mapped[str] = mapped_column(String(200), default="")
    theme: Mapped[str] = mapped_column(String(60))
    """National theme code (La Coop de la médiation numérique)."""
    language: Mapped[str] = mapped_column(String(3), default="fr")
    """ISO 639 code."""
    audience: Mapped[str] = mapped_column(String(120), default="")
    """In words: « dès 8 ans avec un adulte »; empty: everybody."""
    place_id: Mapped[int] = refers_to("places.id")
    capacity: Mapped[int]
    at_least: Mapped[int] = mapped_column(default=1)
    """With fewer people it is not held."""
    closes_hours_before: Mapped[int] = mapped_column(default=0)
    """How long before the first session registration ends."""
    starts_at: Mapped[Instant]
    """Of its first session."""
    ends_at: Mapped[Instant]
    """Of its last session."""
    status: Mapped[Status] = one_of(Status, "workshop_status")
    cancelled_at: Mapped[Instant | None]
    taken: Mapped[int] = mapped_column(default=0)
    """Seats that are held, offered or somebody's."""
    borrowed: Mapped[int] = mapped_column(default=0)
    lendable: Mapped[int] = mapped_column(default=0)
    """Devices that the kits bring to each of its sessions; counted by the database."""
    version: Mapped[int] = mapped_column(default=1)
    """Rises with each change that letters announce; also the SEQUENCE + 1 of calendars."""
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]

    place: Mapped[Place] = relationship()
    sessions: Mapped[list[WorkshopSession]] = relationship(order_by=WorkshopSession.starts_at)

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    @property
    def is_cycle(self) -> bool:
        return len(self.sessions) > 1

    @property
    def left(self) -> int:
        """Seats that nobody has."""
        return self.capacity - self.taken

    @property
    def can_lend(self) -> bool:
        return self.borrowed < self.lendable

    @property
    def closes_at(self) -> datetime:
        return self.starts_at - timedelta(hours=self.closes_hours_before)

    @property
    def is_shown(self) -> bool:
        """To citizens: published, or cancelled (they read that it is)."""
        return self.status in (Status.PUBLISHED, Status.CANCELLED)

    @property
    def stands(self) -> bool:
        return self.status is not Status.CANCELLED

    def is_held_on(self, day: date) -> bool:
        """One of its sessions is."""
        return any(day_of(session.starts_at) == day for session in self.sessions)

    def next_session(self, now: datetime) -> WorkshopSession | None:
        """The first that has not begun."""
        return next((session for session in self.sessions if session.starts_at > now), None)

    def is_past(self, now: datetime) -> bool:
        """It has begun: nobody joins a cycle halfway."""
        return self.starts_at <= now

    def is_open_at_desks(self, now: datetime) -> bool:
        """Also after the deadline, until it begins."""
        return self.status is Status.PUBLISHED and not self.is_past(now)

    def takes_registrations(self, now: datetime) -> bool:
        return self.status is Status.PUBLISHED and now < self.closes_at

    def refuse_unless_open(self, now: datetime) -> None:
        """For whoever registers online. Raises WorkshopUnknown, WorkshopOver, RegistrationClosed."""
        self.refuse_unless_coming(now)
        if not self.takes_registrations(now):
            raise RegistrationClosed

    def refuse_unless_coming(self, now: datetime) -> None:
        """For the desks, who register after the deadline too. Raises WorkshopUnknown, WorkshopOver."""
        if self.status in (Status.DRAFT, Status.WITHDRAWN):
            raise WorkshopUnknown
        if self.status is Status.CANCELLED or self.is_past(now):
            raise WorkshopOver


def workshops_whole() -> Select[Workshop]:
    """With their place, sessions and leaders: three queries, however many there are."""
    leaders = selectinload(Workshop.sessions).selectinload(WorkshopSession.leadings).joinedload(Leading.conseiller)
    return select(Workshop).options(joinedload(Workshop.place), leaders)


def workshop_named(public_id: str) -> Select[Workshop]:
    return workshops_whole().where(Workshop.public_id == public_id)


def workshop_numbered(number: int) -> Select[Workshop]:
    """As the database knows it now, whatever was read of it before."""
    return workshops_whole().where(Workshop.id == number).execution_options(populate_existing=True)


def workshops_standing(numbers: Collection[int], now: datetime) -> Select[Workshop]:
    """Of these, those that are neither cancelled nor over, in order."""
    standing = Workshop.id.in_(numbers), Workshop.status != Status.CANCELLED, Workshop.ends_at > now
    return workshops_whole().where(*standing).order_by(Workshop.starts_at, Workshop.id)


def workshops_coming(now: datetime, place_ids: Sequence[int] | None = None) -> Select[Workshop]:
    """Published and not begun, in order; of these places, or of all."""
    coming = workshops_whole().where(Workshop.status == Status.PUBLISHED, Workshop.starts_at > now)
    here = coming if place_ids is None else coming.where(Workshop.place_id.in_(place_ids))
    return here.order_by(Workshop.starts_at, Workshop.id)


def workshops_of_series(series_id: str) -> Select[Workshop]:
    return workshops_whole().where(Workshop.series_id == series_id).order_by(Workshop.starts_at, Workshop.id)


def workshops_similar(workshop: Workshop, now: datetime) -> Select[Workshop]:
    """What whoever loses this one may want: of its series, else of its title, else of its theme; the nearest first.

    Published, not begun, with a seat that nobody has; whether it still takes registrations is for the caller to ask.
    """
    of_series = Workshop.series_id == workshop.series_id if workshop.series_id else false()
    of_title, of_theme = Workshop.title == workshop.title, Workshop.theme == workshop.theme
    is_open = Workshop.id != workshop.id, Workshop.taken < Workshop.capacity
    rank = case((of_series, 0), (of_title, 1), else_=2)
    alike = workshops_coming(now).where(*is_open, or_(of_series, of_title, of_theme))
    return alike.order_by(None).order_by(rank, Workshop.starts_at, Workshop.id)
