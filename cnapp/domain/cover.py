"""Least cover: how many conseillers a place is to have on a half-day of the week, from one day until another."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import CheckConstraint, Select, String, or_, select
from sqlalchemy.orm import Mapped, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Key, one_of, refers_to
from cnapp.base.refusals import Refusal
from cnapp.domain.board import Half
from cnapp.domain.places import Place

LEAST_AT_MOST = 9


class CoverRuleUnknown(Refusal):
    sentence = "Cette règle n’existe pas ou plus."


class CoverTwice(Refusal):
    sentence = "Une règle vaut déjà pour cette demi-journée à ces dates. Donnez-lui d’abord un dernier jour."


class CoverEndsFirst(Refusal):
    sentence = "Le dernier jour vient après le premier."


class CoverRule(Base):
    """« Au moins une personne à Borny le jeudi matin »: what the week board measures gaps by."""

    __tablename__ = "cover_rules"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", "cover_weekday"),
        CheckConstraint(f"least BETWEEN 1 AND {LEAST_AT_MOST}", "cover_least"),
        CheckConstraint("ends_on IS NULL OR starts_on <= ends_on", "cover_days_in_order"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True)
    place_id: Mapped[int] = refers_to("places.id")
    weekday: Mapped[int]
    """Monday is 0."""
    half: Mapped[Half] = one_of(Half, "cover_half")
    least: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    place: Mapped[Place] = relationship()

    def overlaps(self, starts_on: date, ends_on: date | None) -> bool:
        """Whether both say something of some same dates."""
        return starts_on <= (self.ends_on or date.max) and self.starts_on <= (ends_on or date.max)

    def is_over(self, today: date) -> bool:
        return self.ends_on is not None and self.ends_on < today

    def holds_on(self, day: date) -> bool:
        return day.weekday() == self.weekday and self.starts_on <= day <= (self.ends_on or date.max)


def least_on(day: date, rules: Iterable[CoverRule]) -> dict[Half, int]:
    """How many people one place is to have that day, by half: the strictest rule counts."""
    held = [rule for rule in rules if rule.holds_on(day)]
    return {half: max((rule.least for rule in held if rule.half is half), default=0) for half in Half}


def cover_rules_of(place_id: int) -> Select[CoverRule]:
    """As the week goes; ended ones too."""
    mine = select(CoverRule).where(CoverRule.place_id == place_id)
    return mine.order_by(CoverRule.weekday, CoverRule.half.desc(), CoverRule.starts_on, CoverRule.id)


def cover_rule_named(public_id: str) -> Select[CoverRule]:
    return select(CoverRule).where(CoverRule.public_id == public_id).options(joinedload(CoverRule.place))


def cover_rules_between(first: date, last: date) -> Select[CoverRule]:
    """Those that say something of these days, with their place."""
    held = CoverRule.starts_on <= last, or_(CoverRule.ends_on.is_(None), CoverRule.ends_on >= first)
    return select(CoverRule).where(*held).options(joinedload(CoverRule.place)).order_by(CoverRule.id)
