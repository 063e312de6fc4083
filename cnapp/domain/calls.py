"""Calls: whom somebody of the team has to telephone, about what, and how it went each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    UniqueConstraint,
    and_,
    exists,
    func,
    or_,
    select,
    text,
    true,
)
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship, selectinload

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, instant_at, is_holiday, local, span_of_day
from cnapp.domain.appointments import CANCELLED, Appointment, Status
from cnapp.domain.citizens import Citizen
from cnapp.domain.outbox import TOLD_WITHIN, Channel, Due, Letter, Outcome
from cnapp.domain.people import Role, Staff, StaffPlace
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence

FIRST_HOUR, LAST_HOUR = time(8), time(20)
"""Nobody is called outside, except for what changes the same day."""
LATE_AFTER = timedelta(hours=2)
"""Of working time: then the phone line helps."""
SUNDAY = 6
FURTHEST = timedelta(days=30)
TOPIC_LENGTH = 200


class CallUnknown(Refusal):
    sentence = "Cet appel n’existe pas."


class NotedMeanwhile(Refusal):
    sentence = "Quelqu’un d’autre vient de noter cet appel. Lisez la ligne, puis recommencez s’il le faut."


class CallIsOver(Refusal):
    sentence = "Cet appel n’est plus à faire : le rendez-vous a changé depuis, ou il est passé."


class CannotBeTakenBack(Refusal):
    sentence = "Cela ne se reprend pas ici."


class NotWhileCalled(Refusal):
    sentence = "Choisissez un moment à venir, entre 8 h et 20 h, dans les 30 jours."


class AskedForNoCalls(Refusal):
    sentence = "Ce numéro a demandé à ne plus être appelé. Venez à l’accueil d’un de nos lieux."


class Reason(StrEnum):
    """Why somebody is called."""

    LETTER = "letter"
    """What a letter would have said."""
    CALLBACK = "callback"
    """They asked to be called back."""


class Part(StrEnum):
    """When somebody wants to be called."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Answer(StrEnum):
    """What came of one attempt."""

    REACHED = "reached"
    MESSAGE_LEFT = "message_left"
    NO_MESSAGE = "no_message"
    """An answering machine, on which nothing was said."""
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    ALREADY_KNOWS = "already_knows"
    CALL_AGAIN = "call_again"
    NOT_COMING = "not_coming"
    NO_CALLS = "no_calls"
    TAKEN_BACK = "taken_back"
    """No attempt: what was noted before is taken back."""


class Ending(StrEnum):
    """How a call to be ended; as its last attempt did, or by itself."""

    REACHED = "reached"
    MESSAGE_LEFT = "message_left"
    WRONG_NUMBER = "wrong_number"
    ALREADY_KNOWS = "already_knows"
    NOT_COMING = "not_coming"
    NO_CALLS = "no_calls"
    OVERTAKEN = "overtaken"
    """What it was to tell is true no more."""


FOR_GOOD = (Answer.NOT_COMING, Answer.NO_CALLS)
"""Asked twice, for they cannot be taken back."""
UNTOLD = (Ending.WRONG_NUMBER, Ending.NO_CALLS)
_IS_OPEN = text("settled_at IS NULL")


class Call(Base):
    """One person to be called about one thing."""

    __tablename__ = "calls"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", "call_settled_with_outcome"),
        CheckConstraint("(reason = 'letter') = (due_id IS NOT NULL)", "call_stands_for_a_letter"),
        CheckConstraint("(reason = 'callback') = (preferred IS NOT NULL)", "call_back_when_preferred"),
        CheckConstraint("topic IS NULL OR reason = 'callback'", "call_topic_of_a_callback"),
        CheckConstraint("call_again_at IS NULL OR call_again_at >= created_at", "call_again_afterwards"),
        Index("ix_calls_open", "due_at", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    reason: Mapped[Reason] = one_of(Reason, "call_reason")
    due_id: Mapped[int | None] = mapped_column(ForeignKey("outbox.id"), unique=True)
    """The letter that is told by voice."""
    appointment_id: Mapped[int | None] = refers_to("appointments.id")
    citizen_id: Mapped[int] = refers_to("citizens.id")
    """Whom to call."""
    place_id: Mapped[int | None] = refers_to("places.id")
    """Whose desk calls; None: the phone line."""
    at_once: Mapped[bool] = mapped_column(default=False)
    """It touches the day on which it changed."""
    preferred: Mapped[Part | None] = one_of(Part, "call_part")
    topic: Mapped[str | None] = mapped_column(String(TOPIC_LENGTH))
    due_at: Mapped[Instant]
    call_again_at: Mapped[Instant | None]
    settled_at: Mapped[Instant | None]
    outcome: Mapped[Ending | None] = one_of(Ending, "call_outcome")
    created_at: Mapped[Instant]

    due: Mapped[Due | None] = relationship()
    appointment: Mapped[Appointment | None] = relationship()
    citizen: Mapped[Citizen] = relationship()
    place: Mapped[Place | None] = relationship()
    attempts: Mapped[list[CallAttempt]] = relationship(order_by="CallAttempt.number")

    @property
    def letter(self) -> Letter | None:
        return self.due.letter if self.due else None

    @property
    def number(self) -> int:
        """Of its last attempt: what a page knew when it was shown."""
        return self.attempts[-1].number if self.attempts else 0

    @property
    def next_at(self) -> datetime:
        return self.call_again_at or self.due_at

    def waits(self, now: datetime) -> bool:
        return self.next_at > now

    def is_of_another_day(self, now: datetime) -> bool:
        return day_of(self.next_at) != day_of(now)

    @property
    def can_be_taken_back(self) -> bool:
        """By whoever sees it, until the day has ended."""
        return self.outcome not in (None, Ending.OVERTAKEN, Ending.NOT_COMING, Ending.NO_CALLS)

    def can_end_its_appointment(self, now: datetime) -> bool:
        return self.appointment is not None and self.appointment.can_be_changed(now)

    def ends_with(self, answer: Answer) -> bool:
        """A message tells a change; whoever wants to be called back is called until somebody answers."""
        if answer is Answer.MESSAGE_LEFT:
            return self.reason is Reason.LETTER
        return answer.value in set(Ending)


class CallAttempt(Base):
    """One line of what was noted, numbered from one: whose press, and what came of it."""

    __tablename__ = "call_attempts"
    __table_args__ = (
        UniqueConstraint("call_id", "number", name="uq_call_attempts_number"),
        CheckConstraint("number >= 1", "call_attempt_numbered_from_one"),
        CheckConstraint("(answer = 'call_again') = (again_at IS NOT NULL)", "call_attempt_again_when"),
    )

    id: Mapped[Key]
    call_id: Mapped[int] = refers_to("calls.id", index=False)
    number: Mapped[int]
    at: Mapped[Instant]
    staff_id: Mapped[int] = refers_to("staff.id")
    hand: Mapped[str | None] = mapped_column(String(40))
    """First name of who stood at a shared desk."""
    answer: Mapped[Answer] = one_of(Answer, "call_answer")
    again_at: Mapped[Instant | None]

    staff: Mapped[Staff] = relationship()


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose calls: those of some places; for the phone line, those without a desk or late since; or all."""

    place_ids: Sequence[int] | None = None
    late_since: datetime | None = None

    def calls(self) -> ColumnElement[bool]:
        if self.late_since:
            return or_(Call.place_id.is_(None), Call.due_at < self.late_since, ~_has_desk(Call.place_id))
        return true() if self.place_ids is None else Call.place_id.in_(self.place_ids)

    def letters(self) -> ColumnElement[bool]:
        """The same of what is posted: nothing of it is late for the phone line."""
        if self.late_since:
            return ~_has_desk(Presence.place_id)
        return true() if self.place_ids is None else Presence.place_id.in_(self.place_ids)


def _has_desk(place_id: ColumnElement[int | None] | Mapped[int | None] | Mapped[int]) -> ColumnElement[bool]:
    works = StaffPlace.staff_id == Staff.id, StaffPlace.place_id == place_id
    return exists().where(*works, Staff.role == Role.DESK, Staff.disabled_at.is_(None))


def calls_open(reach: Reach, now: datetime) -> Select[Call]:
    """Whole, what changes today first, then by the hour; only of people who may be called, and of what is true."""
    next_at = func.coalesce(Call.call_again_at, Call.due_at)
    return _whole(calls_true(now).where(reach.calls())).order_by(Call.at_once.desc(), next_at, Call.id)


def how_many_to_make(reach: Reach, now: datetime) -> Select[int]:
    """Those that are due."""
    due = func.coalesce(Call.call_again_at, Call.due_at) <= now
    return calls_true(now).where(reach.calls(), due).with_only_columns(func.count())


def calls_settled_on(reach: Reach, now: datetime) -> Select[Call]:
    """Of the day, the last one first; what settled by itself is no news."""
    today = span_of_day(day_of(now))
    settled = Call.settled_at >= today.start, Call.settled_at < today.end, Call.outcome != Ending.OVERTAKEN
    return _whole(select(Call).where(*settled, reach.calls())).order_by(Call.settled_at.desc(), Call.id.desc())


def call_named(public_id: str, reach: Reach) -> Select[Call]:
    return _whole(select(Call).where(Call.public_id == public_id, reach.calls()))


def _whole(calls: Select[Call]) -> Select[Call]:
    appointment = joinedload(Call.appointment)
    presence = appointment.joinedload(Appointment.presence)
    return calls.options(
        joinedload(Call.due),
        joinedload(Call.citizen),
        joinedload(Call.place),
        appointment.joinedload(Appointment.person),
        appointment.joinedload(Appointment.conseiller),
        appointment.joinedload(Appointment.motif),
        presence.joinedload(Presence.place),
        presence.joinedload(Presence.room),
        selectinload(Call.attempts).joinedload(CallAttempt.staff),
    )


def calls_true(now: datetime) -> Select[Call]:
    """Open ones of people who may be called, about what still is as it was."""
    may_be_called = Citizen.phone.is_not(None), ~Citizen.no_calls
    return (
        select(Call)
        .join(Citizen, Citizen.id == Call.citizen_id)
        .outerjoin(Due, Due.id == Call.due_id)
        .outerjoin(Appointment, Appointment.id == Call.appointment_id)
        .where(Call.settled_at.is_(None), *may_be_called, _is_true(now))
    )


def calls_overtaken(now: datetime) -> Select[int]:
    still = calls_true(now).with_only_columns(Call.id)
    return select(Call.id).where(Call.settled_at.is_(None), Call.id.not_in(still))


def _is_true(now: datetime) -> ColumnElement[bool]:
    return or_(
        Call.reason == Reason.CALLBACK,
        and_(Call.appointment_id.is_(None), Call.created_at > now - TOLD_WITHIN),
        letter_is_true(now),
    )


def letter_is_true(now: datetime) -> ColumnElement[bool]:
    """The last change of its appointment, which is still to come; a cancelled one until its day has ended."""
    comes = Appointment.status == Status.BOOKED, Appointment.starts_at > now
    would_come = Appointment.status.in_(CANCELLED), Appointment.starts_at >= span_of_day(day_of(now)).start
    return and_(Due.version == Appointment.version, or_(and_(*comes), and_(*would_come)))


def call_for(due_id: int) -> Select[Call]:
    return select(Call).where(Call.due_id == due_id)


def callbacks_to(phone: str) -> Select[Call]:
    asked = Call.reason == Reason.CALLBACK, Citizen.phone == phone
    return select(Call).join(Citizen, Citizen.id == Call.citizen_id).where(*asked)


def letters_untold(reach: Reach, letters: Sequence[Letter], now: datetime) -> Select[Due, Appointment]:
    """What nobody could tell: refused for good, no way to the person, a wrong number, or « ne m’appelez pas »."""
    is_failed = and_(Due.outcome.in_((Outcome.GIVEN_UP, Outcome.UNNEEDED)), ~exists().where(Call.due_id == Due.id))
    is_untold = exists().where(Call.due_id == Due.id, Call.outcome.in_(UNTOLD))
    is_hushed = exists().where(Call.due_id == Due.id, Call.citizen_id == Citizen.id, Citizen.no_calls)
    failed = or_(is_failed, and_(Due.channel != Channel.PAPER, or_(is_untold, is_hushed)))
    return _with_appointment(reach, now).where(Due.letter.in_(letters), failed)


def letters_to_post(reach: Reach, now: datetime) -> Select[Due, Appointment]:
    """Entrusted to whoever prints, and not posted yet."""
    waits = Due.outcome == Outcome.ENTRUSTED, Due.channel == Channel.PAPER, Due.printed_at.is_(None)
    return _with_appointment(reach, now).where(*waits)


def letter_to_post(key: str, reach: Reach, now: datetime) -> Select[Due, Appointment]:
    return letters_to_post(reach, now).where(Due.key == key)


def _with_appointment(reach: Reach, now: datetime) -> Select[Due, Appointment]:
    presence = joinedload(Appointment.presence)
    whole = (
        joinedload(Appointment.person),
        joinedload(Appointment.booker),
        joinedload(Appointment.conseiller),
        joinedload(Appointment.motif),
        presence.joinedload(Presence.place),
        presence.joinedload(Presence.room),
    )
    return (
        select(Due, Appointment)
        .join(Appointment, Appointment.id == Due.appointment_id)
        .join(Presence, Presence.id == Appointment.presence_id)
        .where(reach.letters(), letter_is_true(now))
        .options(*whole)
        .order_by(Appointment.starts_at, Due.id)
    )


def in_calling_hours(at: datetime) -> datetime:
    """The same instant, or the next morning at eight."""
    clock = local(at).time()
    if clock < FIRST_HOUR:
        return instant_at(day_of(at), FIRST_HOUR)
    return at if clock < LAST_HOUR else instant_at(day_of(at) + timedelta(days=1), FIRST_HOUR)


def is_in_calling_hours(at: datetime) -> bool:
    return in_calling_hours(at) == at


HOURS_OF = {
    Part.ANY: (FIRST_HOUR, LAST_HOUR),
    Part.MORNING: (FIRST_HOUR, time(12)),
    Part.AFTERNOON: (time(13), LAST_HOUR),
}


def callback_time(part: Part, now: datetime) -> datetime:
    """The first moment of a working day when somebody wants to be called."""
    day, (opens, closes) = day_of(now), HOURS_OF[part]
    while not _is_worked(day) or instant_at(day, closes) <= now:
        day += timedelta(days=1)
    return max(now, instant_at(day, opens))


def _is_worked(day: date) -> bool:
    return day.weekday() != SUNDAY and not is_holiday(day)


def late_since(now: datetime) -> datetime:
    """What was due before this has waited for two working hours."""
    left, day = LATE_AFTER, day_of(now)
    while (worked := _worked(day, now)).end - worked.start < left:
        left, day = left - (worked.end - worked.start), day - timedelta(days=1)
    return worked.end - left


def _worked(day: date, now: datetime) -> Span:
    """The calling hours of a day until now; none on Sundays and holidays."""
    opens = instant_at(day, FIRST_HOUR)
    return Span(opens, max(opens, min(now, instant_at(day, LAST_HOUR))) if _is_worked(day) else opens)
