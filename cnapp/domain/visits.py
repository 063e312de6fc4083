"""Visits (passages): whoever came to a place without appointment, what for, and how it ended. Unmet demand counts."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Select, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.workdays import day_of
from cnapp.domain.appointments import Appointment
from cnapp.domain.motifs import Motif, Word
from cnapp.domain.places import Place
from cnapp.domain.presences import Presence


class VisitUnknown(Refusal):
    sentence = "Ce passage n’existe pas."


class VisitDayClosed(Refusal):
    sentence = "Un passage se note et se corrige le jour même."


class VisitEnded(Refusal):
    sentence = "Ce passage est déjà terminé. Pour changer ce qui est noté, revenez d’abord en arrière."


class TicketTaken(Refusal):
    sentence = "Une autre personne vient de recevoir ce numéro. Essayez encore."
    guards = ("uq_visits_place_id_day_ticket", "visits.place_id, visits.day, visits.ticket")


SERVICES = (
    "Assistante sociale",
    "Assurance maladie (CPAM)",
    "CAF",
    "CARSAT (retraite)",
    "CCAS",
    "France services",
    "France Travail",
    "Impôts (finances publiques)",
    "Mairie",
    "Médiathèque",
    "Mission locale",
    "Police ou gendarmerie",
    "Préfecture",
    "Revendeur informatique",
    "Titres sécurisés (ANTS)",
)
"""To which people are sent, after the national list of the activity report."""
SERVICES_TOLD = 6
ANOTHER_SERVICE = "un autre service"
"""When nobody has said which."""


class State(StrEnum):
    """Where a visit stands."""

    WAITING = "waiting"
    CALLED = "called"
    DONE = "done"
    """Helped, or given a time."""
    LEFT = "left"
    ELSEWHERE = "elsewhere"
    """Sent to another service."""
    NO_ROOM = "no_room"
    NOT_OURS = "not_ours"


ENDS = (State.DONE, State.LEFT, State.ELSEWHERE, State.NO_ROOM, State.NOT_OURS)
"""What a desk can note in one press."""


class Visit(Base):
    """One person at one place on one day, by a ticket; a first name at most, forgotten a month later."""

    __tablename__ = "visits"
    __table_args__ = (
        UniqueConstraint("place_id", "day", "ticket"),
        CheckConstraint("ticket >= 1", "visit_ticket_from_one"),
        CheckConstraint("(state = 'elsewhere') = (sent_to IS NOT NULL)", "visit_sent_somewhere"),
        CheckConstraint("appointment_id IS NULL OR state IN ('called', 'done')", "visit_with_time_is_served"),
        CheckConstraint("(state IN ('waiting', 'called')) = (ended_at IS NULL)", "visit_ended_when_over"),
        CheckConstraint("state <> 'waiting' OR called_at IS NULL", "visit_waiting_not_called"),
        CheckConstraint("state <> 'called' OR called_at IS NOT NULL", "visit_called_at_known"),
        CheckConstraint(
            "(called_at IS NULL OR came_at <= called_at)"
            " AND (ended_at IS NULL OR COALESCE(called_at, came_at) <= ended_at)",
            "visit_times_in_order",
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    place_id: Mapped[int] = refers_to("places.id", index=False)
    day: Mapped[date]
    """On a calendar of Metz."""
    ticket: Mapped[int]
    word: Mapped[Word] = one_of(Word, "visit_word")
    motif_id: Mapped[int | None] = refers_to("motifs.id")
    first_name: Mapped[str | None] = mapped_column(String(80))
    state: Mapped[State] = one_of(State, "visit_state")
    sent_to: Mapped[str | None] = mapped_column(String(120))
    """The service that the person was sent to."""
    appointment_id: Mapped[int | None] = mapped_column(ForeignKey("appointments.id"), unique=True)
    came_at: Mapped[Instant]
    called_at: Mapped[Instant | None]
    ended_at: Mapped[Instant | None]
    staff_id: Mapped[int] = refers_to("staff.id")
    """Whose account noted it."""
    updated_at: Mapped[Instant]

    place: Mapped[Place] = relationship()
    motif: Mapped[Motif | None] = relationship()
    appointment: Mapped[Appointment | None] = relationship()

    @property
    def called(self) -> str:
        """How the person is named where a name must stand."""
        return self.first_name or f"Passage n°\N{NO-BREAK SPACE}{self.ticket}"

    def is_its_day(self, now: datetime) -> bool:
        return self.day == day_of(now)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def is_certifiable(self) -> bool:
        """The person was helped, or got what they came for."""
        return self.state is State.DONE

    def can_end(self, now: datetime) -> bool:
        return not self.is_over and self.is_its_day(now)

    def can_be_undone(self, now: datetime) -> bool:
        """Until the day closes, what a press noted can be taken back."""
        return self.state is not State.WAITING and self.is_its_day(now)

    def end(self, state: State, *, sent_to: str | None = None, now: datetime) -> None:
        """Raises VisitDayClosed, VisitEnded."""
        self._refuse_unless_open(now)
        self.state, self.sent_to, self.ended_at, self.updated_at = state, sent_to, now, now

    def give(self, appointment: Appointment, *, now: datetime) -> None:
        """The person leaves with a time. Raises VisitDayClosed, VisitEnded."""
        self.end(State.DONE, now=now)
        self.appointment = appointment

    def wait_again(self, *, now: datetime) -> None:
        """What was noted is taken back; the time that was given is the caller's to take back. Raises VisitDayClosed."""
        if not self.is_its_day(now):
            raise VisitDayClosed
        self.state, self.updated_at = State.WAITING, now
        self.sent_to = self.appointment = self.called_at = self.ended_at = None

    def _refuse_unless_open(self, now: datetime) -> None:
        if not self.is_its_day(now):
            raise VisitDayClosed
        if self.is_over:
            raise VisitEnded


def visits_whole() -> Select[Visit]:
    """Visits with everything that a page says of them, in one query."""
    appointment = joinedload(Visit.appointment)
    return select(Visit).options(
        joinedload(Visit.place),
        joinedload(Visit.motif),
        appointment.joinedload(Appointment.conseiller),
        appointment.joinedload(Appointment.presence).joinedload(Presence.place),
    )


def visits_on(place_id: int, day: date) -> Select[Visit]:
    """In the order of their tickets."""
    return visits_whole().where(Visit.place_id == place_id, Visit.day == day).order_by(Visit.ticket)


def visit_named(public_id: str) -> Select[Visit]:
    return visits_whole().where(Visit.public_id == public_id)


def visit_of(appointment_id: int) -> Select[Visit]:
    """The one that this appointment was given to."""
    return visits_whole().where(Visit.appointment_id == appointment_id)


def services_told_since(place_id: int, day: date) -> Select[str | None]:
    """The services that people were sent to from there, the most frequent first."""
    told = Visit.place_id == place_id, Visit.day >= day, Visit.sent_to.is_not(None)
    often = select(Visit.sent_to).where(*told).group_by(Visit.sent_to)
    return often.order_by(func.count().desc(), Visit.sent_to).limit(SERVICES_TOLD)


def last_ticket(place_id: int, day: date) -> Select[int | None]:
    return select(func.max(Visit.ticket)).where(Visit.place_id == place_id, Visit.day == day)
