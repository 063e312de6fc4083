"""Copying a week of presences onto another: what would be made, what is there, what stands in the way. Plain values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import cached_property

from cnapp.base.refusals import Refusal
from cnapp.base.spans import Span
from cnapp.base.tokens import fingerprint
from cnapp.base.workdays import HourDoesNotExist, at_same_hours, day_of, local
from cnapp.domain.places import Closure
from cnapp.domain.planning import Plan, plan_of, refuse_impossible
from cnapp.domain.presences import Presence
from cnapp.domain.roster import RosterRule
from cnapp.domain.travels import Travels
from cnapp.domain.whereabouts import Clash, Spot, Whereabouts


class CopyDiffers(Refusal):
    sentence = "Des permanences ont changé entre-temps : voici ce qui serait copié maintenant."


class CopyNotWhole(Refusal):
    sentence = (
        "Tout ne peut pas être copié, et vous avez demandé tout ou rien : rien n’est ajouté. "
        "Copiez ce qui est possible, ou réglez d’abord ce qui empêche le reste."
    )


class Fate(StrEnum):
    """What becomes of one presence of the week that is copied."""

    MADE = "made"
    THERE = "there"
    """Its conseiller is at that place then already."""
    ROSTER = "roster"
    """A rule gives it: it is not doubled."""
    LEFT = "left"


class Why(StrEnum):
    """Why one is left, where nothing stands in its way."""

    RECEIVES_NOBODY = "receives_nobody"
    """It was made for a workshop or a meeting, which is not copied with it."""
    WITHDRAWN = "withdrawn"
    """Somebody took away what its rule had made that day."""


Reason = Why | Refusal | Clash | Span
"""A span: an absence."""


@dataclass(frozen=True)
class Line:
    """One presence of the week that is copied, and the day that it would fall on."""

    source: Presence
    day: date
    fate: Fate = Fate.MADE
    plan: Plan | None = None
    """As it is wished; None when one of its hours does not exist that day."""
    there: Presence | None = None
    rule: RosterRule | None = None
    why: Reason | None = None


@dataclass(frozen=True)
class Known:
    """What the tables hold around both weeks."""

    sources: Sequence[Presence]
    """That stand in the week that is copied, in order."""
    there: Sequence[Presence]
    """That stand around the other, of the same people."""
    rules: Sequence[RosterRule]
    """Of these people, in force in that week."""
    taken_away: frozenset[tuple[int | None, date | None]]
    """Rules and their days in that week that somebody withdrew by hand."""
    absences: Mapping[int, Sequence[Span]]
    """By conseiller."""
    closures: Sequence[Closure]
    travels: Travels
    now: datetime


@dataclass(frozen=True)
class WeekCopy:
    """Its lines, in the order of the week."""

    lines: tuple[Line, ...]

    def _with(self, fate: Fate) -> list[Line]:
        return [line for line in self.lines if line.fate is fate]

    @cached_property
    def made(self) -> list[Line]:
        return self._with(Fate.MADE)

    @cached_property
    def there(self) -> list[Line]:
        return self._with(Fate.THERE)

    @cached_property
    def by_roster(self) -> list[Line]:
        return self._with(Fate.ROSTER)

    @cached_property
    def left(self) -> list[Line]:
        return self._with(Fate.LEFT)

    @property
    def fingerprint(self) -> str:
        """Two copies that would make and leave the same have the same."""
        told = [(line.source.public_id, line.source.version, line.day, str(line.fate)) for line in self.lines]
        return fingerprint(repr(told))


def copy_of_week(known: Known, shift: timedelta) -> WeekCopy:
    """Each presence so many days later, judged with what those before it would take."""
    whereabouts = Whereabouts((Spot(each.span, each.conseiller_id, each.place) for each in known.there), known.travels)
    lines = []
    for source in known.sources:
        line = _judged(_wished(source, shift), known)
        lines.append(_placed(line, whereabouts))
    return WeekCopy(tuple(lines))


def _wished(source: Presence, shift: timedelta) -> Line:
    day = day_of(source.starts_at) + shift
    if not (source.takes_appointments or source.takes_walk_ins):
        return Line(source, day, Fate.LEFT, why=Why.RECEIVES_NOBODY)
    try:
        return Line(source, day, plan=_moved(source, day))
    except HourDoesNotExist as refusal:
        return Line(source, day, Fate.LEFT, why=refusal)


def _moved(source: Presence, day: date) -> Plan:
    """At the same hours on a clock of Metz. Raises HourDoesNotExist."""
    span, pause = at_same_hours(source.span, day), source.pause
    return replace(plan_of(source), span=span, pause=at_same_hours(pause, day) if pause else None)


def _clock(instant: datetime) -> time:
    return local(instant).time()


def _judged(line: Line, known: Known) -> Line:
    if line.plan is None:
        return line
    plan, its_rules = line.plan, [rule for rule in known.rules if _gives(rule, line)]
    own = [each for each in known.there if each.conseiller_id == plan.conseiller.id]
    there = next((each for each in own if each.place_id == plan.place.id and each.span.overlaps(plan.span)), None)
    if there:
        return replace(line, fate=Fate.THERE, there=there)
    why = _why_not(plan, known)
    if why:
        return replace(line, fate=Fate.LEFT, why=why)
    if any((rule.id, line.day) in known.taken_away for rule in its_rules):
        return replace(line, fate=Fate.LEFT, why=Why.WITHDRAWN)
    gives = next((rule for rule in its_rules if rule.obstacle_on(line.day, known.closures) is None), None)
    if gives and not _is_beside(plan, own):
        return replace(line, fate=Fate.ROSTER, rule=gives)
    return line


def _gives(rule: RosterRule, line: Line) -> bool:
    """Whether a rule of the same person falls on that day and time, at whatever place."""
    if rule.conseiller_id != line.source.conseiller_id or not rule.falls_on(line.day):
        return False
    return rule.starts < _clock(line.source.ends_at) and _clock(line.source.starts_at) < rule.ends


def _is_beside(plan: Plan, own: Iterable[Presence]) -> bool:
    """What the rule has given stands there, at another place: that is what is in the way."""
    return any(each.span.overlaps(plan.span) for each in own)


def _why_not(plan: Plan, known: Known) -> Refusal | Span | None:
    try:
        refuse_impossible(plan, known.closures, known.now)
    except Refusal as refusal:
        return refusal
    absences = known.absences.get(plan.conseiller.id, ())
    return next((absence for absence in absences if absence.overlaps(plan.span)), None)


def _placed(line: Line, whereabouts: Whereabouts) -> Line:
    if line.fate is not Fate.MADE or line.plan is None:
        return line
    clash = whereabouts.enter(Spot(line.plan.span, line.plan.conseiller.id, line.plan.place))
    return replace(line, fate=Fate.LEFT, why=clash) if clash else line
