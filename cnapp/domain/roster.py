"""Roster rules (roulement): where a conseiller is each week, in local time, and the days that follow from it."""

from __future__ import annotations

from datetime import date, time

from sqlalchemy import CheckConstraint, Select, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from cnapp.base.database import Base, Instant, Key, refers_to
from cnapp.base.workdays import days_between, monday_of


class RosterRule(Base):
    """One half-day that comes back every n weeks, counted from the week of `from_on`."""

    __tablename__ = "roster_rules"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", "rule_weekday"),
        CheckConstraint("starts < ends", "rule_hours_in_order"),
        CheckConstraint("every_weeks BETWEEN 1 AND 12", "rule_every_weeks"),
        CheckConstraint("until_on IS NULL OR from_on <= until_on", "rule_dates_in_order"),
        CheckConstraint("(pause_starts IS NULL) = (pause_ends IS NULL)", "rule_pause_whole"),
        CheckConstraint("pause_starts IS NULL OR (starts < pause_starts AND pause_starts < pause_ends AND pause_ends < ends)", "rule_pause_inside"),
        CheckConstraint("walk_in_minutes >= 0", "rule_walk_in_minutes"),
    )

    id: Mapped[Key]
    conseiller_id: Mapped[int] = refers_to("staff.id")
    place_id: Mapped[int] = refers_to("places.id")
    room_id: Mapped[int | None] = refers_to("rooms.id")
    weekday: Mapped[int]
    starts: Mapped[time]
    ends: Mapped[time]
    pause_starts: Mapped[time | None]
    pause_ends: Mapped[time | None]
    every_weeks: Mapped[int] = mapped_column(default=1)
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    takes_appointments: Mapped[bool] = mapped_column(default=True)
    takes_walk_ins: Mapped[bool] = mapped_column(default=False)
    walk_in_minutes: Mapped[int] = mapped_column(default=0)
    updated_at: Mapped[Instant]

    def falls_on(self, day: date) -> bool:
        """Whole weeks are counted between Mondays, so neither New Year nor week 53 shifts the turn."""
        if day.weekday() != self.weekday or day < self.from_on or (self.until_on and day > self.until_on):
            return False
        return (monday_of(day) - monday_of(self.from_on)).days // 7 % self.every_weeks == 0

    def days(self, first: date, last: date) -> list[date]:
        return [day for day in days_between(first, last) if self.falls_on(day)]


def rules_active(first: date, last: date) -> Select[RosterRule]:
    return (
        select(RosterRule)
        .where(RosterRule.from_on <= last, or_(RosterRule.until_on.is_(None), RosterRule.until_on >= first))
        .order_by(RosterRule.id)
    )
