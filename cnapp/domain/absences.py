"""Absences: a conseiller is not there, from one instant to another, for minutes or for months.

The time itself is promised by commitments of kind absence, one a local day, so that nothing is booked inside.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, Select, String, or_, select, text
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.workdays import day_of, days_between, span_of_day
from cnapp.domain.people import Staff
from cnapp.domain.plans import RecoveryPlan

LONGEST = timedelta(days=731)
"""The national training lasts months; whoever is away for longer has left."""
PEOPLE_AT_MOST = 30
_STANDS = text("withdrawn_at IS NULL")


class AbsenceUnknown(Refusal):
    sentence = "Cette absence n’existe pas."


class AbsenceEndsFirst(Refusal):
    sentence = "La fin doit être après le début."


class AbsenceIsPast(Refusal):
    sentence = "Ce moment est déjà passé : choisissez une fin à venir."


class AbsenceTooLong(Refusal):
    sentence = "Une absence dure 2 ans au plus. Vérifiez l’année."


class AbsentAlready(Refusal):
    """`absence` is the one that is known."""

    sentence = "Une absence est déjà notée à ce moment-là."

    def __init__(self, absence: Absence) -> None:
        super().__init__()
        self.absence = absence


class NobodyAbsent(Refusal):
    sentence = "Choisissez au moins une personne."


class AbsenceIsOver(Refusal):
    sentence = "Cette absence est finie ou retirée : elle ne change plus."


class ReturnOutside(Refusal):
    sentence = (
        "Le retour se note entre le début et la fin de l’absence. "
        "Si la personne ne s’absente pas du tout, retirez l’absence."
    )


class Cause(StrEnum):
    """Why somebody is not there; only the coordination reads it."""

    ILLNESS = "illness"
    LEAVE = "leave"
    TRAINING = "training"
    MEETING = "meeting"


class Absence(Base):
    """One person’s. Its commitments are those of kind absence of that person within it: two never overlap."""

    __tablename__ = "absences"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", "absence_in_order"),
        Index("ix_absences_conseiller", "conseiller_id", "ends_at", sqlite_where=_STANDS, postgresql_where=_STANDS),
        Index("ix_absences_ends_at", "ends_at"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    conseiller_id: Mapped[int] = refers_to("staff.id", index=False)
    plan_id: Mapped[int] = refers_to("plans.id")
    """Where those whom it touches are given another time; several people’s may share one."""
    cause: Mapped[Cause] = one_of(Cause, "absence_cause")
    starts_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    entered_by_id: Mapped[int] = refers_to("staff.id", index=False)
    created_at: Mapped[Instant]
    withdrawn_at: Mapped[Instant | None]

    conseiller: Mapped[Staff] = relationship(foreign_keys=[conseiller_id])
    entered_by: Mapped[Staff] = relationship(foreign_keys=[entered_by_id])
    plan: Mapped[RecoveryPlan] = relationship()

    @property
    def span(self) -> Span:
        return Span(self.starts_at, self.ends_at)

    def can_be_changed(self, now: datetime) -> bool:
        """Also while it lasts."""
        return self.withdrawn_at is None and now < self.ends_at

    def has_begun(self, now: datetime) -> bool:
        return self.starts_at <= now


def refuse_impossible(span: Span, now: datetime) -> None:
    """Raises AbsenceEndsFirst, AbsenceIsPast, AbsenceTooLong."""
    if span.start == span.end:
        raise AbsenceEndsFirst
    if span.end <= now:
        raise AbsenceIsPast
    if span.end - span.start > LONGEST or span.start > now + LONGEST:
        raise AbsenceTooLong


def refuse_return(absence: Absence, at: datetime) -> None:
    """Raises ReturnOutside."""
    if not absence.starts_at < at < absence.ends_at:
        raise ReturnOutside


def by_day(span: Span) -> list[Span]:
    """Cut at each midnight of Metz: no row of commitments lasts longer than a day of 25 hours."""
    last = day_of(span.end - timedelta(seconds=1))
    return [span_of_day(day).within(span) for day in days_between(day_of(span.start), last)]


def absence_named(public_id: str) -> Select[Absence]:
    return _whole().where(Absence.public_id == public_id)


def absences_standing(during: Span) -> Select[Absence]:
    """Those that touch this time, in order."""
    touching = Absence.withdrawn_at.is_(None), Absence.starts_at < during.end, Absence.ends_at > during.start
    return select(Absence).where(*touching).order_by(Absence.starts_at, Absence.id)


def absences_of(conseiller_ids: Collection[int], during: Span) -> Select[Absence]:
    return absences_standing(during).where(Absence.conseiller_id.in_(conseiller_ids))


def absences_from(now: datetime) -> Select[Absence]:
    """Those that have not ended, with whose they are, in order."""
    coming = Absence.withdrawn_at.is_(None), Absence.ends_at > now
    return _whole().where(*coming).order_by(Absence.starts_at, Absence.id)


def absences_over(now: datetime) -> Select[Absence]:
    """Those that have ended or were taken back, the newest first."""
    over = or_(Absence.withdrawn_at.is_not(None), Absence.ends_at <= now)
    return _whole().where(over).order_by(Absence.starts_at.desc(), Absence.id.desc())


def absences_of_plan(plan_id: int) -> Select[Absence]:
    """Also those that were withdrawn."""
    theirs = select(Absence).where(Absence.plan_id == plan_id).options(joinedload(Absence.conseiller))
    return theirs.order_by(Absence.starts_at, Absence.id)


def _whole() -> Select[Absence]:
    """With all that its page says."""
    whole = joinedload(Absence.conseiller), joinedload(Absence.entered_by), joinedload(Absence.plan)
    return select(Absence).options(*whole)
