"""Calls: whom somebody of the team has to telephone, about what, and how it went each time."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import StrEnum

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of, instant_at
from cnapp.domain.appointments import Appointment
from cnapp.domain.citizens import Citizen
from cnapp.domain.courtesy import CLOSES, OPENS, is_worked
from cnapp.domain.outbox import OF_A_PLAN, Due, Letter
from cnapp.domain.people import Staff
from cnapp.domain.places import Place
from cnapp.domain.plans import Displacement
from cnapp.domain.registrations import Registration, Standing

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
    registration_id: Mapped[int | None] = refers_to("registrations.id")
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
    registration: Mapped[Registration | None] = relationship()
    citizen: Mapped[Citizen] = relationship()
    place: Mapped[Place | None] = relationship()
    displacements: Mapped[list[Displacement]] = relationship(
        primaryjoin=lambda: Call.appointment_id == foreign(Displacement.appointment_id),
        order_by=Displacement.id,
        viewonly=True,
    )
    attempts: Mapped[list[CallAttempt]] = relationship(order_by="CallAttempt.number")

    @property
    def letter(self) -> Letter | None:
        return self.due.letter if self.due else None

    @property
    def displacement(self) -> Displacement | None:
        """How its appointment lost its time, where that is what is told."""
        return self.displacements[-1] if self.letter in OF_A_PLAN and self.displacements else None

    @property
    def asks_for_yes(self) -> bool:
        """Another time was given: whoever is reached says yes to it."""
        line = self.displacement
        return self.letter is Letter.REPLACED and line is not None and not line.is_unmoved

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
        """By whoever sees it, until the day has ended; not once the seat is answered for."""
        is_answered = self.letter is Letter.SEAT_OFFERED and not self.is_about_a_seat
        return not is_answered and self.outcome not in (None, Ending.OVERTAKEN, Ending.NOT_COMING, Ending.NO_CALLS)

    @property
    def is_about_a_seat(self) -> bool:
        """One is held for them until they say yes or no."""
        return self.registration is not None and self.registration.status is Standing.OFFERED

    def can_end_its_appointment(self, now: datetime) -> bool:
        """Or the registration."""
        about = self.appointment or self.registration
        return about is not None and about.can_be_changed(now)

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


HOURS_OF = {
    Part.ANY: (OPENS, CLOSES),
    Part.MORNING: (OPENS, time(12)),
    Part.AFTERNOON: (time(13), CLOSES),
}


def callback_time(part: Part, now: datetime) -> datetime:
    """The first moment of a working day when somebody wants to be called."""
    day, (opens, closes) = day_of(now), HOURS_OF[part]
    while not is_worked(day) or instant_at(day, closes) <= now:
        day += timedelta(days=1)
    return max(now, instant_at(day, opens))
