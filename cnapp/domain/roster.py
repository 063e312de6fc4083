"""Roster rules (roulement): where a conseiller is each week, in local time, and the days that follow from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, Select, String, func, or_, select
from sqlalchemy.orm import Mapped, contains_eager, joinedload, mapped_column, relationship

from cnapp.base.database import Base, Instant, Key, refers_to
from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import new_public_id
from cnapp.base.workdays import HourDoesNotExist, day_of, days_between, instant_at, is_holiday, monday_of
from cnapp.domain.closed_time import closed_spans, is_strictly_inside, left_of, moved_by, service_of
from cnapp.domain.commitments import Commitment, Kind
from cnapp.domain.people import Staff
from cnapp.domain.places import Closure, Place, Room, hours_on
from cnapp.domain.presences import LONGEST_HOURS, Presence

Row = dict[str, Any]
"""Columns of a presence."""
Stretch = tuple[time, time]
"""From one local time to another of the same day."""


class RuleUnknown(Refusal):
    sentence = "Ce roulement n’existe pas."


class Obstacle(StrEnum):
    """Why a rule gives no presence on one of its days."""

    NOT_IN_POST = "not_in_post"
    NO_PLACE = "no_place"
    """Before or after the dates of the place."""
    HOLIDAY = "holiday"
    CLOSED = "closed"
    OUTSIDE_HOURS = "outside_hours"
    NO_SUCH_HOUR = "no_such_hour"
    TOO_LONG = "too_long"
    """More than 12 hours of the night when one is doubled."""


class RosterRule(Base):
    """One half-day that comes back every n weeks, counted from the week of `from_on`."""

    __tablename__ = "roster_rules"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", "rule_weekday"),
        CheckConstraint("starts < ends", "rule_hours_in_order"),
        CheckConstraint("every_weeks BETWEEN 1 AND 12", "rule_every_weeks"),
        CheckConstraint("until_on IS NULL OR from_on <= until_on", "rule_dates_in_order"),
        CheckConstraint("(pause_starts IS NULL) = (pause_ends IS NULL)", "rule_pause_whole"),
        CheckConstraint(
            "pause_starts IS NULL OR (starts < pause_starts AND pause_starts < pause_ends AND pause_ends < ends)",
            "rule_pause_inside",
        ),
        CheckConstraint("walk_in_minutes >= 0", "rule_walk_in_minutes"),
    )

    id: Mapped[Key]
    public_id: Mapped[str] = mapped_column(String(32), unique=True, default=new_public_id)
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

    conseiller: Mapped[Staff] = relationship()
    place: Mapped[Place] = relationship()
    room: Mapped[Room | None] = relationship()

    def falls_on(self, day: date) -> bool:
        """Whole weeks are counted between Mondays, so neither New Year nor week 53 shifts the turn."""
        if day.weekday() != self.weekday or day < self.from_on or (self.until_on and day > self.until_on):
            return False
        return (monday_of(day) - monday_of(self.from_on)).days // 7 % self.every_weeks == 0

    def is_over(self, today: date) -> bool:
        return self.until_on is not None and self.until_on < today

    @property
    def meets_open_doors(self) -> bool:
        """Whether its place opens at all on its weekday, in some season."""
        return any(each.weekday == self.weekday for each in self.place.opening_hours)

    def next_day(self, today: date) -> date | None:
        """Its next turn, whatever may keep that day empty."""
        first = max(today, self.from_on)
        return next(iter(self.days(first, first + timedelta(weeks=self.every_weeks))), None)

    def days(self, first: date, last: date) -> list[date]:
        return [day for day in days_between(first, last) if self.falls_on(day)]

    @property
    def work(self) -> list[Stretch]:
        """What is left of it without its pause."""
        if self.pause_starts is None or self.pause_ends is None:
            return [(self.starts, self.ends)]
        return [(self.starts, self.pause_starts), (self.pause_ends, self.ends)]

    def span_on(self, day: date) -> Span:
        """Raises HourDoesNotExist."""
        return Span(instant_at(day, self.starts), instant_at(day, self.ends))

    def pause_on(self, day: date) -> Span | None:
        """Raises HourDoesNotExist."""
        if self.pause_starts is None or self.pause_ends is None:
            return None
        return Span(instant_at(day, self.pause_starts), instant_at(day, self.pause_ends))

    def place_on(self, day: date, closures: Sequence[Closure]) -> Place:
        """Where it is held: the provisional place, while its own is closed for one."""
        move = moved_by(self.place_id, day, closures)
        return move.provisional_place if move and move.provisional_place else self.place

    def obstacle_on(self, day: date, closures: Sequence[Closure]) -> Obstacle | None:
        """What keeps its conseiller from being there that day, for all of its work; None: nothing."""
        if not self.conseiller.is_in_post(day):
            return Obstacle.NOT_IN_POST
        place = self.place_on(day, closures)
        if not place.exists_on(day):
            return Obstacle.NO_PLACE
        if is_holiday(day):
            return Obstacle.HOLIDAY
        if any(closure.holds(place.id or self.place_id, day) for closure in closures):
            return Obstacle.CLOSED
        if not is_within(self.work, hours_on(place.opening_hours, day)):
            return Obstacle.OUTSIDE_HOURS
        return self._obstacle_of_the_clock(day, closures)

    def _obstacle_of_the_clock(self, day: date, closures: Sequence[Closure]) -> Obstacle | None:
        try:
            span, pause = self.span_on(day), self.pause_on(day)
        except HourDoesNotExist:
            return Obstacle.NO_SUCH_HOUR
        if span.minutes > LONGEST_HOURS * 60:
            return Obstacle.TOO_LONG
        return None if self._left_on(day, span, pause, closures) else Obstacle.CLOSED

    def _left_on(self, day: date, span: Span, pause: Span | None, closures: Sequence[Closure]) -> Span | None:
        """The longest stretch that closures of some hours leave of it."""
        service = service_of(takes_appointments=self.takes_appointments, takes_walk_ins=self.takes_walk_ins)
        place_id = self.place_on(day, closures).id or self.place_id
        lost = closed_spans(place_id, span, closures, service)
        if not lost:
            return span
        return max(left_of(span, pause, lost), key=lambda each: each.minutes, default=None)

    def presence_on(self, day: date, closures: Sequence[Closure] = ()) -> Row:
        """What it gives that day, as the table holds it, where nothing keeps it from that. Raises HourDoesNotExist."""
        whole, pause = self.span_on(day), self.pause_on(day)
        span = self._left_on(day, whole, pause, closures) or whole
        if pause and not is_strictly_inside(pause, span):
            pause = None
        row = {**{name: getattr(self, name) for name in GIVEN}, **_times(span, pause)}
        if span != whole:
            row["walk_in_minutes"] = min(self.walk_in_minutes or 0, span.minutes)
        place = self.place_on(day, closures)
        return row if place is self.place else {**row, "place_id": place.id, "room_id": None}


def _times(span: Span, pause: Span | None) -> Row:
    return {
        "starts_at": span.start,
        "ends_at": span.end,
        "pause_starts_at": pause and pause.start,
        "pause_ends_at": pause and pause.end,
    }


GIVEN = ("conseiller_id", "place_id", "room_id", "takes_appointments", "takes_walk_ins", "walk_in_minutes")
"""What a presence takes from its rule as it is."""


def is_within(work: Iterable[Stretch], hours: Iterable[Stretch]) -> bool:
    """Whether each stretch of work lies inside one stretch of opening.

    A pause is no work: it may pass over the midday closure, whoever works through it may not.
    """
    opened = joined(hours)
    return all(any(opens <= starts and ends <= closes for opens, closes in opened) for starts, ends in work)


def joined(hours: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order, those that touch or overlap made one."""
    whole: list[Stretch] = []
    for opens, closes in sorted(hours):
        if whole and opens <= whole[-1][1]:
            whole[-1] = (whole[-1][0], max(whole[-1][1], closes))
        else:
            whole.append((opens, closes))
    return whole


def rule_named(public_id: str) -> Select[RosterRule]:
    """Whole."""
    return _with_everything(select(RosterRule).where(RosterRule.public_id == public_id))


def _with_everything(rules: Select[RosterRule]) -> Select[RosterRule]:
    place = joinedload(RosterRule.place).selectinload(Place.opening_hours)
    return rules.options(joinedload(RosterRule.conseiller), place, joinedload(RosterRule.room))


def rules_all() -> Select[RosterRule]:
    """Whole, by conseiller, then as the week goes."""
    return (
        select(RosterRule)
        .join(RosterRule.conseiller)
        .options(contains_eager(RosterRule.conseiller), joinedload(RosterRule.place), joinedload(RosterRule.room))
        .order_by(Staff.first_name, Staff.last_name, Staff.id, RosterRule.weekday, RosterRule.starts, RosterRule.id)
    )


def presences_by_rule(rule_id: int, now: datetime) -> Select[Presence]:
    """What a rule made from today on, or that lies ahead; also what was withdrawn or changed by hand."""
    ahead = or_(Presence.rule_day >= day_of(now), Presence.starts_at > now)
    return select(Presence).where(Presence.rule_id == rule_id, ahead).order_by(Presence.rule_day)


def promises_by_presence(presences: Select[int], now: datetime) -> Select[int | None, Kind, int]:
    """(presence, kind, how many) of what is promised inside; a hold that nobody renewed is no promise."""
    living = or_(Commitment.kind != Kind.HOLD, Commitment.expires_at > now)
    return (
        select(Commitment.presence_id, Commitment.kind, func.count())
        .where(Commitment.presence_id.in_(presences), living)
        .group_by(Commitment.presence_id, Commitment.kind)
    )


def rules_active(first: date, last: date) -> Select[RosterRule]:
    """By conseiller, as whoever writes presences locks them, with what decides on which days they hold."""
    rules = select(RosterRule).where(*_active(first, last))
    return _with_everything(rules).order_by(RosterRule.conseiller_id, RosterRule.id)


def people_on_roster(first: date, last: date) -> Select[int]:
    """Ids of those whom rules place somewhere between two days."""
    return select(RosterRule.conseiller_id).where(*_active(first, last)).distinct()


def _active(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return RosterRule.from_on <= last, or_(RosterRule.until_on.is_(None), RosterRule.until_on >= first)


def rule_days_made(first: date, last: date) -> Select[int | None, date | None]:
    """(rule, day) of every presence that rules made, withdrawn and edited ones included: none is made twice."""
    return select(Presence.rule_id, Presence.rule_day).where(Presence.rule_day.between(first, last))
