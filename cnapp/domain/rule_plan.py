"""What a roster rule would make, change, withdraw or leave from now on: pure, before anything is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from cnapp.base.spans import Span
from cnapp.base.tokens import fingerprint
from cnapp.base.workdays import day_of
from cnapp.domain.commitments import Kind
from cnapp.domain.places import Closure, Place
from cnapp.domain.presences import Presence
from cnapp.domain.roster import Obstacle, RosterRule, Row
from cnapp.domain.travels import Travels
from cnapp.domain.whereabouts import Clash, Spot, Whereabouts


class Fate(StrEnum):
    """What becomes of one day of a rule."""

    MADE = "made"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    LEFT = "left"
    SAME = "same"


class Kept(StrEnum):
    """What a person decided, or what time did: the rule leaves it alone."""

    EDITED = "edited"
    WITHDRAWN = "withdrawn"
    BEGUN = "begun"


@dataclass(frozen=True)
class Bookings:
    """How much of a presence is promised, by kind."""

    counts: Mapping[Kind, int]


Why = Obstacle | Kept | Bookings | Clash


@dataclass(frozen=True)
class Step:
    """One day of a rule."""

    fate: Fate
    day: date
    presence: Presence | None = None
    """What stands there, or was withdrawn by hand."""
    becomes: Row | None = None
    """What the rule gives that day."""
    why: Why | None = None
    """Why it is left, or why one that still falls on its day is withdrawn."""

    @property
    def changes_hands(self) -> bool:
        """Another conseiller has it from then on."""
        if self.presence is None or self.becomes is None:
            return False
        return bool(self.becomes["conseiller_id"] != self.presence.conseiller_id)


@dataclass(frozen=True)
class Known:
    """What the tables hold around a rule, from now to `last`."""

    own: Sequence[Presence]
    """Its presences, those withdrawn by hand too."""
    others: Sequence[Presence]
    """That stand, of everybody concerned."""
    bookings: Mapping[int, Bookings]
    """By presence."""
    closures: Sequence[Closure]
    travels: Travels
    now: datetime
    last: date
    displaces: bool = False
    """Whoever is booked in a presence that has not begun gives way: they become lines of a plan."""

    @cached_property
    def own_by_day(self) -> dict[date | None, Presence]:
        return {each.rule_day: each for each in self.own}


@dataclass(frozen=True)
class RulePlan:
    """Its steps, by day."""

    steps: tuple[Step, ...]
    displaces: bool = False
    """Whoever is booked where it changes something becomes a line of a plan."""

    def _with(self, fate: Fate) -> list[Step]:
        return [step for step in self.steps if step.fate is fate]

    @cached_property
    def made(self) -> list[Step]:
        return self._with(Fate.MADE)

    @cached_property
    def changed(self) -> list[Step]:
        return self._with(Fate.CHANGED)

    @cached_property
    def withdrawn(self) -> list[Step]:
        return self._with(Fate.WITHDRAWN)

    @cached_property
    def left(self) -> list[Step]:
        return self._with(Fate.LEFT)

    @cached_property
    def same(self) -> list[Step]:
        return self._with(Fate.SAME)

    @property
    def booked(self) -> list[Step]:
        """Those that are left because somebody is expected, and that could give way."""
        return [step for step in self.left if isinstance(step.why, Bookings)]

    @property
    def effects(self) -> list[Step]:
        """What is written, in the order in which it was judged."""
        return [*self.withdrawn, *self.changed, *self.made]

    @property
    def fingerprint(self) -> str:
        """Two plans that would write the same have the same."""
        written = [
            (str(step.fate), step.day, step.presence and step.presence.public_id, sorted((step.becomes or {}).items()))
            for step in self.effects
        ]
        return fingerprint(repr(written))


def plan_of_rule(rule: RosterRule, known: Known) -> RulePlan:
    """Day by day what the rule asks for, then what the other presences allow of it.

    Withdrawn ones go first, then changed ones, then new ones, each judged with what the ones before have left.
    """
    wishes = [step for step in (_wish(rule, day, known) for day in _days(rule, known)) if step]
    there = [each for each in (*known.others, *known.own) if each.withdrawn_at is None]
    whereabouts = Whereabouts((_spot(each) for each in there), known.travels)
    in_order = sorted(wishes, key=lambda step: (ORDER.index(step.fate), step.day))
    judged = [_judged(step, rule, known, whereabouts) for step in in_order]
    return RulePlan(tuple(sorted(judged, key=lambda step: step.day)), known.displaces)


ORDER = (Fate.WITHDRAWN, Fate.CHANGED, Fate.MADE, Fate.LEFT, Fate.SAME)


def _days(rule: RosterRule, known: Known) -> list[date]:
    """Those that it falls on up to the horizon, and those that it has made a presence for."""
    falls = rule.days(day_of(known.now), known.last)
    return sorted({*falls, *(each.rule_day for each in known.own if each.rule_day)})


def _wish(rule: RosterRule, day: date, known: Known) -> Step | None:
    presence, falls = known.own_by_day.get(day), rule.falls_on(day)
    why = rule.obstacle_on(day, known.closures) if falls else None
    becomes = rule.presence_on(day, known.closures) if falls and not why else None
    step = Step(Fate.WITHDRAWN, day, presence, becomes, why)
    if presence is None:
        return _without_presence(step, known.now)
    if presence.withdrawn_at:
        return replace(step, fate=Fate.LEFT, becomes=None, why=Kept.WITHDRAWN) if falls else None
    return _with_presence(step, presence, known)


def _without_presence(step: Step, now: datetime) -> Step:
    if step.becomes is None:
        return replace(step, fate=Fate.LEFT)
    if step.becomes["starts_at"] <= now:
        return replace(step, fate=Fate.LEFT, why=Kept.BEGUN)
    return replace(step, fate=Fate.MADE)


def _with_presence(step: Step, presence: Presence, known: Known) -> Step:
    if step.becomes and all(getattr(presence, name) == value for name, value in step.becomes.items()):
        return replace(step, fate=Fate.SAME)
    kept = _kept(presence, step.becomes, known)
    if kept:
        return replace(step, fate=Fate.LEFT, why=kept)
    return replace(step, fate=Fate.CHANGED) if step.becomes else step


def _kept(presence: Presence, becomes: Row | None, known: Known) -> Bookings | Kept | None:
    gives_way = known.displaces and presence.starts_at > known.now
    if presence.id in known.bookings and not gives_way:
        return known.bookings[presence.id]
    if presence.edited_at:
        return Kept.EDITED
    begins = [presence.starts_at, *([becomes["starts_at"]] if becomes else [])]
    return Kept.BEGUN if min(begins) <= known.now else None


def _judged(step: Step, rule: RosterRule, known: Known, whereabouts: Whereabouts) -> Step:
    clash, place = None, rule.place_on(step.day, known.closures)
    if step.fate is Fate.WITHDRAWN and step.presence:
        clash = whereabouts.leave(_spot(step.presence))
    elif step.fate is Fate.CHANGED and step.presence and step.becomes:
        clash = whereabouts.move(_spot(step.presence), _spot_of(step.becomes, rule, place))
    elif step.fate is Fate.MADE and step.becomes:
        clash = whereabouts.enter(_spot_of(step.becomes, rule, place))
    return replace(step, fate=Fate.LEFT, why=clash) if clash else step


def _spot(presence: Presence) -> Spot:
    return Spot(presence.span, presence.conseiller_id, presence.place)


def _spot_of(becomes: Row, rule: RosterRule, place: Place) -> Spot:
    return Spot(Span(becomes["starts_at"], becomes["ends_at"]), rule.conseiller_id, place)
