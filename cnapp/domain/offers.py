"""An offer: a free time held for one person who waits, until they answer or the time to answer is over."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Delete, Index, Select, String, Update, delete, select, text, update
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of, instant_at, is_holiday, local
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.outbox import Channel, Letter
from cnapp.domain.places import Place
from cnapp.domain.slots import Choice
from cnapp.domain.waits import Wait

ANSWER_WITHIN = timedelta(hours=2)
"""Of the hours when people are awake."""
WAKES, SLEEPS = time(8), time(20)
SUNDAY = 6
_OPEN = text("outcome IS NULL")


class OfferUnknown(Refusal):
    sentence = "Cette heure ne vous a pas été proposée. Regardez la page de votre attente."


class OfferedAlready(Refusal):
    sentence = "Une autre heure est déjà proposée."
    guards = ("uq_offers_open_wait", "offers.wait_id", "uq_offers_open_presence", "offers.presence_id")


class Answer(StrEnum):
    """How an offer ends."""

    TAKEN = "taken"
    DECLINED = "declined"
    EXPIRED = "expired"


class Offer(Base):
    """Its time is held by the draft's hold; at most one is open for each who waits, and one in each presence."""

    __tablename__ = "offers"
    __table_args__ = (
        CheckConstraint("(outcome IS NULL) = (settled_at IS NULL)", "offer_settled_with_outcome"),
        CheckConstraint("created_at < expires_at", "offer_leaves_time_to_answer"),
        Index("uq_offers_open_wait", "wait_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("uq_offers_open_presence", "presence_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_offers_open", "expires_at", sqlite_where=_OPEN, postgresql_where=_OPEN),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    wait_id: Mapped[int] = refers_to("waits.id")
    draft_id: Mapped[str] = mapped_column(String(64), unique=True)
    """Holds the time, and books it once."""
    presence_id: Mapped[int] = refers_to("presences.id")
    place_id: Mapped[int] = refers_to("places.id")
    """As it was offered, whatever becomes of the presence."""
    starts_at: Mapped[Instant]
    channel: Mapped[Channel] = one_of(Channel, "offer_channel")
    """How they were to be told; the time to answer follows from it."""
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    outcome: Mapped[Answer | None] = one_of(Answer, "offer_outcome")
    settled_at: Mapped[Instant | None]

    wait: Mapped[Wait] = relationship()
    place: Mapped[Place] = relationship()

    @property
    def is_open(self) -> bool:
        return self.outcome is None

    def is_held(self, now: datetime) -> bool:
        return self.is_open and now < self.expires_at

    def was_missed(self, now: datetime) -> bool:
        """Nobody answered in time; it may still be free."""
        return self.outcome in (None, Answer.EXPIRED) and self.expires_at <= now < self.starts_at

    @property
    def choice(self) -> Choice:
        return Choice(self.place.slug, self.starts_at)

    @property
    def letter_key(self) -> str:
        return f"{Letter.OFFERED}/{self.public_id}/0"

    def settle(self, outcome: Answer, *, now: datetime) -> None:
        self.outcome, self.settled_at = outcome, now


def offers_whole() -> Select[Offer]:
    return select(Offer).options(joinedload(Offer.place), joinedload(Offer.wait))


def offer_numbered(number: int) -> Select[Offer]:
    """As the database knows it now, whatever was read of it before."""
    return offers_whole().where(Offer.id == number).execution_options(populate_existing=True)


def offer_named(public_id: str) -> Select[Offer]:
    return offers_whole().where(Offer.public_id == public_id)


def offer_of_letter(key: str) -> Select[Offer]:
    """As the database knows it now."""
    return offer_named(key.split("/")[1]).execution_options(populate_existing=True)


def last_offer(wait_id: int) -> Select[Offer]:
    return offers_whole().where(Offer.wait_id == wait_id).order_by(Offer.id.desc()).limit(1)


def last_offers(wait_ids: Collection[int]) -> Select[Offer]:
    """Oldest first, so that the last one of each stays in a dictionary."""
    return offers_whole().where(Offer.wait_id.in_(wait_ids)).order_by(Offer.id)


def open_offer(wait_id: int) -> Select[Offer]:
    return offers_whole().where(Offer.wait_id == wait_id, Offer.outcome.is_(None))


def presences_offered() -> Select[int]:
    """Where one time is offered already."""
    return select(Offer.presence_id).where(Offer.outcome.is_(None))


def waits_offered() -> Select[int]:
    return select(Offer.wait_id).where(Offer.outcome.is_(None))


def times_offered() -> Select[int, int, datetime]:
    """(wait, place, start) of whatever was offered to those who still wait: nothing is offered twice."""
    return select(Offer.wait_id, Offer.place_id, Offer.starts_at).join(Wait).where(Wait.ended_at.is_(None))


def offers_past(now: datetime, at_most: int) -> Select[int]:
    """Those that nobody answered in time, the oldest first."""
    past = Offer.outcome.is_(None), Offer.expires_at <= now
    return select(Offer.id).where(*past).order_by(Offer.expires_at, Offer.id).limit(at_most)


def drafts_offered() -> Select[str]:
    """Whose holds are those of offers."""
    return select(Offer.draft_id).where(Offer.outcome.is_(None))


def holds_for(wait_ids: Collection[int]) -> Delete:
    """Of what is offered to these."""
    theirs = select(Offer.draft_id).where(Offer.wait_id.in_(wait_ids), Offer.outcome.is_(None))
    return delete(Commitment).where(Commitment.kind == Kind.HOLD, Commitment.draft_id.in_(theirs))


def offers_withdrawn(wait_ids: Collection[int], now: datetime) -> Update:
    """What was open when the waiting ended by itself."""
    over = Offer.wait_id.in_(wait_ids), Offer.outcome.is_(None)
    return update(Offer).where(*over).values(outcome=Answer.EXPIRED, settled_at=now)


def answer_by(channel: Channel, now: datetime) -> datetime:
    """Two hours when people are awake; whoever has to be called, until the end of the next working day."""
    if channel is Channel.CALL:
        return instant_at(_workday_from(day_of(now) + timedelta(days=1)), SLEEPS)
    return _awake_after(now, ANSWER_WITHIN)


def _awake_after(now: datetime, left: timedelta) -> datetime:
    day = _workday_from(day_of(now))
    begins = max(now, instant_at(day, WAKES))
    if local(begins).time() >= SLEEPS:
        day = _workday_from(day + timedelta(days=1))
        begins = instant_at(day, WAKES)
    room = instant_at(day, SLEEPS) - begins
    if left <= room:
        return begins + left
    return instant_at(_workday_from(day + timedelta(days=1)), WAKES) + (left - room)


def _workday_from(day: date) -> date:
    """The first that is neither a Sunday nor a public holiday."""
    while day.weekday() == SUNDAY or is_holiday(day):
        day += timedelta(days=1)
    return day
